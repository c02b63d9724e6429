"""Joins the API to a Flask app, room by room: everything comes as arguments, nothing is made on import."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from flask import Flask, Response, request
from prometheus_client import CollectorRegistry
from werkzeug.exceptions import HTTPException

from cockpit.api.asked import Instants
from cockpit.api.commands import CommandAppender, Commands, IdempotencyKeys
from cockpit.api.compress import register_compression
from cockpit.api.edges import edges_blueprint
from cockpit.api.guard import OPEN_PATHS, register_guard
from cockpit.api.identity import Accounts, Identities
from cockpit.api.language import language
from cockpit.api.openapi import document
from cockpit.api.operations import Checks, Gauges, Operations, operations_blueprint, register_request_metrics
from cockpit.api.problem import ProblemError, problem
from cockpit.api.room import Core, Room
from cockpit.api.signin import Audit, Page, SignIn, plain_page, signin_blueprint
from cockpit.api.snapshot import Projection
from cockpit.api.throttle import Throttle
from cockpit.services.city import City
from cockpit.situation.situation import Situation
from cockpit.store.accounts import Role
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.stream.connection import FAILED as STREAM_FAILED

log = structlog.get_logger(__name__)

_PREFIX = "/api/"


@dataclass(frozen=True, kw_only=True)
class ApiServices:
    """What the API is joined to: what every room may use, the door before them, and the rooms.

    Functions are asked for every request; they must be safe from any thread.
    """

    rooms: Sequence[Room]
    projection: Projection
    commands: CommandAppender
    idempotency: IdempotencyKeys
    accounts: Accounts
    identities: Identities
    audit: Audit
    clock: Callable[[], datetime]
    rewind: Callable[[datetime], Situation]
    #: the same without what tables tell: for lists, which ask the past themselves
    folded: Callable[[datetime], Situation]
    city: City
    checks: Checks
    version: str
    session_for: timedelta
    registry: CollectorRegistry
    #: role → page, for the pages that exist; others go to /screen
    pages: Mapping[Role, str] = field(default_factory=dict)
    #: page → roles, for the pages that are not for everybody, and what others get to read instead (by language)
    page_roles: Mapping[str, Collection[Role]] = field(default_factory=dict)
    forbidden_page: Callable[[str], str] = lambda _lang: ""
    #: hears of each session's cookie that is dead now (push disconnects its sockets)
    session_ended: Callable[[str], None] = lambda _cookie: None
    gauges: Mapping[str, tuple[str, Callable[[], float]]] = field(default_factory=dict)
    signin_page: Page = plain_page
    throttle: Throttle = field(default_factory=Throttle)
    #: paths that the sign-in page needs before anybody has signed in
    open_prefixes: tuple[str, ...] = ()


def register_api(app: Flask, services: ApiServices) -> None:
    """Guard, sign-in, API and operations. Call it before Dash is joined, so that the guard stands before its pages."""
    s = services
    register_request_metrics(app, s.registry)
    register_compression(app)
    s.registry.register(Gauges(s.gauges))
    signin = SignIn(
        accounts=s.accounts, identities=s.identities, audit=s.audit, clock=s.clock, session_for=s.session_for,
        throttle=s.throttle, pages=s.pages, page=s.signin_page, ended=s.session_ended,
    )  # fmt: skip

    def turn_away() -> Response:
        return signin.answer(401, "", request.full_path.rstrip("?"))

    def forbid() -> Response:
        headers = {"Cache-Control": "no-store"}
        return Response(s.forbidden_page(language(request)), status=403, mimetype="text/html", headers=headers)

    register_guard(
        app, s.identities, turn_away=turn_away, open_paths=OPEN_PATHS, open_prefixes=s.open_prefixes,
        page_roles=s.page_roles, forbid=forbid,
    )  # fmt: skip
    instants = Instants(fold=s.projection, clock=s.clock, rewind=s.rewind, folded=s.folded)
    core = Core(
        projection=s.projection,
        instants=instants,
        commands=Commands(instants, s.commands, idempotency=s.idempotency, clock=s.clock),
        appender=s.commands,
        city=s.city,
        audit=s.audit,
        clock=s.clock,
    )
    app.register_blueprint(signin_blueprint(signin))
    for room in s.rooms:
        for blueprint in room.blueprints(core):
            app.register_blueprint(blueprint)
    app.register_blueprint(operations_blueprint(Operations(s.registry, checks=s.checks)))
    app.register_blueprint(edges_blueprint(document((room.document for room in s.rooms), version=s.version)))
    app.register_error_handler(ProblemError, lambda error: error.response)
    app.register_error_handler(Exception, _failed)


def _failed(error: Exception) -> Response | HTTPException:
    """API clients get problems, also for what nobody foresaw; pages keep Flask's own answers."""
    if isinstance(error, (*DATABASE_AWAY, *STREAM_FAILED)):
        log.warning("a store is away", path=request.path, error=type(error).__name__)
        return problem(503, "a store cannot be reached at the moment", headers={"Retry-After": "2"})
    if isinstance(error, HTTPException):
        if not request.path.startswith(_PREFIX) or error.code is None or error.code < 400:
            return error
        return problem(error.code, error.description or "")
    log.exception("request failed", path=request.path)
    if not request.path.startswith(_PREFIX):
        raise error
    return problem(500, "something went wrong here; it is in the log")
