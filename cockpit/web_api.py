"""Joins the HTTP API of a web process: every service that a resource asks, from the parts."""

from datetime import timedelta
from typing import Any

from callbacks import duty, leader, patrol, phone, reports, tracks
from cockpit.api.devices import Devices
from cockpit.api.figure_alerts import FigureAlertAnswers
from cockpit.api.register import ApiServices
from cockpit.api.reports import ReportAnswers
from cockpit.base_map_parts import base_tiles_of
from cockpit.catalogue import texts
from cockpit.data_dir import DataDir
from cockpit.domain.scope import Scope
from cockpit.domain.travel import Travel
from cockpit.feeding import dead_letter_of, posted_feeds, taker_maker
from cockpit.layer_services import layer_services
from cockpit.outward import outward_gauges, subscribing_of
from cockpit.services.advising import Adviser
from cockpit.services.alarm_nearest import nearest_of
from cockpit.services.alarm_rules import load_alarm_rules, without_failed
from cockpit.services.door_split import walk_straight
from cockpit.services.evacuating import Evacuating
from cockpit.services.intake import Intake
from cockpit.services.past_alarms import PastAlarms
from cockpit.services.past_findings import PastFindings
from cockpit.services.photos import Photos
from cockpit.services.plan_running import PlanRunner
from cockpit.services.readings import ReadingIntake
from cockpit.store.accounts import Role
from cockpit.store.attachments import Attachments
from cockpit.store.audit import AuditTrail
from cockpit.store.devices import DeviceTable
from cockpit.store.event_records import EventRecords
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.store.notices import Notices
from cockpit.store.outward import Outward
from cockpit.store.readings import ReadingArchive
from cockpit.tracking import TRACK_ROLES, track_services
from cockpit.web_parts import COMMANDING, WebParts, now
from layouts.problem import problem_page
from layouts.signin import signin_page

_LAG_LIMIT_S = 10.0
#: figures of all devices are as old as the registry may be
_FIGURES_KEPT_S = 3.0
#: places between which ways by road are looked up at once: each costs milliseconds
_MOST_BY_ROAD = 60


