"""组合: joins the parts of a web process. It decides nothing; what a part does is in its own room."""

import atexit
import secrets
import threading
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dash
from dash import Dash, html
from flask import Flask, redirect
from prometheus_client import CollectorRegistry
from werkzeug.middleware.proxy_fix import ProxyFix

from callbacks import duty, iot, leader, pages, patrol, phone
from callbacks.wall import WallRenderer
from cockpit.api.devices import Devices
from cockpit.api.identity import Identities, principal
from cockpit.api.meter import FeedMeter
from cockpit.api.register import ApiServices, register_api
from cockpit.catalogue import LANGS, texts
from cockpit.city_files import city_blueprint
from cockpit.data_dir import DataDir
from cockpit.domain.scope import Scope
from cockpit.domain.travel import Travel
from cockpit.feeding import dead_letter_of, known_titles, posted_feeds, taker_maker
from cockpit.outward import outward_gauges, subscribing_of
from cockpit.parts import Parts
from cockpit.push.register import PushServices, register_push
from cockpit.services.advising import Adviser
from cockpit.services.alarm_nearest import nearest_of
from cockpit.services.alarm_rules import load_alarm_rules, without_failed
from cockpit.services.archiver import behind_s
from cockpit.services.calendars import years_missing
from cockpit.services.door_split import walk_straight
from cockpit.services.drill_down import DrillDown
from cockpit.services.evacuating import Evacuating
from cockpit.services.intake import Intake
from cockpit.services.memory import keep_giving_back
from cockpit.services.on_duty import OnDuty
from cockpit.services.past_alarms import PastAlarms
from cockpit.services.past_findings import PastFindings
from cockpit.services.photos import Photos
from cockpit.services.plan_running import PlanRunner
from cockpit.services.readings import ReadingIntake
from cockpit.services.surroundings import Lookout
from cockpit.services.unplaced import Unplaced
from cockpit.settings import Settings
from cockpit.store.accounts import Accounts, Role
from cockpit.store.attachments import Attachments
from cockpit.store.audit import AuditTrail
from cockpit.store.devices import DeviceTable
from cockpit.store.event_records import EventRecords
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.store.notices import Notices
from cockpit.store.outward import Outward
from cockpit.store.readings import ReadingArchive
from cockpit.stream.connection import UNAVAILABLE
from layouts.page import Ground, Viewer
from layouts.problem import problem_page
from layouts.signin import signin_page

#: who may give commands from a page, and open the duty desk
_COMMANDING = frozenset({Role.DUTY, Role.ADMIN})
_LAG_LIMIT_S = 10.0
#: every open browser holds a thread; these are left for reports and pages
_THREADS_FOR_THE_API = 20
#: places between which ways by road are looked up at once: each costs milliseconds
_MOST_BY_ROAD = 60


def assets_directory() -> Path:
    """The assets of an installed program, or of a checkout."""
    installed = Path(__file__).parent / "assets"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "assets"


def create_server(settings: Settings) -> Flask:
    """The Flask app of one web process, with its fold running."""
    parts = Parts(settings)
    return _Web(parts, settings).server()


