"""报警漏斗: what became of the alarms of a period, by the facts about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Engine

from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.facts import AlarmCleared, Fact
from cockpit.services.past_raisings import PastRaisings
from cockpit.services.raising_records import RaisingRecorder
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.alarm_fold import drop_alarms_before
from cockpit.situation.indicators import BY_NAME, Measure, measure_of
from cockpit.situation.period import Period
from cockpit.situation.situation import Situation
from cockpit.situation.why import Why
from cockpit.store.database import writing
from cockpit.store.raisings import AlarmRaisings
from tests.laws.test_the_fold import fold
from tests.stories import NOON, RULES, alarm, alarm_acted, minutes

DAY = timedelta(days=1)
TODAY = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=3), is_open=True)


def told(
    engine: Engine, facts: list[Fact], period: Period, at: datetime, *, begun: datetime = NOON - 9 * DAY
) -> SubjectRows:
    """The columns of a period as they were known at an instant; what ended before its day has left the fold."""
    known = sorted((f for f in facts if f.received_at <= at), key=lambda f: f.received_at)
    with writing(engine).begin() as connection:
        RaisingRecorder(AlarmRaisings(engine), RULES.zone()).note(connection, known)
    situation = fold(known)
    list(drop_alarms_before(situation, at - timedelta(hours=at.hour)))

    @contextmanager
    def now(_past: datetime | None) -> Iterator[Situation]:
        yield situation

    rows = AlarmRows(now, PastRaisings(AlarmRaisings(engine)), lambda: begun, within_s=900)
    return rows.told(period, at, None)


def figure(rows: SubjectRows, name: str, period: Period) -> Measure:
    return measure_of(BY_NAME[name], rows, np.ones(len(rows), dtype=bool), period.moment)  # type: ignore[arg-type]


def test_the_funnel_says_what_became_of_every_alarm_of_the_day(engine: Engine) -> None:
    facts: list[Fact] = [
        *(alarm(n) for n in range(1, 8)),
        alarm_acted(1, AlarmActKind.ACKNOWLEDGED, NOON + minutes(15)),
        alarm_acted(2, AlarmActKind.ASSIGNED, NOON + minutes(16)),
        alarm_acted(3, AlarmActKind.JUDGED_FALSE, NOON + minutes(5)),
        alarm(5, NOON + minutes(3), AlarmCleared),
        alarm(6, NOON + minutes(60), AlarmCleared),
    ]
    rows = told(engine, facts, TODAY, TODAY.until)
    assert figure(rows, "alarm_raised", TODAY) == Measure(7)
    # 1 at the limit and 3 in time, 2 a minute late; 4, 6 and 7 nobody looked at; 5 its device ended before it was due
    assert figure(rows, "alarm_timely_rate", TODAY) == Measure(2, 6)
    assert figure(rows, "alarm_false_rate", TODAY) == Measure(1, 7)
    assert figure(rows, "alarm_event_rate", TODAY) == Measure(0, 7)
    assert figure(rows, "alarm_unsettled", TODAY) == Measure(4)


def test_an_alarm_that_is_not_due_yet_is_neither_in_time_nor_missed(engine: Engine) -> None:
    period = Period(TODAY.since, NOON + minutes(10), is_open=True)
    facts: list[Fact] = [alarm(1), alarm(2), alarm_acted(2, AlarmActKind.ACKNOWLEDGED, NOON + minutes(1))]
    rows = told(engine, facts, period, period.until)
    assert figure(rows, "alarm_timely_rate", period) == Measure(1, 1)


def test_what_stands_open_counts_whenever_it_was_raised(engine: Engine) -> None:
    rows = told(engine, [alarm(1, NOON - 3 * DAY), alarm(2)], TODAY, TODAY.until)
    assert figure(rows, "alarm_open", TODAY) == Measure(2)
    assert figure(rows, "alarm_raised", TODAY) == Measure(1)


def test_a_past_day_has_what_has_left_the_fold_and_each_raising_once(engine: Engine) -> None:
    yesterday = Period(TODAY.since - DAY, TODAY.since, is_open=False)
    facts: list[Fact] = [
        alarm(1, NOON - DAY), alarm(1, NOON - DAY + minutes(5), AlarmCleared),
        alarm(1, NOON - DAY + minutes(60)), alarm(1, NOON - DAY + minutes(80), AlarmCleared),
        alarm(2),
    ]  # fmt: skip
    rows = told(engine, facts, yesterday, TODAY.until)
    assert figure(rows, "alarm_raised", yesterday) == Measure(2)
    assert figure(rows, "alarm_timely_rate", yesterday) == Measure(0, 1)
    assert figure(rows, "alarm_unsettled", yesterday) == Measure(0)


def test_before_anything_was_kept_nothing_is_known(engine: Engine) -> None:
    yesterday = Period(TODAY.since - DAY, TODAY.since, is_open=False)
    rows = told(engine, [alarm(1)], yesterday, TODAY.until, begun=NOON)
    assert rows.why is Why.BEFORE_DATA
    assert figure(rows, "alarm_raised", yesterday) == Measure(0)
