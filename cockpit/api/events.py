"""`GET events` and `GET events/{id}`: every filter over the situation of one instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import Blueprint, Response, request

from cockpit.api.asked import (
    Instants,
    answer,
    bbox_asked,
    choice_of,
    cursor_after,
    cursor_asked,
    flag_of,
    limit_asked,
    page_of,
    scope_asked,
    time_of,
)
from cockpit.api.event_detail import Reader, event_detail
from cockpit.api.identity import principal
from cockpit.api.items import event_item
from cockpit.api.language import language
from cockpit.api.moves import officer_of
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.event import Event
from cockpit.domain.overtime import Colour, colour_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.domain.timing import Timing
from cockpit.situation.indicators import Moment
from cockpit.store.accounts import Role

_LONGEST_Q = 200
#: who may see who reported an event
_PERSONAL = frozenset({Role.DUTY, Role.LEADER, Role.ADMIN, Role.GRIDWORKER})


class AskedColour(StrEnum):
    """The legend's words: red is both kinds of red, blue has the paused in it; green is finished today."""

    GREEN = "green"
    BLUE = "blue"
    PAUSED = "paused"
    AT_RISK = "at_risk"
    OVERTIME = "overtime"
    RED = "red"


_COLOURS = {
    AskedColour.GREEN: {Colour.GREEN},
    AskedColour.BLUE: {Colour.BLUE, Colour.PAUSED},
    AskedColour.PAUSED: {Colour.PAUSED},
    AskedColour.AT_RISK: {Colour.AT_RISK},
    AskedColour.OVERTIME: {Colour.OVERTIME},
    AskedColour.RED: {Colour.AT_RISK, Colour.OVERTIME},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """The filters of one request; None or empty lets everything through."""

    stage: Stage | None
    colour: AskedColour | None
    overtime: bool | None
    source: Source | None
    category: str
    q: str
    since: datetime | None
    until: datetime | None
    bbox: tuple[float, float, float, float] | None

    @classmethod
    def asked(cls) -> "EventQuery":
        """From the current request."""
        return cls(
            stage=choice_of("stage", Stage),
            colour=choice_of("colour", AskedColour),
            overtime=flag_of("overtime"),
            source=choice_of("source", Source),
            category=request.args.get("category", "")[:_LONGEST_Q],
            q=request.args.get("q", "")[:_LONGEST_Q].casefold(),
            since=time_of("from"),
            until=time_of("to"),
            bbox=bbox_asked(),
        )

    def takes(self, event: Event, now: datetime, day: float, timing: Timing) -> bool:
        """True if the event passes every filter. `day`: local midnight in seconds since 1970."""
        report = event.report
        return (
            (self.stage is None or event.stage is self.stage)
            and (self.source is None or report.source is self.source)
            and (self.since is None or report.reported_at >= self.since)
            and (self.until is None or report.reported_at < self.until)
            and (
                not self.category or report.category.startswith(self.category) or report.category_text == self.category
            )
            and (self.bbox is None or _lies_in(self.bbox, report.place.lon, report.place.lat))
            and (not self.q or self._says(event))
            and self._has_colour(event, now, day, timing)
        )

    def _is_of_category(self, event: Event) -> bool:
        """A code covers what begins with it; a text must be the same."""
        return event.report.category.startswith(self.category) or event.report.category_text == self.category

    def _says(self, event: Event) -> bool:
        report = event.report
        texts = (report.title, report.event_id, report.place.address, report.description, report.category_text)
        return any(self.q in text.casefold() for text in texts)

    def _has_colour(self, event: Event, now: datetime, day: float, timing: Timing) -> bool:
        if self.colour is None and self.overtime is None:
            return True
        if event.is_dismissed:
            return self.colour is None and not self.overtime
        colour = colour_of(event, now, timing)
        if self.overtime is not None and (colour is Colour.OVERTIME) != self.overtime:
            return False
        if self.colour is None:
            return True
        finished_before = event.closed_at is not None and event.closed_at.timestamp() < day
        return colour in _COLOURS[self.colour] and not (colour is Colour.GREEN and finished_before)


def _lies_in(bbox: tuple[float, float, float, float], lon: float | None, lat: float | None) -> bool:
    west, south, east, north = bbox
    return lon is not None and lat is not None and west <= lon <= east and south <= lat <= north


class Events:
    """The two queries. `find_past` finds an event that has left the fold (finished before today)."""

    def __init__(self, instants: Instants, *, find_past: Callable[[str], Event | None]) -> None:
        self._instants, self._find_past = instants, find_past

    def listed(self) -> Response:
        """Newest report first."""
        scope, query, limit, cursor = scope_asked(), EventQuery.asked(), limit_asked(), cursor_asked()
        with self._instants.asked() as (situation, now):
            table = situation.table
            candidates = [situation.events[event_id] for event_id in table.ids(table.within(scope))]
            timing, zone = situation.timing, situation.rules.zone()
        day = Moment.of(now, zone).day
        found = [event for event in candidates if query.takes(event, now, day, timing)]
        found.sort(key=_order)
        total = len(found)
        if cursor is not None:
            found = [event for event in found if _order(event) > cursor]
        shown = found[:limit]
        after = cursor_after(*_order(shown[-1])) if len(found) > limit else None
        items: list[object] = [event_item(event, now, timing) for event in shown]
        return page_of(now, items, total=total, after=after, scope=scope.code)

    def get(self, event_id: str) -> Response:
        """One event with its whole process; 404 also for one outside the account's scope."""
        asking = principal()
        with self._instants.asked() as (situation, _now):
            event = situation.events.get(event_id)
        if event is None:  # asked of the database, while nobody waits for the fold
            event = self._find_past(event_id)
        if event is None or not asking.scope.covers(event.report.place.code):
            raise ProblemError(404, f"no event {clean(event_id[:200])}")
        with self._instants.asked() as (situation, now):
            event = situation.events.get(event_id, event)
            reader = Reader(
                role=asking.role,
                scope=asking.scope,
                officer=officer_of(asking, situation.rules.city_code),
                words=texts(language(request)),
                may_act=self._instants.past() is None and event_id in situation.events,
                personal=asking.role in _PERSONAL,
            )
            detail = event_detail(situation, event, now, reader)
        return answer({"as_of": now, **detail})


def _order(event: Event) -> tuple[float, str]:
    return -event.report.reported_at.timestamp(), event.event_id


def events_blueprint(events: Events) -> Blueprint:
    """`/api/v1/events…`."""
    blueprint = Blueprint("events", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/events", "list", events.listed, methods=["GET"])
    blueprint.add_url_rule("/events/<path:event_id>", "get", events.get, methods=["GET"])
    return blueprint
