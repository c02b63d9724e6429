"""环节: how far an event has come in its life cycle (事件流转处置)."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages of 事件流转处置 in their order; the values are the names on the wire."""

    REGISTERED = "registered"  # 登记
    ACCEPTED = "accepted"  # 受理
    ASSIGNED = "assigned"  # 分拨
    HANDLING = "handling"  # 处置
    FED_BACK = "fed_back"  # 反馈
    CLOSED = "closed"  # 结案
    EVALUATED = "evaluated"  # 评价
    # side tracks
    REJECTED = "rejected"  # 不予受理
    VOIDED = "voided"  # 作废
    RETURNED = "returned"  # 退回
    ESCALATED = "escalated"  # 上报上级
    SUSPENDED = "suspended"  # 挂账
    RESUMED = "resumed"  # 恢复
    REWORK = "rework"  # 返工
    REOPENED = "reopened"  # 重开


#: no further work is expected: the event is green on the map
FINISHED = frozenset({Stage.CLOSED, Stage.EVALUATED})
#: the event was never this city's work: on no map and in no denominator
DISMISSED = frozenset({Stage.REJECTED, Stage.VOIDED})
#: the handling has ended at this step, whoever checks it afterwards
HANDLED = frozenset({Stage.FED_BACK, Stage.CLOSED, Stage.EVALUATED})
#: work starts again: what was fed back before counts no more
RENEWED = frozenset({Stage.REWORK, Stage.REOPENED, Stage.RETURNED, Stage.ESCALATED})

_ORDER = {stage: i for i, stage in enumerate(Stage)}


def order_of(stage: Stage) -> int:
    """Tie-break for steps of the same second: the earlier stage of the cycle comes first."""
    return _ORDER[stage]


class Phase(StrEnum):
    """What an open event waits for, as the flow strip (事件流转) counts it."""

    TO_ASSIGN = "to_assign"  # 待分拨
    HANDLING = "handling"  # 处置中
    TO_VERIFY = "to_verify"  # 待核实


def phase_of(stage: Stage) -> Phase | None:
    """待分拨, 处置中 or 待核实; None for an event that waits for nobody."""
    if stage in FINISHED or stage in DISMISSED:
        return None
    if stage is Stage.FED_BACK:
        return Phase.TO_VERIFY
    if stage in (Stage.REGISTERED, Stage.ACCEPTED, Stage.RETURNED, Stage.ESCALATED, Stage.REOPENED):
        return Phase.TO_ASSIGN
    return Phase.HANDLING
