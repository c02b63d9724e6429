"""`POST feeds/events|transitions|alarms|positions|readings`: what sources send, acknowledged once the stream has it."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.batches import Batch, parse_batch
from cockpit.api.body import read_body
from cockpit.api.identity import Principal, require
from cockpit.api.messages import AlarmMessage, EventMessage, Message, PositionMessage, ReadingMessage, TransitionMessage
from cockpit.api.meter import FeedMeter
from cockpit.api.own_feeds import OwnFeeds
from cockpit.api.problem import ProblemError, answered
from cockpit.domain.scope import Scope
from cockpit.domain.source import FEEDS, POSITIONS_FEED, Source
from cockpit.services.feeding.terms import alarms_of, fixes_of, readings_of, reports_of, steps_of
from cockpit.services.intake import Intake, Outcome, Refused
from cockpit.services.readings import ReadingIntake
from cockpit.store.accounts import Role
from cockpit.stream.connection import FAILED as STREAM_FAILED
from cockpit.stream.lane import millis_of

#: what refused items count for when they name no feed that we know
UNKNOWN_FEED = "unknown"

Take = Callable[[Batch[Any], Principal], Outcome]
Pick = Callable[[Batch[Any], Principal], Batch[Any]]


class Ingest:
    """The kinds of messages, each the same way: read, parse, convert, take, count."""

    def __init__(
        self,
        intake: Intake,
        meter: FeedMeter,
        own: OwnFeeds,
        *,
        clock: Callable[[], datetime],
        readings: ReadingIntake | None = None,
    ) -> None:
        self._intake, self._meter, self._own, self._clock, self._readings = intake, meter, own, clock, readings

    def events(self) -> Response:
        def take(batch: Batch[EventMessage], asking: Principal) -> Outcome:
            return self._intake.take_reports(reports_of(batch), asking.scope)

        return self._answer(EventMessage, "", take, own=self._own.events)

    def transitions(self) -> Response:
        def take(batch: Batch[TransitionMessage], asking: Principal) -> Outcome:
            return self._intake.take_steps(steps_of(batch), asking.scope)

        return self._answer(TransitionMessage, "", take)

    def alarms(self) -> Response:
        def take(batch: Batch[AlarmMessage], asking: Principal) -> Outcome:
            return self._intake.take_alarms(alarms_of(batch), asking.scope)

        return self._answer(AlarmMessage, Source.IOT.value, take)

    def positions(self) -> Response:
        def take(batch: Batch[PositionMessage], asking: Principal) -> Outcome:
            # an order may lead a gridworker anywhere in the city
            scope = Scope(asking.city_code) if asking.role is Role.GRIDWORKER else asking.scope
            return self._intake.take_fixes(fixes_of(batch), scope)

        return self._answer(PositionMessage, POSITIONS_FEED, take, own=self._own.positions)

    def readings(self) -> Response:
        """Readings have no place to be refused for: a device that is unknown appears as one."""
        if self._readings is None:
            raise ProblemError(404, "no readings are taken here")
        taken = self._readings

        def take(batch: Batch[ReadingMessage], asking: Principal) -> Outcome:  # noqa: ARG001 - as all others
            return taken.take_indexed(readings_of(batch))

        return self._answer(ReadingMessage, Source.IOT.value, take)

    def _answer(self, model: type[Message], feed: str, take: Take, *, own: Pick | None = None) -> Response:
        """`own` keeps of a gridworker's batch what is theirs to say; without it the feed is not for them."""
        asking = require(Role.FEED, Role.ADMIN, *((Role.GRIDWORKER,) if own else ()))
        named = request.args.get("source", "")
        default = feed or (named if named in FEEDS else UNKNOWN_FEED)
        try:
            batch = parse_batch(read_body(request), request.mimetype, model)
            batch = own(batch, asking) if own else batch
        except ProblemError:
            self._meter.count(default, self._now_ms(), rejected=1)
            raise
        source_of = {
            **{i: feed or getattr(item, "source", default) for i, item in zip(batch.indices, batch.items, strict=True)},
            **{
                r.index: source if source in FEEDS else default
                for r, source in zip(batch.rejected, batch.rejected_sources, strict=True)
            },
        }
        try:
            outcome = take(batch, asking)
        except STREAM_FAILED as away:
            raise ProblemError(
                503, "the stream cannot be reached, nothing of this was acknowledged; send it again",
                headers={"Retry-After": "2"},
            ) from away  # fmt: skip
        rejected = sorted([*batch.rejected, *outcome.rejected], key=lambda r: r.index)
        self._count(source_of, rejected, outcome, default)
        return answered(202, {"accepted": outcome.accepted, "duplicate": outcome.duplicate, "rejected": rejected})

    def _count(self, source_of: dict[int, str], rejected: list[Refused], outcome: Outcome, default: str) -> None:
        """Feed health. Which source a duplicate or flagged item came from is not followed up: the most frequent."""
        bad = Counter(source_of[r.index] for r in rejected)
        flagged, duplicate = outcome.flagged, outcome.duplicate
        for source, n in Counter(source_of.values()).most_common():
            good = n - bad[source]
            known = min(good, duplicate)
            duplicate -= known
            self._meter.count(
                source, self._now_ms(), accepted=good - known, flagged=flagged, rejected=bad[source], duplicate=known,
                reasons=[f"{r.field}: {r.error}" for r in rejected if source_of[r.index] == source],
            )  # fmt: skip
            flagged = 0
        if not source_of and default != UNKNOWN_FEED:
            self._meter.count(default, self._now_ms())

    def _now_ms(self) -> int:
        return millis_of(self._clock())


def ingest_blueprint(
    intake: Intake,
    meter: FeedMeter,
    own: OwnFeeds,
    *,
    clock: Callable[[], datetime],
    readings: ReadingIntake | None = None,
) -> Blueprint:
    """Routes under `/api/v1/feeds`."""
    ingest = Ingest(intake, meter, own, clock=clock, readings=readings)
    blueprint = Blueprint("ingest", __name__, url_prefix="/api/v1/feeds")
    for name in ("events", "transitions", "alarms", "positions", "readings"):
        blueprint.add_url_rule(f"/{name}", name, getattr(ingest, name), methods=["POST"])
    return blueprint
