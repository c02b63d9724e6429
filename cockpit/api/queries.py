"""`GET gridworkers · feeds · mode · indicators`: answered from the fold, all of one instant."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from flask import Blueprint, Response, request

from cockpit.api.asked import (
    Instants,
    answer,
    cursor_after,
    cursor_asked,
    limit_asked,
    page_of,
    scope_asked,
    time_of,
)
from cockpit.api.items import event_item, mover_item
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.services.surroundings import Surroundings
from cockpit.situation.indicators import BY_NAME, INDICATORS, Moment, measures
from cockpit.situation.listing import Place, listed_records
from cockpit.situation.modes import changes_of, mode_row
from cockpit.situation.movers import Movers

_GRIDWORKER = "gridworker"


class MoversOf(Protocol):
    """What gridworkers are read from: the projector."""

    @property
    def movers(self) -> Movers: ...


class Queries:
    """Small answers; the lists of events have a module of their own."""

    def __init__(
        self,
        instants: Instants,
        movers: MoversOf,
        *,
        movers_at: Callable[[datetime], Movers],
        surroundings: Callable[[], Surroundings],
    ) -> None:
        self._instants, self._movers, self._movers_at = instants, movers, movers_at
        self._surroundings = surroundings

    def gridworkers(self) -> Response:
        """Where the gridworkers of the scope last were."""
        past = self._instants.past()
        if past is not None:
            return _gridworkers_page(self._movers_at(past), past)
        with self._instants.asked() as (_, now):
            return _gridworkers_page(self._movers.movers, now)

    def feeds(self) -> Response:
        """How every feed is doing."""
        seen, lang = self._surroundings(), language(request)
        items: list[object] = [
            {
                "name": f.name,
                "title": f.title_en if lang == "en" else f.title_zh,
                "status": f.status,
                "age_s": f.age_s,
                "accepted": f.accepted,
                "flagged": f.flagged,
                "rejected": f.rejected,
                "duplicate": f.duplicate,
                "period_s": f.patience.period_s,
                "stale_after_s": f.patience.stale_after_s,
                "lost_after_s": f.patience.lost_after_s,
                "sources": f.sources,
                "behind_s": f.behind_s,
                "lag_ms": dict(zip(("p50", "p90", "p99"), f.lag_ms, strict=False)) or None,
                "reasons": f.reasons,
            }
            for f in seen.feeds
        ]
        return page_of(self._instants.clock(), items, total=len(items), reachable=seen.reachable)

    def mode(self) -> Response:
        """The mode that holds for the scope, and every mode set within it."""
        scope = scope_asked()
        with self._instants.asked() as (situation, now):
            holds = mode_row(situation, scope)
            items: list[object] = [
                {"scope": s.scope, "mode": s.mode, "event_id": s.event_id, "by": s.by, "at": s.at}
                for s in situation.modes.values()
                if scope.covers(s.scope)
            ]
        return page_of(now, items, total=len(items), scope=scope.code, mode=holds["mode"], event_id=holds["event_id"])

    def mode_history(self) -> Response:
        """Every change of mode that the scope saw, newest first: who, when, why and around which event."""
        scope, limit, since, until = scope_asked(), limit_asked(), time_of("from"), time_of("to")
        with self._instants.asked(facts_alone=True) as (situation, now):
            found = changes_of(situation, scope, since=since, until=until)
        items: list[object] = [
            {
                "scope": s.scope, "mode": s.mode, "event_id": s.event_id,
                "title": s.incident.title if s.incident else "", "by": s.by, "at": s.at, "note": s.note,
            }
            for s in found[:limit]
        ]  # fmt: skip
        return page_of(now, items, total=len(found), scope=scope.code)

    def indicators(self) -> Response:
        """Every indicator of the scope; the number equals the length of its list of records."""
        scope, words = scope_asked(), texts(language(request))
        with self._instants.asked() as (situation, now):
            moment = Moment.of(now, situation.rules.zone())
            measured = measures(situation.table, situation.table.within(scope), moment)
        items: list[dict[str, Any]] = [
            {
                "name": i.name,
                "title": words[f"indicator.{i.name}.title"],
                "value": measured[i.name].value,
                "numerator": measured[i.name].numerator,
                "denominator": measured[i.name].denominator,
                "definition": words[f"indicator.{i.name}.definition"],
                "version": i.version,
            }
            for i in INDICATORS
        ]
        return answer({"as_of": now, "scope": scope.code, "items": items})

    def records(self, name: str) -> Response:
        """指标反查: the events behind a number."""
        indicator = BY_NAME.get(name)
        if indicator is None:
            raise ProblemError(404, f"no indicator {clean(name[:100])}")
        part = request.args.get("part", "numerator")
        if part not in ("numerator", "denominator"):
            raise ProblemError(400, "part must be numerator or denominator", field="part")
        scope, limit, cursor = scope_asked(), limit_asked(), cursor_asked()
        with self._instants.asked() as (situation, now):
            try:
                found = listed_records(situation, indicator, scope, now, part=part)
            except KeyError:
                raise ProblemError(404, f"{name} is a count, it has no {part}") from None
            places = found.first(limit + 1, after=None if cursor is None else Place(*cursor))
            events = situation.events.pick(place.event_id for place in places[:limit])
            timing = situation.timing
        after = cursor_after(*places[limit - 1]) if len(places) > limit else None
        items: list[object] = [event_item(event, now, timing) for event in events]
        return page_of(now, items, total=len(found), after=after, scope=scope.code, name=name, part=part)


def _gridworkers_page(movers: Movers, now: datetime) -> Response:
    scope, limit, cursor = scope_asked(), limit_asked(), cursor_asked()
    rows = [r for r in movers.since(0, scope).tolist() if movers.kinds[int(movers.rows[r]["kind"])] == _GRIDWORKER]
    rest = [r for r in rows if cursor is None or r > cursor[0]]
    items: list[object] = [mover_item(movers, r, now) for r in rest[:limit]]
    after = cursor_after(rest[limit - 1], "") if len(rest) > limit else None
    return page_of(now, items, total=len(rows), after=after, scope=scope.code)


def queries_blueprint(queries: Queries) -> Blueprint:
    """`/api/v1/…`."""
    blueprint = Blueprint("queries", __name__, url_prefix="/api/v1")
    for name in ("gridworkers", "feeds", "mode", "indicators"):
        blueprint.add_url_rule(f"/{name}", name, getattr(queries, name), methods=["GET"])
    blueprint.add_url_rule("/mode/history", "mode_history", queries.mode_history, methods=["GET"])
    blueprint.add_url_rule("/indicators/<name>/records", "records", queries.records, methods=["GET"])
    return blueprint
