"""流转规则: the one table of legal moves. Commands, outside transitions, buttons and the diagram in the docs follow it.

A person's move is legal from `from_stages`. A source outside need not tell every stage, so what it tells may also
come from `told_from`; it never leads backwards except by return, rework or reopening. Once somebody works on an event
here, its source keeps to what a person may do.
"""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.act import ActKind
from cockpit.domain.role import Role
from cockpit.domain.stage import DISMISSED, FINISHED, Stage


class MoveName(StrEnum):
    """What a person may ask for; the values are the last part of the path in the API."""

    ACCEPT = "accept"  # 受理
    REJECT = "reject"  # 不予受理
    VOID = "void"  # 作废
    ASSIGN = "assign"  # 分拨
    CALL = "call"  # 吹哨
    REPORT_IN = "report-in"  # 报到
    START = "start"  # 开始处置
    RETURN = "return"  # 退回
    ESCALATE = "escalate"  # 上报上级
    HAND_DOWN = "hand-down"  # 下派
    FEED_BACK = "feed-back"  # 反馈
    REWORK = "rework"  # 返工
    CLOSE = "close"  # 结案
    REOPEN = "reopen"  # 重开
    EVALUATE = "evaluate"  # 评价
    SUSPEND = "suspend"  # 挂账
    RESUME = "resume"  # 恢复
    EXTEND = "extend"  # 申请延期
    APPROVE_EXTENSION = "approve-extension"  # 同意延期
    REFUSE_EXTENSION = "refuse-extension"  # 不同意延期
    SUPERVISE = "supervise"  # 督办
    REMIND = "remind"  # 催办
    NOTE = "note"  # 备注
    CLAIM = "claim"  # 认领
    TAKE_OVER = "take-over"  # 接管
    RELEASE = "release"  # 释放
    MERGE = "merge"  # 并案
    UNMERGE = "unmerge"  # 撤销并案
    PARENT = "parent"  # 关联父事件


