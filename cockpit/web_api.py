"""Joins the HTTP API of a web process: its door and its rooms, from the parts."""

from datetime import timedelta
from typing import Any

from callbacks import duty, leader, patrol, phone, reports, tracks
from cockpit.api.register import ApiServices
from cockpit.catalogue import texts
from cockpit.outward import outward_gauges
from cockpit.store.accounts import Role
from cockpit.store.audit import AuditTrail
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.store.outward import Outward
from cockpit.web_parts import COMMANDING, WebParts, now
from cockpit.web_rooms import rooms_of
from cockpit.web_rooms.tracks import TRACK_ROLES
from layouts.problem import problem_page
from layouts.signin import signin_page

_LAG_LIMIT_S = 10.0


def api_services(web: WebParts, push: Any) -> ApiServices:
    parts, projector = web.parts, web.parts.projector
    return ApiServices(
        rooms=rooms_of(web, movers_held=push.movers_held),
        projection=projector,
        commands=parts.commands,
        idempotency=IdempotencyKeys(parts.engine),
        accounts=web.accounts,
        identities=web.identities,
        audit=AuditTrail(parts.engine),
        clock=now,
        rewind=parts.history.rewind,
        folded=parts.history.folded,
        city=parts.city,
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