def api_services(web: WebParts, push: Any) -> ApiServices:
    parts, projector = web.parts, web.parts.projector
    intake = Intake(
        city=parts.city,
        facts=parts.facts,
        positions=parts.positions,
        clock=now,
        code_of_event=web.code_of,
        archived=parts.journal.known,
        find_limit=parts.standards.find_limit,
        over=parts.past_events.over_among,
    )
    readings = ReadingIntake(lane=parts.readings, clock=now)
    make_taker = taker_maker(intake, web.meter, readings=readings, clock=now, expiries=parts.expiries)
    return ApiServices(
        projection=projector,
        intake=intake,
        posted_feeds=posted_feeds(parts.feed_files, make_taker, dead_letter_of(parts.dead_messages)),
        meter=web.meter,
        commands=parts.commands,
        idempotency=IdempotencyKeys(parts.engine),
        accounts=web.accounts,
        identities=web.identities,
        audit=AuditTrail(parts.engine),
        clock=now,
        rewind=parts.history.rewind,
        folded=parts.history.folded,
        past=parts.past_events,
        drill=web.drill,
        forecast=web.forecast,
        demand=web.demand,
        surroundings=web.lookout.now,
        city=parts.city,
        standards=parts.standards,
        responsibilities=parts.responsibilities,
        suggester=parts.suggester,
        nearby=parts.nearby,
        things=parts.resources,
        evacuating=_evacuating(web),
        plans=parts.plans,
        adviser=Adviser(fold=projector, nearby=parts.nearby, plans=parts.plans, things=parts.resources),
        plan_runner=PlanRunner(city=parts.city, nearby=parts.nearby, recipients=parts.recipients),
        on_duty_within_s=web.settings.on_duty_within_s,
        recipients=parts.recipients,
        units=parts.units,
        notices=Notices(parts.engine),
        order_accept_within_s=web.settings.order_accept_within_s,
        photos=Photos(DataDir(web.settings.data_dir).attachments, most_bytes=web.settings.photos_most_mb << 20),
        attachments=Attachments(parts.engine),
        photos_a_day=web.settings.photos_a_day,
        command_phone=web.settings.command_phone,
        checks={
            "redis": lambda: _check_redis(web),
            "database": lambda: _check_database(web),
            "situation": lambda: _check_situation(web),
        },
        version=web.build,
        session_for=timedelta(hours=web.settings.session_hours),
        registry=web.registry,
        pages={
            Role.SCREEN: "/screen",
            Role.DUTY: duty.PATH,
            Role.GRIDWORKER: phone.PATH,
            Role.LEADER: leader.PATH,
        },
        page_roles={
            duty.PATH: COMMANDING,
            patrol.PATH: COMMANDING,
            phone.PATH: {Role.GRIDWORKER},
            tracks.PATH: TRACK_ROLES,
            leader.PATH: {*COMMANDING, Role.LEADER},
            reports.PATH: {*COMMANDING, Role.LEADER},
        },
        session_ended=push.session_ended,
        movers_held=push.movers_held,
        movers_at=parts.past_movers.at,
        readings=readings,
        base_tiles=base_tiles_of(web.settings, parts.city),
        on_duty=web.on_duty,
        unplaced=web.unplaced,
        facts=parts.facts,
        outward=subscribing_of(parts),
        **track_services(parts),
        **layer_services(parts, now),
        figure_alerts=FigureAlertAnswers(web.figures.table, web.figures.rules, tz=parts.city.tz, clock=now),
        reports=ReportAnswers(web.reports.table, web.reports.shelf, web.drill, clock=now, wake=web.reports.wake),
        devices=lambda instants: Devices(
            instants,
            registry=parts.devices,
            table=DeviceTable(parts.engine),
            archive=ReadingArchive(parts.engine),
            kinds=parts.alarm_kinds,
            city=parts.city,
            clock=now,
            groups=parts.group_rules,
            keep_s=_FIGURES_KEPT_S,
        ),
        nearest_of_alarm=nearest_of(parts.nearby, Scope(parts.city.code), now),
        alarm_rules=lambda: without_failed(
            load_alarm_rules(DataDir(web.settings.data_dir).alarms), parts.rule_failures.find_all
        ),
        dead_messages=parts.dead_messages,
        past_alarms=PastAlarms(parts.journal, parts.rules).raised_between,
        event_of_alarm=parts.alarm_kinds.event_of,
        finding_rules=parts.finding_rules.now,
        past_findings=PastFindings(EventRecords(parts.engine)),
        houses=parts.houses,
        searching=parts.searching,
        gauges={
            "cockpit_facts_folded": ("facts folded since the beginning", lambda: float(projector.situation.seq)),
            "cockpit_open_events": ("events in the fold", lambda: float(len(projector.situation.events))),
            "cockpit_holiday_plans_missing": (
                "years whose holiday plan should be known and is not",
                lambda: float(len(web.years_without_plan())),
            ),
            "cockpit_movers": ("subjects with a position", lambda: float(len(projector.movers))),
            "cockpit_dead_letters": ("entries set aside", lambda: float(web.lookout.now().dead_letters)),
            "cockpit_archive_lag_seconds": ("age of the oldest entry not archived", web.archive_lag_s),
            "cockpit_lag_seconds": ("seconds behind the facts stream", lambda: projector.lag_s),
            **outward_gauges(Outward(parts.engine)),
        },
        signin_page=signin_page,
        forbidden_page=_forbidden_page,
        open_prefixes=("/assets/css/",),
    )


def _evacuating(web: WebParts) -> Evacuating:
    parts = web.parts
    return Evacuating(
        parts.projector,
        city=parts.city,
        households=parts.households,
        fresh_within_s=web.settings.on_duty_within_s,
        walk=lambda origins, targets: _walk(web, origins, targets),
        busy=lambda situation: situation.orders.busy,
    )


def _walk(web: WebParts, origins: Any, targets: Any) -> Any:
    """Seconds on foot by road between a few places; the straight line where it is many, which is close enough."""
    if max(len(origins), len(targets)) > _MOST_BY_ROAD:
        return walk_straight(origins, targets)
    return web.parts.nearby.travel(origins, targets, Travel.FOOT)


def _check_redis(web: WebParts) -> str | None:
    web.parts.redis.ping()
    return None


def _check_database(web: WebParts) -> str | None:
    with web.parts.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    return None


def _check_situation(web: WebParts) -> str | None:
    projector = web.parts.projector
    if not projector.ready:
        return "the situation is still being folded"
    return f"{projector.lag_s:.0f} s behind the facts" if projector.lag_s > _LAG_LIMIT_S else None


def _forbidden_page(lang: str) -> str:
    return problem_page(403, texts(lang))
