"""报警规则: the one table of what may be done about an alarm. Commands, buttons and the page of the docs follow it."""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.alarm import OPEN, Alarm, AlarmActKind, AlarmState
from cockpit.domain.moves import DESK
from cockpit.domain.refusal import Refusal
from cockpit.domain.role import Role


class AlarmMoveName(StrEnum):
    """What a person may ask for; the values are the last part of the path in the API."""

    ACKNOWLEDGE = "acknowledge"  # 确认
    ASSIGN = "assign"  # 派单
    CLEAR = "clear"  # 解除
    FALSE = "false"  # 误报
    PROMOTE = "promote"  # 转事件
    SEPARATE = "separate"  # 移出警情组


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmMove:
    """One row: an act, and the states that it is legal from."""

    name: AlarmMoveName
    does: AlarmActKind
    from_states: frozenset[AlarmState]
    #: the state that it leads to; None leaves it as it is
    to_state: AlarmState | None = None
    #: fields of the request that it cannot do without
    needs: tuple[str, ...] = ()
    roles: frozenset[Role] = DESK


_S = AlarmState

ALARM_MOVES: tuple[AlarmMove, ...] = (
    AlarmMove(
        name=AlarmMoveName.ACKNOWLEDGE, does=AlarmActKind.ACKNOWLEDGED, to_state=_S.ACKNOWLEDGED,
        from_states=frozenset({_S.RAISED}),
    ),
    AlarmMove(
        name=AlarmMoveName.ASSIGN, does=AlarmActKind.ASSIGNED, to_state=_S.ASSIGNED, from_states=OPEN, needs=("unit",),
    ),
    AlarmMove(name=AlarmMoveName.CLEAR, does=AlarmActKind.CLEARED, to_state=_S.CLEARED, from_states=OPEN),
    # a device often clears its false alarm before anybody has looked
    AlarmMove(
        name=AlarmMoveName.FALSE, does=AlarmActKind.JUDGED_FALSE, to_state=_S.FALSE, from_states=OPEN | {_S.CLEARED},
    ),
    AlarmMove(name=AlarmMoveName.PROMOTE, does=AlarmActKind.PROMOTED, from_states=OPEN | {_S.CLEARED}),
    AlarmMove(name=AlarmMoveName.SEPARATE, does=AlarmActKind.SEPARATED, from_states=OPEN),
)  # fmt: skip

BY_NAME: dict[AlarmMoveName, AlarmMove] = {move.name: move for move in ALARM_MOVES}


def find_alarm_refusal(move: AlarmMove, alarm: Alarm) -> Refusal | None:
    """The rule that forbids a move about an alarm as it stands; None if it is legal."""
    if move.name is AlarmMoveName.PROMOTE and alarm.event_id:
        return Refusal("alarm_is_promoted", f"the alarm is event {alarm.event_id} already")
    state = alarm.state
    if state in move.from_states:
        return None
    if state is AlarmState.FALSE:
        return Refusal("alarm_is_false", "the alarm was judged false")
    if state is AlarmState.CLEARED:
        return Refusal("alarm_is_over", "the alarm is over")
    return Refusal("alarm_is_acknowledged", f"the alarm is {state.value} already")
