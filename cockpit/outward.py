"""对外推送的组合: the courier of the dispatch process, the desk of the API, figures and findings, from the settings."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cockpit.exits import TellError
from cockpit.parts import Parts
from cockpit.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.services.outward.courier import Courier
    from cockpit.services.outward.guard import Guard
    from cockpit.services.outward.posting import Poster
    from cockpit.services.outward.subscribing import Subscribing
    from cockpit.store.outward import Outward

#: (verdict, told) of `cockpit doctor`
Found = tuple[str, str]
_LATE_S = 600.0


def guard_of(settings: Settings) -> "Guard":
    """Where facts may be sent to."""
    from cockpit.services.outward.guard import Guard, networks_of

    return Guard(networks_of(settings.outward_allow), settings.outward_plain_http)


def poster_of(settings: Settings) -> "Poster":
    """TellError for a CA file that cannot be used."""
    from cockpit.services.outward.posting import Poster

    try:
        return Poster(guard_of(settings), clock=_now, ca_file=settings.outward_ca_file)
    except OSError as wrong:
        raise TellError(f"outward_ca_file cannot be used: {wrong}") from wrong


def courier_of(parts: Parts) -> "Courier":
    """Who delivers; there is one in every dispatch process, and each subscription has one of them."""
    from cockpit.services.outward.courier import Courier
    from cockpit.services.outward.filling import Filling
    from cockpit.store.outward import Outward

    table = Outward(parts.engine)
    filling = Filling(
        table, facts=parts.facts, journal=parts.journal, fold=parts.projector, codes_of=_codes_of(parts.engine)
    )
    tries = parts.settings.outward_tries
    return Courier(table, filling, poster_of(parts.settings), holder=parts.consumer, most_tries=tries)


def subscribing_of(parts: Parts, *, tail: Callable[[], str] | None = None) -> "Subscribing":
    """`tail` is asked for the position from which a new subscription reads; the stream without it."""
    from cockpit.services.outward.subscribing import Subscribing
    from cockpit.store.outward import Outward

    return Subscribing(
        Outward(parts.engine), guard_of(parts.settings), tail=tail or parts.facts.tail, randomness=secrets.token_bytes,
        clock=_now,
    )  # fmt: skip


def outward_gauges(table: "Outward") -> dict[str, tuple[str, Callable[[], float]]]:
    """Figures for `/metrics`."""

    def oldest_s() -> float:
        oldest = [b.oldest_ms for b in table.backlogs().values() if b.oldest_ms is not None]
        return max(0.0, _now().timestamp() - min(oldest) / 1000) if oldest else 0.0

    return {
        "cockpit_outward_waiting": (
            "facts that subscriptions have not acknowledged",
            lambda: float(sum(b.waiting for b in table.backlogs().values())),
        ),
        "cockpit_outward_dead": (
            "facts that receivers refuse",
            lambda: float(sum(b.dead for b in table.backlogs().values())),
        ),
        "cockpit_outward_behind_seconds": ("age of the oldest fact that is not acknowledged", oldest_s),
        "cockpit_outward_stopped": (
            "subscriptions that are stopped",
            lambda: float(sum(s.state == "stopped" for s in table.list())),
        ),
    }


def look_at_outward(engine: "Engine") -> Iterator[Found]:
    """What `cockpit doctor` tells of subscriptions; nothing when there is none."""
    from cockpit.store.outward import Backlog, Outward

    table = Outward(engine)
    subscriptions, backlogs, now = table.list(), table.backlogs(), _now().timestamp()
    if not subscriptions:
        yield "ok", "nobody subscribes to facts"
    for one in subscriptions:
        waiting, dead, oldest_ms = backlogs.get(one.id, Backlog(0, 0, None))
        told = f"{one.name} ({one.id}): {one.delivered} delivered, {waiting} waiting"
        if one.state == "stopped":
            yield "fail", f"{told}; stopped: {one.error}; mend its receiver, then `cockpit outward replay {one.id}`"
        elif dead:
            yield "warn", f"{told}; {dead} refused: {one.error}; `cockpit outward replay {one.id}` tries them again"
        elif oldest_ms is not None and now - oldest_ms / 1000 > _LATE_S:
            yield (
                "warn",
                f"{told}, the oldest for {now - oldest_ms / 1000:.0f} s: {one.error or 'is dispatch running?'}",
            )
        else:
            yield "ok", told


def _codes_of(engine: "Engine") -> Callable[[Collection[str]], Mapping[str, str]]:
    from cockpit.store.event_records import EventRecords

    records = EventRecords(engine)

    def codes(event_ids: Collection[str]) -> Mapping[str, str]:
        with engine.connect() as connection:
            return {key: r.code for key, r in records.read(connection, list(event_ids)).items() if r.code}

    return codes


def _now() -> datetime:
    return datetime.now(UTC)
