"""报警次数: one number of today on the wall, in the indicator and its list; the kept columns are the fold's own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.facts import AlarmCleared, AlarmRaised, DayStarted, Fact
from cockpit.domain.raising import Raising
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import split
from cockpit.services.past_raisings import Found, PastRaisings
from cockpit.services.raising_records import RaisingRecorder
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.evolve import evolve
from cockpit.situation.indicator_alarms import ALARMS
from cockpit.situation.indicators import BY_NAME, Moment
from cockpit.situation.period import Period
from cockpit.situation.raisings import raisings_of, rang_in
from cockpit.situation.situation import Situation
from cockpit.store.database import writing
from cockpit.store.raisings import AlarmRaisings
from cockpit.store.schema import metadata
from tests.laws.test_subjects import listed
from tests.stories import GRIDS, NOON, RULES, alarm, alarm_acted, place

ZONE = RULES.zone()
DAY = timedelta(days=1)
BEGAN = NOON - timedelta(hours=30)
SCOPES = ("", GRIDS[0][:6], GRIDS[0][:9], GRIDS[0])
_ACTS = st.sampled_from([k for k in AlarmActKind if k is not AlarmActKind.PROMOTED])


def midnight_of(at: datetime) -> datetime:
    return at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


@st.composite
def told(draw: st.DrawFn) -> list[Fact]:
    """Devices ring, clear and ring again over three days, some with a clock that goes wrong, and people act."""
    facts: list[Fact] = []
    at, day = BEGAN, midnight_of(BEGAN)
    raised: dict[int, datetime] = {}
    for number in range(draw(st.integers(0, 24))):
        at += timedelta(minutes=draw(st.integers(1, 400)))
        while midnight_of(at) > day:
            day += DAY
            name = day.date().isoformat()
            facts.append(DayStarted(fact_id=f"day:{name}", at=day, received_at=day, day=day.date()))
        device = draw(st.integers(1, 3))
        what = draw(st.sampled_from(("raise", "raise", "clear", "act")))
        if what == "act" and device in raised:
            facts.append(alarm_acted(device, draw(_ACTS), at, raised[device], fact_id=f"act:{number}"))
        elif what != "act":
            by_its_clock = at + timedelta(minutes=draw(st.sampled_from((0, 0, 0, -90, 45))))
            kind = AlarmRaised if what == "raise" else AlarmCleared
            grid = GRIDS[draw(st.integers(0, len(GRIDS) - 1))]
            facts.append(
                alarm(device, by_its_clock, kind, fact_id=f"alarm:{number}", received_at=at, place=place(grid))
            )
            if what == "raise":
                raised.setdefault(device, by_its_clock)
    return facts


def folded(facts: Sequence[Fact], at: datetime) -> Situation:
    situation = Situation(rules=RULES)
    for n, fact in enumerate([f for f in facts if f.received_at <= at], 1):
        list(evolve(situation, fact, f"{n}-0"))
    return situation


@contextmanager
def kept(facts: Sequence[Fact], size: int) -> Iterator[tuple[Engine, PastRaisings]]:
    """The rows that an archiver writes in batches of that size, and a reader that follows it."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    recorder, reader = RaisingRecorder(AlarmRaisings(engine), ZONE), PastRaisings(AlarmRaisings(engine))
    for start in range(0, len(facts), size):
        for _again in range(2):  # delivered twice
            with writing(engine).begin() as connection:
                recorder.note(connection, facts[start : start + size])
        reader.warm()
    yield engine, reader
    engine.dispose()


def rows_of(reader: PastRaisings, situation: Situation, period: Period, at: datetime) -> SubjectRows:
    @contextmanager
    def its(_past: datetime | None) -> Iterator[Situation]:
        yield situation

    return AlarmRows(its, reader, lambda: BEGAN, within_s=900).told(period, at, None)


@settings(deadline=None, max_examples=60)
@given(told(), st.integers(1, 5), st.integers(0, 72))
def test_the_walls_number_is_the_indicator_and_the_length_of_its_list(facts: list[Fact], size: int, hour: int) -> None:
    at = BEGAN + timedelta(hours=hour)
    situation = folded(facts, at)
    today = Period(midnight_of(at), at, is_open=True)
    with kept(facts, size) as (_engine, reader):
        rows = rows_of(reader, situation, today, at)
        for code in SCOPES:
            here = rows.within(Scope(code))
            rang = rang_in(situation, Scope(code), Moment.of(at, ZONE))
            for name, shown in (("alarm_raised", rang.today), ("alarm_open", rang.open)):
                mask = BY_NAME[name].numerator(here, today.moment)
                assert split(here, today.moment, (), (BY_NAME[name],))[name].whole.numerator == shown
                assert len(listed(here, mask)) == shown, (name, code)


