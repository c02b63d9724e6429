"""`GET events` and `GET events/{id}`: every filter over the situation of one instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

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
from cockpit.api.forecast import forecast_item
from cockpit.api.identity import principal
from cockpit.api.items import event_item
from cockpit.api.language import language
from cockpit.api.moves import officer_of
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.event import Event
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.services.past_events import PastPage
from cockpit.situation.event_filter import AskedColour, EventFilter, said_of
from cockpit.situation.listing import Place, ended_before_today, listed
from cockpit.store.accounts import Role

_LONGEST_Q = 200
#: events whose texts are kept for the next question
_TEXTS_KEPT = 300_000
#: who may see who reported an event
_PERSONAL = frozenset({Role.DUTY, Role.LEADER, Role.ADMIN, Role.GRIDWORKER})


def filter_asked() -> EventFilter:
    """The filters of the current request."""
    return EventFilter(
        stage=choice_of("stage", Stage),
        colour=choice_of("colour", AskedColour),
        overtime=flag_of("overtime"),
        source=choice_of("source", Source),
        category=request.args.get("category", "")[:_LONGEST_Q],
        q=request.args.get("q", "")[:_LONGEST_Q].replace("\0", "").casefold(),
        reported_from=time_of("from"),
        reported_to=time_of("to"),
        closed_from=time_of("closed_from"),
        closed_to=time_of("closed_to"),
        bbox=bbox_asked(),
    )


class Past(Protocol):
    """What the lists need of the events that are in no fold (`services.past_events`)."""

    def page(
        self, wanted: EventFilter, scope: Scope, at: datetime, *, after: Place | None, limit: int, hidden: Sequence[str]
    ) -> PastPage: ...
    def events(self, record_ids: Sequence[int], at: datetime) -> dict[int, Event]: ...
    def find(self, event_id: str, at: datetime) -> Event | None: ...


class Events:
    """The two queries: what the fold of an instant has, and what was over or only in a table then."""

    def __init__(self, instants: Instants, past: Past, forecast: OpenEvents | None = None) -> None:
        self._instants, self._past, self._forecast = instants, past, forecast
        self._texts: dict[str, str] = {}

    def _said(self, event: Event) -> str:
        """What `q` looks through, made once for each event: a report never changes."""
        text = self._texts.get(event.event_id)
        if text is None:
            if len(self._texts) >= _TEXTS_KEPT:
                self._texts.clear()
            text = self._texts[event.event_id] = said_of(event)
        return text

    def listed(self) -> Response:
        """Newest report first."""
        scope, wanted, limit, cursor = scope_asked(), filter_asked(), limit_asked(), cursor_asked()
        after = None if cursor is None else Place(*cursor)
        with self._instants.asked(facts_alone=True) as (situation, now):
            found, timing = listed(situation, wanted, scope, now), situation.timing
            hidden = [*ended_before_today(situation, now), *situation.recalled]
            shown = [] if found.events is not None else found.first(limit + 1, after=after)
            events = {e.event_id: e for e in situation.events.pick(p.event_id for p in shown)}
        if found.events is not None:  # what is looked for in texts is looked for while nobody waits for the fold
            found = found.judged(wanted, self._said)
            shown = found.first(limit + 1, after=after)
            events = found.told(shown)
        page = self._past.page(wanted, scope, now, after=after, limit=limit, hidden=hidden)
        numbers = dict(page.shown)
        places = sorted([*shown, *numbers])
        more = len(places) > limit
        places = places[:limit]
        records = self._past.events([numbers[p] for p in places if p in numbers], now)
        events |= {p.event_id: records[numbers[p]] for p in places if p in numbers}
        items: list[object] = [event_item(events[place.event_id], now, timing) for place in places]
        behind = cursor_after(*places[-1]) if more else None
        return page_of(now, items, total=len(found) + page.total, after=behind, scope=scope.code)

    def get(self, event_id: str) -> Response:
        """One event with its whole process; 404 also for one outside the account's scope."""
        asking = principal()
        with self._instants.asked() as (situation, now):
            event = situation.events.get(event_id)
        if event is None:  # asked of the database, while nobody waits for the fold
            event = self._past.find(event_id, now)
        if event is None or not asking.scope.covers(event.report.place.code):
            raise ProblemError(404, f"no event {clean(event_id[:200])}")
        with self._instants.asked() as (situation, now):
            event = situation.events.get(event_id, event)
            reader = Reader(
                role=asking.role,
                scope=asking.scope,
                officer=officer_of(asking, situation.rules.city_code),
                words=texts(language(request)),
                may_act=self._instants.past() is None,
                personal=asking.role in _PERSONAL,
            )
            detail = event_detail(situation, event, now, reader)
            found = self._forecast.find(situation, event_id, now) if self._forecast else None
        detail["forecast"] = forecast_item(found, reader.words) if found else None
        return answer({"as_of": now, **detail})


def events_blueprint(events: Events) -> Blueprint:
    """`/api/v1/events…`."""
    blueprint = Blueprint("events", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/events", "list", events.listed, methods=["GET"])
    blueprint.add_url_rule("/events/<path:event_id>", "get", events.get, methods=["GET"])
    return blueprint
