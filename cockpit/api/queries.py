"""`GET gridworkers · feeds · mode`: answered from the fold, all of one instant."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from flask import Blueprint, Response, request

from cockpit.api.asked import (
    Instants,
    cursor_after,
    cursor_asked,
    limit_asked,
    page_of,
    scope_asked,
    time_of,
)
from cockpit.api.items import mover_item
from cockpit.api.language import language
from cockpit.services.surroundings import Surroundings
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
        return page_of(
            self._instants.clock(), items, total=len(items), reachable=seen.reachable, dead_letters=seen.dead_letters
        )

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
    for name in ("gridworkers", "feeds", "mode"):
        blueprint.add_url_rule(f"/{name}", name, getattr(queries, name), methods=["GET"])
    blueprint.add_url_rule("/mode/history", "mode_history", queries.mode_history, methods=["GET"])
    return blueprint