@settings(deadline=None, max_examples=60)
@given(told(), st.integers(1, 5), st.integers(0, 72), st.integers(1, 72))
def test_what_is_settled_and_what_is_open_are_together_what_was_raised(
    facts: list[Fact], size: int, hour: int, long: int
) -> None:
    at = BEGAN + timedelta(hours=hour)
    period = Period(at - timedelta(hours=long), at, is_open=True)
    with kept(facts, size) as (_engine, reader):
        rows = rows_of(reader, folded(facts, at), period, at)
    masks = {indicator.name: indicator.numerator(rows, period.moment) for indicator in ALARMS}
    settled, still, raised = (masks[f"alarm_{name}"] for name in ("settled_rate", "unsettled", "raised"))
    assert not (settled & still).any() and ((settled | still) == raised).all()
    # who judges one false or makes it an event acts on it, and what is false is over
    acted, false, promoted = (masks[f"alarm_{name}_rate"] for name in ("acted", "false", "event"))
    assert not (false & ~(acted & settled)).any() and not (promoted & ~acted).any()


@settings(deadline=None, max_examples=60)
@given(told(), st.integers(1, 5), st.integers(0, 72))
def test_what_is_kept_of_any_instant_is_what_the_fold_had_then(facts: list[Fact], size: int, hour: int) -> None:
    at = BEGAN + timedelta(hours=hour)
    fold = {(a.alarm_id, r.told_ms): known_then(r, at) for a, r in raisings_of(folded(facts, at))}
    with kept(facts, size) as (_engine, reader):
        found = reader.known(BEGAN - 9 * DAY, at + 9 * DAY, at)
        columns = [found.columns[name].tolist() for name in Raising._fields]
        told_then = {
            (found.ids[row], columns[1][row]): known_then(Raising(*(None if v == Found.NEVER else v for v in one)), at)
            for row, one in enumerate(zip(*columns, strict=True))
        }
        assert len(told_then) == len(found)
        # the fold lets go of what was over before the day
        assert told_then.items() >= fold.items()
        assert all(key in fold for key, r in told_then.items() if r.ended_ms is None)
        for row, listed_as in found.alarms(range(len(found))).items():
            assert (listed_as.alarm_id, known_then(raising_again(listed_as), at)) == (
                found.ids[row], told_then[found.ids[row], columns[1][row]],
            )  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(told(), st.integers(1, 5))
def test_a_day_counts_tomorrow_what_the_wall_had_counted_when_it_ended(facts: list[Fact], size: int) -> None:
    end = midnight_of(NOON) + DAY
    last = folded([f for f in facts if f.received_at < end], end)
    yesterday = Period(end - DAY, end, is_open=False)
    shown = rang_in(last, Scope(""), yesterday.moment).today
    later = [f for f in facts if f.received_at < end or not isinstance(f, AlarmRaised)]  # nothing is told late
    at = end + DAY
    with kept(later, size) as (_engine, reader):
        rows = rows_of(reader, folded(later, at), yesterday, at)
        figure = split(rows, yesterday.moment, (), (BY_NAME["alarm_raised"],))["alarm_raised"].whole
        assert figure.numerator == shown


@settings(deadline=None, max_examples=40)
@given(told(), st.integers(1, 5), st.integers(1, 7))
def test_batches_and_telling_all_anew_make_the_same_figures(facts: list[Fact], size: int, other: int) -> None:
    at = NOON + 2 * DAY
    period = Period(BEGAN - DAY, at, is_open=True)
    with kept(facts, size) as (_one, reader), kept(facts, other) as (_two, again):
        assert figures(reader, period, at) == figures(again, period, at)


def figures(reader: PastRaisings, period: Period, at: datetime) -> dict[str, tuple[int, int | None]]:
    rows = rows_of(reader, Situation(rules=RULES), period, at)
    whole = {i.name: split(rows, period.moment, (), (i,))[i.name].whole for i in ALARMS}
    return {name: (m.numerator, m.denominator) for name, m in whole.items()}


def known_then(raising: Raising, at: datetime) -> Raising:
    """Without what had not happened by then."""
    ms = at.timestamp() * 1000
    names = ("acted_ms", "false_ms", "promoted_ms", "closed_ms")
    return raising._replace(**{n: v if (v := getattr(raising, n)) is not None and v <= ms else None for n in names},
                            cleared_heard_ms=None)  # fmt: skip


def raising_again(alarm: object) -> Raising:
    from cockpit.domain.alarm import Alarm
    from cockpit.domain.raising import raising_of

    assert isinstance(alarm, Alarm)
    return raising_of(alarm)
