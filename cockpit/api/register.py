"""Joins the API to a Flask app: everything comes as arguments, nothing is made on import."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec
import structlog
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CollectorRegistry
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from cockpit.api.alarms import Alarms, EventOf, NearestOf, PastAlarmsOf, alarms_blueprint
from cockpit.api.asked import Instants
from cockpit.api.attachments import AttachmentDesk, AttachmentTable, PhotoStore, attachments_blueprint
from cockpit.api.attendance import AttendanceDesk, attendance_blueprint
from cockpit.api.base_tiles import BaseTiles, base_tiles_blueprint
from cockpit.api.calendar import Calendar, calendar_blueprint
from cockpit.api.commands import CommandAppender, Commands, IdempotencyKeys, commands_blueprint
from cockpit.api.compress import register_compression
from cockpit.api.dead_letters import DeadLetters, dead_letters_blueprint
from cockpit.api.devices import Devices, devices_blueprint
from cockpit.api.evacuation_split import EvacuationSplit, evacuation_split_blueprint
from cockpit.api.evacuations import Evacuations, evacuations_blueprint
from cockpit.api.events import Events, Past, events_blueprint
from cockpit.api.exports import Exports, exports_blueprint
from cockpit.api.fact_stream import Facts, FactStream, fact_stream_blueprint
from cockpit.api.feed_pictures import FeedPictures
from cockpit.api.feed_posts import FeedPosts, feed_posts_blueprint
from cockpit.api.figure_alerts import FigureAlertAnswers, figure_alerts_blueprint
from cockpit.api.finding_items import FindingWords
from cockpit.api.flow_maps import FlowMaps, flow_maps_blueprint
from cockpit.api.forecast import ForecastAnswers, forecast_blueprint
from cockpit.api.guard import OPEN_PATHS, register_guard
from cockpit.api.house_deeds import HouseDeeds, HouseReminders, house_deeds_blueprint, unmask_throttle
from cockpit.api.houses import Houses, houses_blueprint
from cockpit.api.identity import Accounts, Identities
from cockpit.api.indicators import Indicators, indicators_blueprint
from cockpit.api.ingest import ingest_blueprint
from cockpit.api.language import language
from cockpit.api.layer_tiles import LayerTiles, layer_tiles_blueprint
from cockpit.api.layers import Layers, layers_blueprint
from cockpit.api.meter import FeedMeter
from cockpit.api.moves import Moves, moves_blueprint
from cockpit.api.nearby import NearbyAnswers, nearby_blueprint
from cockpit.api.notices import NoticeAnswers, notices_blueprint
from cockpit.api.on_duty import on_duty_blueprint
from cockpit.api.openapi import document
from cockpit.api.operations import Checks, Gauges, Operations, operations_blueprint, register_request_metrics
from cockpit.api.order_reminders import OrderReminders, order_reminders_blueprint
from cockpit.api.orders import Orders, orders_blueprint
from cockpit.api.outward import OutwardAnswers, outward_blueprint
from cockpit.api.own import Own, own_blueprint
from cockpit.api.own_feeds import OwnFeeds
from cockpit.api.patrol import Patrol, patrol_blueprint
from cockpit.api.plans import Plans, plans_blueprint
from cockpit.api.plots import Plots, plots_blueprint
from cockpit.api.problem import ProblemError, problem
from cockpit.api.queries import Queries, queries_blueprint
from cockpit.api.recommendation import Recommendation, recommendation_blueprint
from cockpit.api.reports import ReportAnswers, reports_blueprint
from cockpit.api.search import Search, search_blueprint
from cockpit.api.signin import Audit, Page, SignIn, plain_page, signin_blueprint
from cockpit.api.sketch import sketch_blueprint
from cockpit.api.snapshot import Projection, Snapshots, snapshot_blueprint
from cockpit.api.standards import StandardsAnswers, standards_blueprint
from cockpit.api.thematic_maps import ThematicMaps, thematic_maps_blueprint
from cockpit.api.throttle import Throttle
from cockpit.api.tracks import LastHeard, TrackAnswers, tracks_blueprint
from cockpit.api.units import Units, units_blueprint
from cockpit.api.unplaced import unplaced_blueprint
from cockpit.api.verdicts import Verdicts
from cockpit.api.whose import Whose, whose_blueprint
from cockpit.domain.scope import Scope
from cockpit.services.advising import Adviser
from cockpit.services.alarm_rules import AlarmRules
from cockpit.services.assignment import Suggester
from cockpit.services.city import City
from cockpit.services.drill_down import DrillDown
from cockpit.services.evacuating import Evacuating
from cockpit.services.feeding.posted import PostedFeed
from cockpit.services.finding_pictures import FindingPictures
from cockpit.services.finding_rules import FindingRules
from cockpit.services.forecast.demand import DemandDesk
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.services.houses.book import HouseBook
from cockpit.services.intake import Intake
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.registry import Things
from cockpit.services.on_duty import OnDuty
from cockpit.services.outward.subscribing import Subscribing
from cockpit.services.past_findings import PastFindings
from cockpit.services.plan_files import PlanBook
from cockpit.services.plan_running import PlanRunner
from cockpit.services.readings import ReadingIntake
from cockpit.services.recipients import RecipientBook
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.search.searching import Searching
from cockpit.services.sketch import Sketch
from cockpit.services.standards import StandardsBook
from cockpit.services.surroundings import Surroundings
from cockpit.services.tracks.tracks import Tracks
from cockpit.services.units import UnitBook
from cockpit.services.unplaced import Unplaced
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation
from cockpit.store.accounts import Role
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.store.notices import Notices
from cockpit.stream.dead_messages import DeadMessages, MemoryDeadMessages

log = structlog.get_logger(__name__)

_PREFIX = "/api/"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, kw_only=True)
class ApiServices:
    """What the API is joined to. Functions are asked for every request; they must be safe from any thread."""

    projection: Projection
    intake: Intake
    meter: FeedMeter
    commands: CommandAppender
    idempotency: IdempotencyKeys
    accounts: Accounts
    identities: Identities
    audit: Audit
    clock: Callable[[], datetime]
    rewind: Callable[[datetime], Situation]
    #: the same without what tables tell: for lists, which ask `past` for that
    folded: Callable[[datetime], Situation]
    past: Past
    drill: DrillDown
    surroundings: Callable[[], Surroundings]
    city: City
    standards: StandardsBook
    responsibilities: ResponsibilityBook
    suggester: Suggester
    nearby: Nearby
    things: Things
    evacuating: Evacuating
    photos: PhotoStore
    attachments: AttachmentTable
    #: photos that one account may bring within a day
    photos_a_day: int
    command_phone: str = ""
    plans: PlanBook
    plan_runner: PlanRunner
    adviser: Adviser
    checks: Checks
    version: str
    session_for: timedelta
    #: a gridworker heard of within this time is on duty
    on_duty_within_s: float
    registry: CollectorRegistry
    notices: Notices
    #: who an order may go to, and how long its acceptance is waited for unless the officer says otherwise
    recipients: RecipientBook
    units: UnitBook
    order_accept_within_s: float = 120.0
    #: role → page, for the pages that exist; others go to /screen
    pages: Mapping[Role, str] = field(default_factory=dict)
    #: page → roles, for the pages that are not for everybody, and what others get to read instead (by language)
    page_roles: Mapping[str, Collection[Role]] = field(default_factory=dict)
    forbidden_page: Callable[[str], str] = lambda _lang: ""
    #: hears of each session's cookie that is dead now (push disconnects its sockets)
    session_ended: Callable[[str], None] = lambda _cookie: None
    #: hears that a browser of this scope gets to hold the movers as they are now (push tells it who left)
    movers_held: Callable[[Scope], None] = lambda _scope: None
    movers_at: Callable[[datetime], Movers] = lambda _at: Movers()
    #: feeds with words of their own, by name: each at `feeds/NAME`
    posted_feeds: Mapping[str, PostedFeed] = field(default_factory=dict)
    readings: ReadingIntake | None = None
    #: what other systems may follow
    facts: Facts | None = None
    #: daily, weekly and monthly reports
    reports: ReportAnswers | None = None
    figure_alerts: FigureAlertAnswers | None = None
    #: who is told facts without asking
    outward: Subscribing | None = None
    devices: Callable[[Instants], Devices] | None = None
    base_tiles: BaseTiles | None = None
    unplaced: Unplaced | None = None
    #: thresholds for findings, and the findings that have left the fold
    finding_rules: Callable[[], FindingRules] = FindingRules
    past_findings: PastFindings | None = None
    on_duty: OnDuty | None = None
    #: where people were, and who was heard of last
    tracks: Tracks | None = None
    last_heard: Callable[[], list[LastHeard]] = list
    #: what an alarm that becomes an event takes along: what is nearest, and the category and title of its kind
    alarm_rules: Callable[[], AlarmRules] = AlarmRules
    #: messages of feeds that could not even be looked at
    dead_messages: DeadMessages = field(default_factory=MemoryDeadMessages)
    #: alarms that are in no fold any more
    past_alarms: PastAlarmsOf | None = None
    nearest_of_alarm: NearestOf = lambda _place: ()
    event_of_alarm: EventOf = lambda _kind: ("", "")
    #: thematic layers
    layers: Layers | None = None
    houses: HouseBook | None = None
    layer_tiles: LayerTiles | None = None
    searching: Searching | None = None
    gauges: Mapping[str, tuple[str, Callable[[], float]]] = field(default_factory=dict)
    signin_page: Page = plain_page
    #: which open events become overtime, and how many reports a day brings
    forecast: OpenEvents | None = None
    demand: DemandDesk | None = None
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
    commands = Commands(instants, s.commands, idempotency=s.idempotency, clock=s.clock)
    for blueprint in (
        signin_blueprint(signin),
        dead_letters_blueprint(DeadLetters(instants, s.dead_messages, city_code=s.city.code)),
        feed_posts_blueprint(FeedPosts(s.posted_feeds, clock=s.clock)),
        ingest_blueprint(
            s.intake, s.meter, OwnFeeds(s.projection, city=s.city, clock=s.clock), clock=s.clock, readings=s.readings
        ),
        events_blueprint(Events(instants, s.past, s.forecast)),
        calendar_blueprint(Calendar(instants)),
        standards_blueprint(StandardsAnswers(instants, s.standards)),
        whose_blueprint(
            Whose(
                instants,
                s.projection,
                city=s.city,
                responsibilities=s.responsibilities,
                suggester=s.suggester,
                on_duty_within_s=s.on_duty_within_s,
            )
        ),
        nearby_blueprint(NearbyAnswers(instants, s.nearby, s.things, movers_at=s.movers_at)),
        indicators_blueprint(Indicators(instants, s.drill)),
        thematic_maps_blueprint(ThematicMaps(Indicators(instants, s.drill), city=s.city, layers=s.layers)),
        flow_maps_blueprint(FlowMaps(Indicators(instants, s.drill), city=s.city, units=s.units, standards=s.standards)),
        *((forecast_blueprint(ForecastAnswers(instants, s.forecast, s.demand)),) if s.forecast and s.demand else ()),
        queries_blueprint(Queries(instants, s.projection, movers_at=s.movers_at, surroundings=s.surroundings)),
        snapshot_blueprint(Snapshots(instants, s.projection, movers_at=s.movers_at, holding=s.movers_held)),
        commands_blueprint(commands),
        moves_blueprint(Moves(instants, commands, s.past, find_limit=s.standards.find_limit)),
        orders_blueprint(Orders(instants, commands, recipients=s.recipients, accept_within_s=s.order_accept_within_s)),
        order_reminders_blueprint(OrderReminders(instants, commands)),
        units_blueprint(Units(instants, units=s.units, responsibilities=s.responsibilities, city=s.city)),
        recommendation_blueprint(Recommendation(s.adviser, clock=s.clock)),
        plans_blueprint(Plans(instants, commands, plans=s.plans, runner=s.plan_runner)),
        plots_blueprint(Plots(instants, commands, city=s.city)),
        evacuations_blueprint(Evacuations(instants, commands, s.evacuating)),
        evacuation_split_blueprint(EvacuationSplit(instants, commands, s.evacuating)),
        alarms_blueprint(
            Alarms(
                instants,
                commands,
                nearest=s.nearest_of_alarm,
                event_of=s.event_of_alarm,
                rules=s.alarm_rules,
                past=s.past_alarms,
            )
        ),
        *((devices_blueprint(s.devices(instants)),) if s.devices else ()),
        *((unplaced_blueprint(s.unplaced, s.clock),) if s.unplaced else ()),
        *((layers_blueprint(s.layers),) if s.layers else ()),
        *((layer_tiles_blueprint(s.layer_tiles),) if s.layer_tiles else ()),
        *((on_duty_blueprint(s.on_duty, s.clock),) if s.on_duty else ()),
        *((_tracks(s.tracks, s),) if s.tracks else ()),
        attachments_blueprint(
            AttachmentDesk(instants, s.photos, s.attachments, city=s.city, a_day=s.photos_a_day, clock=s.clock)
        ),
        attendance_blueprint(AttendanceDesk(instants, commands, city=s.city)),
        sketch_blueprint(Sketch(s.city.directory)),
        *((base_tiles_blueprint(s.base_tiles),) if s.base_tiles else ()),
        own_blueprint(Own(instants, city=s.city, clock=s.clock, command_phone=s.command_phone)),
        notices_blueprint(NoticeAnswers(s.notices, clock=s.clock)),
        _patrol(instants, s),
        *(_houses(instants, s, s.houses) if s.houses else ()),
        *((search_blueprint(Search(s.searching, city=s.city, clock=s.clock)),) if s.searching else ()),
        *((fact_stream_blueprint(FactStream(s.projection, s.facts)),) if s.facts else ()),
        *((reports_blueprint(s.reports),) if s.reports else ()),
        exports_blueprint(Exports(s.city, clock=s.clock)),
        *((figure_alerts_blueprint(s.figure_alerts),) if s.figure_alerts else ()),
        *((outward_blueprint(OutwardAnswers(s.outward, s.audit, clock=s.clock)),) if s.outward else ()),
        operations_blueprint(Operations(s.registry, checks=s.checks)),
        _edges(s.version),
    ):
        app.register_blueprint(blueprint)
    app.register_error_handler(ProblemError, lambda error: error.response)
    app.register_error_handler(Exception, _failed)


def _tracks(tracks: Tracks, s: ApiServices) -> Blueprint:
    return tracks_blueprint(TrackAnswers(tracks, s.audit, city=s.city, heard=s.last_heard, clock=s.clock))


def _houses(instants: Instants, s: ApiServices, book: HouseBook) -> tuple[Blueprint, ...]:
    reminders = HouseReminders(
        book, instants, city=s.city, intake=s.intake, commands=s.commands, recipients=s.recipients
    )  # fmt: skip
    houses = Houses(book, city=s.city, clock=s.clock, reminded_at=reminders.reminded_at)
    deeds = HouseDeeds(book, houses, s.audit, clock=s.clock, throttle=unmask_throttle(time.monotonic))
    return houses_blueprint(houses), house_deeds_blueprint(deeds, reminders)


def _patrol(instants: Instants, s: ApiServices) -> Blueprint:
    pictures = FindingPictures(lambda: s.finding_rules().picture_hosts, monotonic=time.monotonic)
    words = FindingWords(pictures.may_fetch, s.responsibilities.now)
    return patrol_blueprint(
        Patrol(instants, words, pictures, s.finding_rules),
        Verdicts(instants, s.past_findings),
        FeedPictures(s.photos, s.attachments, city=s.city, clock=s.clock),
    )


def _edges(version: str) -> Blueprint:
    """`openapi.json`, and a 404 that is one: Dash would answer unknown paths with a page."""
    blueprint = Blueprint("edges", __name__)
    body = msgspec.json.encode(document(version=version))

    etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'

    def openapi() -> Response:
        known = request.headers.get("If-None-Match", "") == etag
        response = Response(b"" if known else body, status=304 if known else 200, mimetype="application/json")
        response.headers.update({"ETag": etag, "Cache-Control": "no-cache"})
        return response

    def nothing(rest: str) -> Response:  # noqa: ARG001 - the route hands it over
        allowed = [m for m in _METHODS if _knows(m)]
        if allowed:
            return problem(405, f"{request.method} is not for this path", headers={"Allow": ", ".join(allowed)})
        return problem(404, "there is nothing under this path", instance=request.path[:200])

    def _knows(method: str) -> bool:
        adapter = current_app.url_map.bind("")
        try:
            endpoint, _ = adapter.match(request.path, method=method)
        except HTTPException:
            return False
        return bool(endpoint != "edges.nothing")

    blueprint.add_url_rule("/api/v1/openapi.json", "openapi", openapi, methods=["GET"])
    blueprint.add_url_rule("/api/<path:rest>", "nothing", nothing, methods=list(_METHODS))
    blueprint.add_url_rule("/api", "root", lambda: nothing(""), methods=list(_METHODS))
    return blueprint


def _failed(error: Exception) -> Response | HTTPException:
    """API clients get problems, also for what nobody foresaw; pages keep Flask's own answers."""
    if isinstance(error, (*DATABASE_AWAY, RedisError)):
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
