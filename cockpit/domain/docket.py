"""案卷: what acts have added to an event: who has claimed it, who was called, what was extended, supervised, merged.

Derived from steps and acts in their order in time, like everything of an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cockpit.domain.act import Act, ActKind
from cockpit.domain.stage import Stage
from cockpit.domain.step import Step

#: a claim without an act of its officer lapses
CLAIM_FOR = timedelta(minutes=15)
#: 延期 at most so often
MOST_EXTENSIONS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """认领: an officer works on the event; others see it and keep their hands off."""

    by: str
    account: str
    since: datetime
    #: the officer's latest step or act
    last_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """吹哨报到: a co-handler called, and when it reported in. `ended_at`: since when nobody waits for it any more."""

    unit: str
    called_at: datetime
    reported_in_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """延期: asked for, approved by the event's level and the one above; it holds from `granted_at`."""

    asked_at: datetime
    by: str
    note: str
    #: accounts that approved
    approved_by: tuple[str, ...] = ()
    granted_at: datetime | None = None
    refused_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        return self.granted_at is None and self.refused_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Docket:
    """Everything that acts have added; empty for most events."""

    claim: Claim | None = None
    calls: tuple[Call, ...] = ()
    extensions: tuple[Extension, ...] = ()
    supervisions: tuple[Act, ...] = ()
    reminders: int = 0
    #: the main event that this one was merged into
    merged_into: str = ""
    parent: str = ""

    @property
    def pending(self) -> Extension | None:
        """The extension that waits for an approval."""
        return next((e for e in self.extensions if e.is_pending), None)

    @property
    def granted(self) -> int:
        """How many extensions hold."""
        return sum(e.granted_at is not None for e in self.extensions) if self.extensions else 0

    def claim_at(self, now: datetime) -> Claim | None:
        """The claim that holds at `now`."""
        claim = self.claim
        return claim if claim is not None and now - claim.last_at < CLAIM_FOR else None


EMPTY = Docket()
#: the lead unit has been chosen anew, or nobody is at work any more: called units are not waited for
_ENDS_CALLS = frozenset(
    {Stage.ASSIGNED, Stage.FED_BACK, Stage.CLOSED, Stage.EVALUATED, Stage.RETURNED, Stage.ESCALATED, Stage.REJECTED,
     Stage.VOIDED, Stage.ACCEPTED}
)  # fmt: skip


def docket_of(steps: Sequence[Step], acts: Sequence[Act]) -> Docket:
    """The docket after steps that took effect and acts, each in their order in time."""
    docket = EMPTY
    items: list[Step | Act] = [*steps, *acts]
    for item in sorted(items, key=lambda item: (item.at, isinstance(item, Act))):
        docket = _with_step(docket, item) if isinstance(item, Step) else _with_act(docket, item)
        claim = docket.claim
        if claim is not None and item.account == claim.account:
            docket = replace(docket, claim=replace(claim, last_at=item.at))
    return docket


def _with_step(docket: Docket, step: Step) -> Docket:
    calls = docket.calls
    if step.stage in _ENDS_CALLS:
        calls = tuple(c if c.ended_at else replace(c, ended_at=c.reported_in_at or step.at) for c in calls)
    if step.assignment is not None:
        calls += tuple(Call(unit=unit, called_at=step.at) for unit in step.assignment.co_units)
    return docket if calls is docket.calls else replace(docket, calls=calls)


def _with_act(docket: Docket, act: Act) -> Docket:
    match act.kind:
        case ActKind.CLAIMED | ActKind.TAKEN_OVER:
            known = docket.claim
            goes_on = known is not None and known.account == act.account and act.at - known.last_at < CLAIM_FOR
            since = known.since if known is not None and goes_on else act.at
            claim = Claim(by=act.by, account=act.account, since=since, last_at=act.at)
            return replace(docket, claim=claim)
        case ActKind.RELEASED:
            return replace(docket, claim=None)
        case ActKind.CALLED:
            return replace(docket, calls=(*docket.calls, Call(unit=act.unit, called_at=act.at)))
        case ActKind.REPORTED_IN:
            return replace(docket, calls=tuple(_reported_in(call, act) for call in docket.calls))
        case ActKind.SUPERVISED:
            return replace(docket, supervisions=(*docket.supervisions, act))
        case ActKind.REMINDED:
            return replace(docket, reminders=docket.reminders + 1)
        case ActKind.EXTENSION_ASKED:
            asked = Extension(asked_at=act.at, by=act.by, note=act.note)
            return replace(docket, extensions=(*docket.extensions, asked))
        case ActKind.EXTENSION_APPROVED | ActKind.EXTENSION_REFUSED:
            return replace(docket, extensions=tuple(_answered(e, act) for e in docket.extensions))
        case ActKind.MERGED:
            return replace(docket, merged_into=act.other_id)
        case ActKind.UNMERGED:
            return replace(docket, merged_into="")
        case ActKind.PARENTED:
            return replace(docket, parent=act.other_id)
        case ActKind.NOTED:
            return docket


def _reported_in(call: Call, act: Act) -> Call:
    if call.ended_at is not None or call.unit != act.unit or call.reported_in_at is not None:
        return call
    return replace(call, reported_in_at=act.at, ended_at=act.at)


def _answered(extension: Extension, act: Act) -> Extension:
    if not extension.is_pending:
        return extension
    if act.kind is ActKind.EXTENSION_REFUSED:
        return replace(extension, refused_at=act.at)
    approved = (*extension.approved_by, act.account)
    return replace(extension, approved_by=approved, granted_at=act.at if act.is_final else None)