#: the centre's officers; a unit's own people come in by their phones
DESK = frozenset({Role.DUTY, Role.ADMIN})
FIELDWORK = DESK | {Role.GRIDWORKER}


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One row. It enters a stage or does an act, never both."""

    name: MoveName
    from_stages: frozenset[Stage]
    enters: Stage | None = None
    does: ActKind | None = None
    told_from: frozenset[Stage] = frozenset()
    roles: frozenset[Role] = DESK
    #: fields of the request that it cannot do without
    needs: tuple[str, ...] = ()
    #: refused while another officer has claimed the event
    is_guarded: bool = True
    #: refused to an officer of a level below the event's
    is_of_level: bool = True


def _stages(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_S = Stage
#: waiting for a centre to assign them
_TO_ASSIGN = _stages(_S.ACCEPTED, _S.RETURNED, _S.ESCALATED, _S.REOPENED)
#: at work with a unit
_AT_WORK = _stages(_S.ASSIGNED, _S.HANDLING, _S.REWORK)
_NOT_FED_BACK = _TO_ASSIGN | _AT_WORK | {_S.REGISTERED, _S.SUSPENDED}
_OPEN = _NOT_FED_BACK | {_S.FED_BACK}

MOVES: tuple[Move, ...] = (
    Move(
        name=MoveName.ACCEPT, enters=_S.ACCEPTED, from_stages=_stages(_S.REGISTERED),
        told_from=_TO_ASSIGN,
    ),
    Move(
        name=MoveName.REJECT, enters=_S.REJECTED, needs=("note",),
        from_stages=_stages(_S.REGISTERED, _S.ACCEPTED, _S.RETURNED, _S.ESCALATED),
    ),
    Move(
        name=MoveName.VOID, enters=_S.VOIDED, needs=("note",), from_stages=_NOT_FED_BACK,
        told_from=FINISHED | {_S.FED_BACK},
    ),
    Move(
        name=MoveName.ASSIGN, enters=_S.ASSIGNED, needs=("unit",), from_stages=_TO_ASSIGN,
        told_from=_stages(_S.REGISTERED, _S.ASSIGNED),
    ),
    Move(name=MoveName.CALL, does=ActKind.CALLED, needs=("unit",), from_stages=_AT_WORK),
    Move(
        name=MoveName.REPORT_IN, does=ActKind.REPORTED_IN, from_stages=_AT_WORK | {_S.SUSPENDED}, roles=FIELDWORK,
        is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.START, enters=_S.HANDLING, from_stages=_stages(_S.ASSIGNED), roles=FIELDWORK,
        told_from=_TO_ASSIGN | {_S.REGISTERED, _S.HANDLING, _S.REWORK, _S.SUSPENDED},
        is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.RETURN, enters=_S.RETURNED, needs=("note",), from_stages=_AT_WORK, is_of_level=False,
        told_from=_TO_ASSIGN | {_S.REGISTERED, _S.SUSPENDED},
    ),
    Move(
        name=MoveName.ESCALATE, enters=_S.ESCALATED,
        from_stages=_TO_ASSIGN | {_S.ASSIGNED, _S.HANDLING},
        told_from=_stages(_S.REGISTERED, _S.SUSPENDED, _S.REWORK),
    ),
    Move(name=MoveName.HAND_DOWN, enters=_S.ACCEPTED, from_stages=_TO_ASSIGN),
    Move(
        name=MoveName.FEED_BACK, enters=_S.FED_BACK, from_stages=_AT_WORK, roles=FIELDWORK,
        told_from=_TO_ASSIGN | {_S.REGISTERED, _S.SUSPENDED, _S.FED_BACK}, is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.REWORK, enters=_S.REWORK, needs=("note",), from_stages=_stages(_S.FED_BACK), told_from=FINISHED,
    ),
    Move(
        name=MoveName.CLOSE, enters=_S.CLOSED, from_stages=_stages(_S.FED_BACK),
        told_from=_NOT_FED_BACK | {_S.CLOSED},
    ),
    Move(name=MoveName.REOPEN, enters=_S.REOPENED, from_stages=FINISHED),
    Move(
        name=MoveName.EVALUATE, enters=_S.EVALUATED, from_stages=_stages(_S.CLOSED),
        told_from=_OPEN | {_S.EVALUATED}, is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.SUSPEND, enters=_S.SUSPENDED, from_stages=_AT_WORK,
        told_from=_TO_ASSIGN | {_S.REGISTERED, _S.SUSPENDED},
    ),
    Move(name=MoveName.RESUME, enters=_S.RESUMED, from_stages=_stages(_S.SUSPENDED)),
    Move(
        name=MoveName.EXTEND, does=ActKind.EXTENSION_ASKED, from_stages=_AT_WORK, roles=FIELDWORK,
        is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.APPROVE_EXTENSION, does=ActKind.EXTENSION_APPROVED, from_stages=_AT_WORK, is_guarded=False,
    ),
    Move(
        name=MoveName.REFUSE_EXTENSION, does=ActKind.EXTENSION_REFUSED, needs=("note",), from_stages=_OPEN,
        is_guarded=False,
    ),
    Move(name=MoveName.SUPERVISE, does=ActKind.SUPERVISED, from_stages=_OPEN, is_guarded=False),
    Move(
        name=MoveName.REMIND, does=ActKind.REMINDED, from_stages=_OPEN, is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.NOTE, does=ActKind.NOTED, needs=("note",), from_stages=_OPEN | FINISHED | DISMISSED,
        roles=FIELDWORK, is_guarded=False, is_of_level=False,
    ),
    Move(
        name=MoveName.CLAIM, does=ActKind.CLAIMED, from_stages=_OPEN | FINISHED, is_of_level=False,
    ),
    Move(
        name=MoveName.TAKE_OVER, does=ActKind.TAKEN_OVER, from_stages=_OPEN | FINISHED, is_guarded=False,
        is_of_level=False,
    ),
    Move(
        name=MoveName.RELEASE, does=ActKind.RELEASED, from_stages=_OPEN | FINISHED, is_of_level=False,
    ),
    Move(name=MoveName.MERGE, does=ActKind.MERGED, needs=("into",), from_stages=_OPEN),
    Move(name=MoveName.UNMERGE, does=ActKind.UNMERGED, from_stages=_OPEN | FINISHED | DISMISSED),
    Move(name=MoveName.PARENT, does=ActKind.PARENTED, from_stages=_OPEN),
)  # fmt: skip
BY_NAME = {move.name: move for move in MOVES}


def _before(*, with_told: bool) -> dict[Stage, frozenset[Stage]]:
    before: dict[Stage, set[Stage]] = {Stage.REGISTERED: {Stage.REGISTERED} if with_told else set()}
    for move in MOVES:
        if move.enters is not None:
            before.setdefault(move.enters, set()).update(move.from_stages, move.told_from if with_told else ())
    return {stage: frozenset(stages) for stage, stages in before.items()}


#: stage → the stages from which a person may enter it, and a source once somebody works on the event here
LEGAL_BEFORE = _before(with_told=False)
#: stage → the stages from which a source may tell it as long as it alone works on the event
TOLD_BEFORE = _before(with_told=True)