class _Web:
    """One web process while it is joined."""

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self.parts, self.settings = parts, settings
        self.accounts = Accounts(parts.engine)
        self.identities = Identities(self.accounts, city_code=parts.city.code, clock=_now)
        self.lookout = Lookout(
            city=parts.city,
            health=parts.health,
            dead_letters=self._dead_letters,
            archive_lag_s=behind_s(parts.facts, parts.positions),
            titles=known_titles(),
        )
        self.meter = FeedMeter(parts.health, away=UNAVAILABLE)
        self.build = version("cockpit")
        self.drill = DrillDown(
            fold=parts.projector, folded=parts.history.folded, past=parts.past_events, city=parts.city
        )
        self.registry = CollectorRegistry()
        self.unplaced = Unplaced(
            fold=parts.projector, city=parts.city, roster=parts.roster, within_s=settings.on_duty_within_s
        )
        self.on_duty = OnDuty(
            fold=parts.projector, city=parts.city, roster=parts.roster, within_s=settings.on_duty_within_s
        )
        self.renderer = WallRenderer(
            city=parts.city,
            projector=parts.projector,
            lookout=self.lookout,
            target_rate=settings.target_rate,
            on_duty=self.on_duty.count,
            scenes=parts.scenes,
            unplaced=self.unplaced.count,
        )

    def server(self) -> Flask:
        app = Flask("cockpit", static_folder=None)
        app.secret_key = secrets.token_bytes(32)  # sessions live in the database; Flask's own are not used
        if self.settings.public_url:
            # a proxy stands before us: one hop of its headers is believed, for the scheme and the host
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # Flask's documented way
        push = register_push(app, self._push_services())
        register_api(app, self._api_services(push))
        app.register_blueprint(city_blueprint(self.parts.city))
        app.register_blueprint(phone.phone_blueprint(assets_directory()))
        app.add_url_rule("/", "root", lambda: redirect("/screen"))
        self._join_dash(app)
        self.parts.projector.start()
        self._in_background()
        self.parts.resources.now()  # a long list is read before anybody asks
        for ending in (push.stop, self.meter.close, self.parts.projector.stop, self.parts.close):
            atexit.register(ending)
        return app

    def _in_background(self) -> None:
        """Read the columns of the past, once the present is there, and give back what memory is free."""
        stop = threading.Event()

        def follow() -> None:
            if self.parts.projector.wait_ready(600):
                self.parts.households.warm()
                self.parts.past_events.follow(stop)

        for name, target in (("past", follow), ("memory", lambda: keep_giving_back(stop))):
            threading.Thread(target=target, name=name, daemon=True).start()
        atexit.register(stop.set)

    def _api_services(self, push: Any) -> ApiServices:
        parts, projector = self.parts, self.parts.projector
        intake = Intake(
            city=parts.city,
            facts=parts.facts,
            positions=parts.positions,
            clock=_now,
            code_of_event=self._code_of,
            archived=parts.journal.known,
            find_limit=parts.standards.find_limit,
            over=parts.past_events.over_among,
        )
        readings = ReadingIntake(lane=parts.readings, clock=_now)
        make_taker = taker_maker(intake, self.meter, readings=readings, clock=_now, expiries=parts.expiries)
        return ApiServices(
            projection=projector,
            intake=intake,
            posted_feeds=posted_feeds(parts.feed_files, make_taker, dead_letter_of(parts.dead_messages)),
            meter=self.meter,
            commands=parts.commands,
            idempotency=IdempotencyKeys(parts.engine),
            accounts=self.accounts,
            identities=self.identities,
            audit=AuditTrail(parts.engine),
            clock=_now,
            rewind=parts.history.rewind,
            folded=parts.history.folded,
            past=parts.past_events,
            drill=self.drill,
            surroundings=self.lookout.now,
            city=parts.city,
            standards=parts.standards,
            responsibilities=parts.responsibilities,
            suggester=parts.suggester,
            nearby=parts.nearby,
            things=parts.resources,
            evacuating=self._evacuating(),
            plans=parts.plans,
            adviser=Adviser(fold=projector, nearby=parts.nearby, plans=parts.plans, things=parts.resources),
            plan_runner=PlanRunner(city=parts.city, nearby=parts.nearby, recipients=parts.recipients),
            on_duty_within_s=self.settings.on_duty_within_s,
            recipients=parts.recipients,
            units=parts.units,
            notices=Notices(parts.engine),
            order_accept_within_s=self.settings.order_accept_within_s,
            photos=Photos(DataDir(self.settings.data_dir).attachments, most_bytes=self.settings.photos_most_mb << 20),
            attachments=Attachments(parts.engine),
            photos_a_day=self.settings.photos_a_day,
            command_phone=self.settings.command_phone,
            checks={
                "redis": self._check_redis,
                "database": self._check_database,
                "situation": self._check_situation,
            },
            version=self.build,
            session_for=timedelta(hours=self.settings.session_hours),
            registry=self.registry,
            pages={
                Role.SCREEN: "/screen",
                Role.DUTY: duty.PATH,
                Role.GRIDWORKER: phone.PATH,
                Role.LEADER: leader.PATH,
            },
            page_roles={
                duty.PATH: _COMMANDING,
                patrol.PATH: _COMMANDING,
                phone.PATH: {Role.GRIDWORKER},
                leader.PATH: {*_COMMANDING, Role.LEADER},
            },
            session_ended=push.session_ended,
            movers_held=push.movers_held,
            movers_at=parts.past_movers.at,
            readings=readings,
            on_duty=self.on_duty,
            unplaced=self.unplaced,
            facts=parts.facts,
            outward=subscribing_of(parts),
            devices=lambda instants: Devices(
                instants,
                registry=parts.devices,
                table=DeviceTable(parts.engine),
                archive=ReadingArchive(parts.engine),
                kinds=parts.alarm_kinds,
                city=parts.city,
                clock=_now,
                groups=parts.group_rules,
            ),
            nearest_of_alarm=nearest_of(parts.nearby, Scope(parts.city.code), _now),
            alarm_rules=lambda: without_failed(
                load_alarm_rules(DataDir(self.settings.data_dir).alarms), parts.rule_failures.find_all
            ),
            dead_messages=parts.dead_messages,
            past_alarms=PastAlarms(parts.journal, parts.rules).raised_between,
            event_of_alarm=parts.alarm_kinds.event_of,
            finding_rules=parts.finding_rules.now,
            past_findings=PastFindings(EventRecords(parts.engine)),
            gauges={
                "cockpit_facts_folded": ("facts folded since the beginning", lambda: float(projector.situation.seq)),
                "cockpit_open_events": ("events in the fold", lambda: float(len(projector.situation.events))),
                "cockpit_holiday_plans_missing": (
                    "years whose holiday plan should be known and is not",
                    lambda: float(len(self._years_missing())),
                ),
                "cockpit_movers": ("subjects with a position", lambda: float(len(projector.movers))),
                "cockpit_dead_letters": ("entries set aside", lambda: float(self.lookout.now().dead_letters)),
                "cockpit_archive_lag_seconds": ("age of the oldest entry not archived", self._archive_lag_s),
                "cockpit_lag_seconds": ("seconds behind the facts stream", lambda: projector.lag_s),
                **outward_gauges(Outward(parts.engine)),
            },
            signin_page=signin_page,
            forbidden_page=_forbidden_page,
            open_prefixes=("/assets/css/",),
        )

    def _evacuating(self) -> Evacuating:
        parts = self.parts
        return Evacuating(
            parts.projector,
            city=parts.city,
            households=parts.households,
            fresh_within_s=self.settings.on_duty_within_s,
            walk=self._walk,
            busy=lambda situation: situation.orders.busy,
        )

    def _walk(self, origins: Any, targets: Any) -> Any:
        """Seconds on foot by road between a few places; the straight line where it is many, which is close enough."""
        if max(len(origins), len(targets)) > _MOST_BY_ROAD:
            return walk_straight(origins, targets)
        return self.parts.nearby.travel(origins, targets, Travel.FOOT)

    def _push_services(self) -> PushServices:
        return PushServices(
            projector=self.parts.projector,
            identities=self.identities,
            render=self.renderer.render,
            interval_s=self.settings.panels_interval_s,
            build=self.build,
            registry=self.registry,
            origins=[origin for origin in (self.settings.public_url.rstrip("/"),) if origin],
            most_clients=max(1, self.settings.web_threads - _THREADS_FOR_THE_API),
        )

    def _join_dash(self, app: Flask) -> None:
        city, settings = self.parts.city, self.settings
        # Dash keeps its pages in a registry of the module: a second app of one process starts with an empty one
        dash.page_registry.clear()
        page_app = Dash(
            "cockpit",
            server=app,
            use_pages=True,
            pages_folder="",
            assets_folder=str(assets_directory()),
            assets_path_ignore=["^phone$"],  # a page of its own
            title=texts(LANGS[0])["product.short"],
            update_title="",
            suppress_callback_exceptions=True,
            serve_locally=True,
        )
        ground = Ground(
            tile_url=settings.tile_url,
            tile_crs=settings.tile_crs,
            attribution=settings.tile_attribution,
            approval=settings.map_approval,
        )
        projector, renderer, build = self.parts.projector, self.renderer, self.build
        pages.register(
            city=city,
            projector=projector,
            history=self.parts.history,
            renderer=renderer,
            viewer=_viewer,
            ground=ground,
            build=build,
        )
        iot.register(city=city, viewer=_viewer, build=build)
        patrol.register(city=city, viewer=_viewer, build=build)
        leader.register(
            leader.LeaderDesk(
                drill=self.drill,
                city=city,
                standards=self.parts.standards,
                viewer=_viewer,
                target_rate=settings.target_rate,
                clock=_now,
                away=UNAVAILABLE,
            ),
            city=city,
        )
        duty.register(city=city, projector=projector, renderer=renderer, viewer=_viewer, ground=ground, build=build)
        page_app.layout = html.Div([dash.page_container])

    def _dead_letters(self) -> int:
        parts = self.parts
        return parts.facts.count_dead() + parts.positions.count_dead() + parts.dead_messages.count()

    def _archive_lag_s(self) -> float:
        return self.lookout.now().archive_lag_s

    def _code_of(self, event_id: str) -> str | None:
        with self.parts.projector.lock:
            event = self.parts.projector.situation.events.get(event_id)
            return event.report.place.code if event else None

    def _years_missing(self) -> list[int]:
        with self.parts.projector.lock:
            situation = self.parts.projector.situation
            today = _now().astimezone(situation.rules.zone()).date()
            return years_missing(situation.calendar, situation.calendar_days.values(), today)

    def _check_redis(self) -> str | None:
        self.parts.redis.ping()
        return None

    def _check_database(self) -> str | None:
        with self.parts.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        return None

    def _check_situation(self) -> str | None:
        projector = self.parts.projector
        if not projector.ready:
            return "the situation is still being folded"
        return f"{projector.lag_s:.0f} s behind the facts" if projector.lag_s > _LAG_LIMIT_S else None


def _forbidden_page(lang: str) -> str:
    return problem_page(403, texts(lang))


def _viewer() -> Viewer:
    asking = principal()
    commands = asking.role in _COMMANDING
    return Viewer(
        scope=asking.scope.code,
        may_command=commands,
        csrf=asking.csrf,
        name=asking.name,
        account=asking.account.token_id,
    )


def _now() -> datetime:
    return datetime.now(UTC)
