"""报警: how far it has come, whatever order its messages arrive in and however wrong a device's clock is."""

from datetime import datetime, timedelta
from itertools import permutations

from cockpit.domain.alarm import REOPENS_AFTER, TELLINGS_KEPT, Alarm, AlarmAct, AlarmActKind, AlarmState, Telling
from cockpit.domain.severity import Severity
from tests.stories import NOON, minutes, place

_ACKNOWLEDGED, _CLEARED, _FALSE = AlarmActKind.ACKNOWLEDGED, AlarmActKind.CLEARED, AlarmActKind.JUDGED_FALSE


def told(
    minute: float, *, raised: bool = True, severity: Severity = Severity.III, known: datetime | None = None
) -> Telling:
    at = NOON + minutes(minute)
    return Telling(at=at, received_at=known or at, is_raised=raised, severity=severity)


def alarm(*tellings: Telling) -> Alarm:
    made = Alarm(alarm_id="a", device_id="d", kind="smoke", severity=Severity.III, place=place())
    for telling in tellings:
        made = made.with_telling(telling, place())
    return made


def act(kind: AlarmActKind, minute: float, about: float = 0) -> AlarmAct:
    return AlarmAct(kind=kind, at=NOON + minutes(minute), about=NOON + minutes(about), fact_id=f"{kind}{minute}")


def test_an_alarm_is_the_same_in_whatever_order_its_messages_arrive() -> None:
    messages = [told(0), told(2, raised=False), told(3), told(4), told(9, raised=False)]
    assert len({alarm(*order) for order in permutations(messages)}) == 1
    assert alarm(*messages).raised_at == NOON + minutes(3)


def test_a_device_that_repeats_itself_has_raised_its_alarm_once() -> None:
    repeated = alarm(*(told(n) for n in range(100)))
    assert repeated.raised_at == NOON
    assert len(repeated.tellings) == TELLINGS_KEPT
    assert repeated.with_act(act(_ACKNOWLEDGED, 101)).with_telling(told(102), place()).state is AlarmState.ACKNOWLEDGED


def test_an_acknowledgement_holds_although_the_devices_clock_is_an_hour_ahead() -> None:
    ahead = told(60, known=NOON)
    acknowledged = alarm(ahead).with_act(act(_ACKNOWLEDGED, 1, about=60))
    assert acknowledged.state is AlarmState.ACKNOWLEDGED


def test_an_alarm_that_is_raised_again_is_a_new_one_that_nobody_has_acknowledged() -> None:
    over = alarm(told(0)).with_act(act(_ACKNOWLEDGED, 1)).with_telling(told(2, raised=False), place())
    assert over.state is AlarmState.CLEARED
    again = over.with_telling(told(3), place())
    assert again.state is AlarmState.RAISED
    assert not again.current_acts
    assert len(again.acts) == 1


def test_a_false_alarm_stays_false_while_its_device_goes_on_and_rings_again_when_it_gets_worse() -> None:
    judged = alarm(told(0)).with_act(act(_FALSE, 1))
    assert judged.with_telling(told(2), place()).state is AlarmState.FALSE
    assert judged.with_telling(told(2, severity=Severity.I), place()).state is AlarmState.RAISED


def test_a_device_that_still_says_so_long_after_somebody_closed_its_alarm_is_heard_again() -> None:
    closed = alarm(told(0)).with_act(act(_CLEARED, 1))
    later = 1 + REOPENS_AFTER / timedelta(minutes=1)
    assert closed.with_telling(told(later), place()).state is AlarmState.CLEARED
    assert closed.with_telling(told(later + 1), place()).state is AlarmState.RAISED


def test_a_device_that_cleared_its_alarm_may_still_have_been_wrong() -> None:
    judged = alarm(told(0), told(1, raised=False)).with_act(act(_FALSE, 2))
    assert judged.state is AlarmState.FALSE
    assert judged.ended_at == NOON + minutes(2)
