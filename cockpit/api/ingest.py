"""`POST feeds/events|transitions|alarms|positions`: what sources send, acknowledged once the stream has it."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from redis.exceptions import RedisError

from cockpit.api.batches import Batch, parse_batch
from cockpit.api.body import read_body
from cockpit.api.identity import Principal, require
from cockpit.api.messages import AlarmMessage, EventMessage, Message, PositionMessage, TransitionMessage
from cockpit.api.meter import FeedMeter
from cockpit.api.problem import ProblemError
from cockpit.api.readings import alarms_of, fixes_of, reports_of, steps_of
from cockpit.domain.source import FEEDS, POSITIONS_FEED, Source
from cockpit.services.intake import Intake, Outcome
from cockpit.store.accounts import Role
from cockpit.stream.lane import millis_of

#: what refused items count for when they name no feed that we know
UNKNOWN_FEED = "unknown"

Take = Callable[[Batch[Any], Principal], Outcome]


class Ingest:
    """The four kinds of messages, each the same way: read, parse, convert, take, count."""

    def __init__(self, intake: Intake, meter: FeedMeter, *, clock: Callable[[], datetime]) -> None:
        self._intake, self._meter, self._clock = intake, meter, clock

    def events(self) -> Response:
        def take(batch: Batch[EventMessage], asking: Principal) -> Outcome:
            return self._intake.take_reports(reports_of(batch), asking.scope)

        return self._answer(EventMessage, "", take)

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
            return self._intake.take_fixes(fixes_of(batch), asking.scope)

        return self._answer(PositionMessage, POSITIONS_FEED, take)

    def _answer(self, model: type[Message], feed: str, take: Take) -> Response:
        asking = require(Role.FEED, Role.ADMIN)
        named = request.args.get("source", "")
        default = feed or (named if named in FEEDS else "")
        try:
            batch = parse_batch(read_body(request), request.mimetype, model)
        except ProblemError:
            self._meter.count(default or UNKNOWN_FEED, self._now_ms(), rejected=1)
            raise
        sources = [feed or getattr(item, "source", UNKNOWN_FEED) for item in batch.items]
        rejected_sources = [feed or (s if s in FEEDS else default or UNKNOWN_FEED) for s in batch.rejected_sources]
        place_of = {index: i for i, index in enumerate(batch.indices)}
        try:
            outcome = take(batch, asking)
        except RedisError as away:
            raise ProblemError(
                503, "the stream cannot be reached, nothing of this was acknowledged; send it again",
                headers={"Retry-After": "2"},
            ) from away  # fmt: skip
        rejected_sources += [sources[place_of[r.index]] for r in outcome.rejected if r.index in place_of]
        rejected = sorted([*batch.rejected, *outcome.rejected], key=lambda r: r.index)
        self._count(sources, rejected_sources, outcome, default)
        body = {"accepted": outcome.accepted, "duplicate": outcome.duplicate, "rejected": rejected}
        return Response(msgspec.json.encode(body), status=202, mimetype="application/json")

    def _count(self, sources: list[str], rejected_sources: list[str], outcome: Outcome, default: str) -> None:
        """Feed health. Which source a flagged item came from is not followed up: it goes to the most frequent."""
        now_ms, rejected = self._now_ms(), Counter(rejected_sources)
        heard = Counter(sources)
        flagged = outcome.flagged
        for source, n in heard.most_common():
            bad = rejected.pop(source, 0)
            self._meter.count(source, now_ms, accepted=max(n - bad, 0), flagged=flagged, rejected=bad)
            flagged = 0
        for source, n in rejected.items():
            self._meter.count(source, now_ms, rejected=n)
        if not heard and not rejected_sources and default:
            self._meter.count(default, now_ms)

    def _now_ms(self) -> int:
        return millis_of(self._clock())


def ingest_blueprint(intake: Intake, meter: FeedMeter, *, clock: Callable[[], datetime]) -> Blueprint:
    """Routes under `/api/v1/feeds`."""
    ingest = Ingest(intake, meter, clock=clock)
    blueprint = Blueprint("ingest", __name__, url_prefix="/api/v1/feeds")
    for name in ("events", "transitions", "alarms", "positions"):
        blueprint.add_url_rule(f"/{name}", name, getattr(ingest, name), methods=["POST"])
    return blueprint
