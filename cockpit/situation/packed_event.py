"""压紧: an event that has ended as some hundred bytes instead of some thousand, until somebody asks for it.

A day of a city ends 200,000 events, and hardly one of them is looked at again. Their places, times and colours are in
the columns (`EventTable`); what lists and maps want beside those stands at the front of the bytes, so that it is read
without the steps. The bytes hold what was told, in the order of the fields below; what follows from it is derived
again by `event_of`, so that an unpacked event is equal to the one that was packed.
"""

from datetime import datetime
from typing import Any

import msgspec

from cockpit.domain.act import Act
from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.event import Event, Place, Report, Step, event_of
from cockpit.domain.level import Level
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage


class PackedStep(msgspec.Struct, array_like=True, frozen=True):
    """A step by place. Its id mostly begins as those of the event's steps do; `fact` lacks that then."""

    stage: Stage
    at: datetime
    unit: str
    by: str
    level: Level | None
    note: str
    fact: str
    is_id_whole: bool = False
    extra: dict[str, Any] = {}
    assignment: Assignment | None = None
    attachments: tuple[str, ...] = ()
    score: int | None = None
    account: str = ""
    command_id: str = ""


class Outline(msgspec.Struct, array_like=True, frozen=True):
    """What is read of a packed event at a glance: its report, where it stands, when it ended, whether in time."""

    source: Source
    title: str
    reported_at: datetime
    lon: float | None
    lat: float | None
    code: str
    address: str
    flags: tuple[str, ...]
    category: str
    category_text: str
    description: str
    severity: Severity | None
    stage: Stage
    level: Level
    unit: str
    handled_at: datetime | None
    closed_at: datetime | None
    #: when the latest thing happened to it
    last_at: datetime
    is_dismissed: bool
    #: 超期 by the calendar that holds: an event is packed anew when a day of it is decided otherwise
    is_late: bool
    #: the claim's name, account and last act
    claim: tuple[str, str, datetime] | None
    due_at: datetime | None
    given: GivenLimit | None
    arrived_at: datetime | None
    reporter: str
    attachments: tuple[str, ...]
    extra: dict[str, Any]
    steps: msgspec.Raw
    acts: msgspec.Raw

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, rejected, voided or merged."""
        return self.last_at if self.is_dismissed else self.closed_at


_ENCODE_INTO = msgspec.msgpack.Encoder().encode_into
_OUTLINE = msgspec.msgpack.Decoder(Outline)
_STEPS = msgspec.msgpack.Decoder(tuple[PackedStep, ...])
_ACTS = msgspec.msgpack.Decoder(tuple[Act, ...])


def packed(event: Event, *, is_late: bool) -> bytes | None:
    """The event as bytes, without its id; None for one with something in it that no bytes can hold: it stays whole."""
    report, place, claim, prefix = event.report, event.report.place, event.docket.claim, _prefix(event.event_id)
    buffer = bytearray(1_024)
    try:
        _ENCODE_INTO(
            (
                report.source, report.title, report.reported_at, place.lon, place.lat, place.code, place.address,
                place.flags, report.category, report.category_text, report.description, report.severity,
                event.stage, event.level, event.unit, event.handled_at, event.closed_at, event.last_at,
                event.is_dismissed, is_late, claim and (claim.by, claim.account, claim.last_at),
                report.due_at, report.given, report.arrived_at, report.reporter, report.attachments, report.extra,
                [_packed_step(step, prefix) for step in event.steps], event.acts,
            ),
            buffer,
        )  # fmt: skip
        return bytes(buffer)  # `encode` would leave what it took too much
    except (TypeError, ValueError, OverflowError, RecursionError):  # a lone surrogate, a number of a hundred digits
        return None


def outlined(body: bytes) -> Outline:
    """What stands at the front of the bytes; two microseconds."""
    return _OUTLINE.decode(body)


def unpacked(event_id: str, body: bytes) -> Event:
    """The event, equal to the one that was packed; some twenty microseconds."""
    outline, prefix = _OUTLINE.decode(body), _prefix(event_id)
    steps = tuple(_step(told, prefix) for told in _STEPS.decode(outline.steps))
    return event_of(report_of(event_id, outline), steps, _ACTS.decode(outline.acts))


def report_of(event_id: str, outline: Outline) -> Report:
    """The report of an outline."""
    o = outline
    return Report(
        event_id=event_id, source=o.source, title=o.title, reported_at=o.reported_at,
        place=Place(lon=o.lon, lat=o.lat, code=o.code, address=o.address, flags=o.flags),
        category=o.category, category_text=o.category_text, description=o.description, due_at=o.due_at,
        given=o.given, arrived_at=o.arrived_at, severity=o.severity, reporter=o.reporter,
        attachments=o.attachments, extra=o.extra,
    )  # fmt: skip


def _prefix(event_id: str) -> str:
    """How the ids of the facts begin that told of its steps."""
    return f"stage:{event_id}:"


def _packed_step(step: Step, prefix: str) -> tuple[Any, ...]:
    fact_id = step.fact_id
    is_whole = not fact_id.startswith(prefix)
    fact = fact_id if is_whole else fact_id[len(prefix) :]
    told = (step.stage, step.at, step.unit, step.by, step.level, step.note, fact)
    more = (is_whole, step.extra, step.assignment, step.attachments, step.score, step.account, step.command_id)
    return told if more == _NOTHING_MORE else told + more


_NOTHING_MORE: tuple[Any, ...] = (False, {}, None, (), None, "", "")


def _step(told: PackedStep, prefix: str) -> Step:
    return Step(
        stage=told.stage, at=told.at, unit=told.unit, by=told.by, level=told.level, note=told.note,
        fact_id=told.fact if told.is_id_whole else prefix + told.fact, extra=told.extra,
        assignment=told.assignment, attachments=told.attachments, score=told.score, account=told.account,
        command_id=told.command_id,
    )  # fmt: skip
