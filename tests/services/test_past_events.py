"""往事: what the columns answer about an instant is what each record says of it, one by one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from cockpit.domain.event import Event, Place, Report
from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope, number_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.past_events import PastEvents
from cockpit.services.recording import Body, body_of, closing_steps, event_of_record, midnight_after, record_of
from cockpit.situation.event_filter import AskedColour, EventFilter
from cockpit.situation.indicators import INDICATORS, Moment, measures, records_of
from cockpit.situation.listing import Place as ListPlace
from cockpit.situation.listing import listed, place_of
from cockpit.situation.tally import figures_of
from cockpit.store.database import writing
from cockpit.store.event_records import NEW_COLUMNS, EventRecord, EventRecords
from cockpit.store.schema import metadata
from cockpit.stream.lane import millis_of
from tests.laws.test_the_fold import fold
from tests.situation.test_listing import filters
from tests.stories import GRIDS, NOON, RULES, entered, minutes, place, recorder_of, reported

EVERYTHING = Scope("")
#: when tables are imported, in minutes from noon
IMPORTED = 2_000
#: coarse, so that times fall together
_STEP = 50
_minutes = st.integers(-20, 60).map(lambda n: n * _STEP)


def told(number: int, given: dict[str, Any]) -> Report:
    defaults: dict[str, Any] = {
        "event_id": f"{given.get('source', Source.CITIZEN).value}:{number}", "source": Source.CITIZEN,
        "title": "井盖缺失", "category_text": "市容", "place": place(),
    }  # fmt: skip
    return Report(**{**defaults, **given})


def rows() -> st.SearchStrategy[dict[str, Any]]:
    """What a table may say of an event."""
    return st.fixed_dictionaries(
        {
            "reported_at": _minutes.map(lambda m: NOON + minutes(min(m, IMPORTED))),
            "due": st.none() | st.integers(-2, 20).map(lambda n: n * _STEP),
            "closed": st.none() | st.integers(-2, 40).map(lambda n: n * _STEP),
            "source": st.sampled_from(Source),
            "title": st.sampled_from(["井盖缺失", "Pothole", "占道经营"]),
            "category": st.sampled_from(["", "event.01.10", "part.01"]),
            "category_text": st.sampled_from(["", "nothing", "Street"]),
            "code": st.sampled_from((*GRIDS, "330110", "")),
            "lon": st.none() | st.floats(119, 121),
        }
    )


def record(number: int, row: dict[str, Any]) -> EventRecord:
    """As an import writes it at `IMPORTED`: closed by then, or open and told live as well."""
    now = NOON + minutes(IMPORTED)
    row = dict(row)
    code, lon, due, closed = row.pop("code"), row.pop("lon"), row.pop("due"), row.pop("closed")
    at = row["reported_at"]
    row["due_at"] = None if due is None else at + minutes(due)
    row["place"] = Place(lon=lon, lat=None if lon is None else 30.3, code=code)
    report = told(number, row)
    closed_at = None if closed is None or at + minutes(closed) > now else at + minutes(closed)
    steps = closing_steps(report.event_id, None if closed_at is None else millis_of(closed_at))
    kept = record_of(
        report.event_id, Body(report, steps), None, revision=0, rules=RULES, known_at=closed_at or at,
        live_from_ms=millis_of(now) if closed_at is None else None,
    )  # fmt: skip
    settled = None if closed_at is None else millis_of(midnight_after(closed_at, RULES.zone()))
    return kept._replace(imported_ms=millis_of(now), settled_ms=settled, body="")


class House:
    """A database with imported and archived records, and the past that is read from it."""

    def __init__(self, engine: Engine | None = None) -> None:
        if engine is None:
            engine = create_engine("sqlite://")
            metadata.create_all(engine)
        self.engine, self.records = engine, EventRecords(engine)
        self.past = PastEvents(self.records, RULES)

    def bring(self, kept: Sequence[EventRecord]) -> None:
        with writing(self.engine).begin() as connection:
            revision = self.records.claim(connection)
            self.records.insert(connection, [k._replace(revision=revision)[1:] for k in kept])

    def archive(self, *facts: Fact) -> None:
        with writing(self.engine).begin() as connection:
            recorder_of(self.engine).note(connection, facts)

    def known(self, at: datetime) -> list[Event]:
        """Every event that is past at the instant, or brought by a table and in no fold of then; one by one."""
        found = []
        for kept in self.records.list_by_number(range(1, self.records.count() + 1)):
            ms = millis_of(at)
            is_past = kept.settled_ms is not None and kept.settled_ms <= ms
            is_free = kept.imported_ms is not None and (kept.live_from_ms is None or kept.live_from_ms > ms)
            happened = [t for t in (kept.reported_ms, kept.ended_ms) if t is not None and t <= ms]
            if is_past or (is_free and happened):
                event = event_of_record(kept, until=at) or body_of(kept).event()
                assert event is not None
                found.append(event)
        return found

    def listed(self, wanted: EventFilter, scope: Scope, at: datetime, **given: Any) -> tuple[int, list[ListPlace]]:
        page = self.past.page(wanted, scope, at, **{"limit": 1_000, **given})
        return page.total, [p for p, _ in page.shown]


@settings(deadline=None)
@given(
    st.lists(rows(), max_size=25), filters(), st.sampled_from(["", "330110", "330110012"]), _minutes, st.integers(1, 9)
)
def test_a_list_of_the_past_has_what_each_record_says(
    told_rows: list[dict[str, Any]], wanted: EventFilter, scope: str, instant: int, size: int
) -> None:
    house, at = House(), NOON + minutes(instant)
    kept = [record(number, row) for number, row in enumerate(told_rows)]
    for start in range(0, len(kept), size):  # as many segments, joined as they grow
        house.bring(kept[start : start + size])
        house.past.segments()
    timing = RULES.timing(RULES.calendar)
    expected = sorted(
        place_of(event)
        for event in house.known(at)
        if Scope(scope).covers(event.report.place.code or RULES.city_code) and wanted.takes(event, at, timing)
    )
    assert house.listed(wanted, Scope(scope), at) == (len(expected), expected)
    paged: list[ListPlace] = []
    while page := house.listed(wanted, Scope(scope), at, after=paged[-1] if paged else None, limit=3)[1][:3]:
        paged += page
    assert paged == expected
    house.engine.dispose()


@settings(deadline=None)
@given(st.lists(rows(), max_size=25), _minutes)
def test_figures_of_imported_history_are_lengths_of_its_lists(told_rows: list[dict[str, Any]], instant: int) -> None:
    house, at = House(), (NOON + minutes(min(instant, IMPORTED - 1)))
    house.bring([record(number, row) for number, row in enumerate(told_rows)])
    situation = house.past.beside(fold([]), at)
    midnight = midnight_after(at, RULES.zone()) - timedelta(days=1)
    for scope in (EVERYTHING, Scope("330110"), Scope("330110012")):
        counts = figures_of(situation, scope, at, divisions=[]).counts
        for colour in (AskedColour.BLUE, AskedColour.AT_RISK, AskedColour.OVERTIME):
            assert house.listed(EventFilter(colour=colour), scope, at)[0] == getattr(counts, colour.value)
        today = EventFilter(colour=AskedColour.GREEN, closed_from=midnight)
        assert house.listed(today, scope, at)[0] == counts.green
        assert house.listed(EventFilter(overtime=True), scope, at)[0] == counts.overtime
        moment = Moment.of(at, RULES.zone())
        measured = measures(situation.table, situation.table.within(scope), moment)
        for indicator in INDICATORS:
            ids = records_of(situation, indicator, scope, at)
            assert len(ids) == measured[indicator.name].numerator
            assert [e.event_id for e in situation.events.pick(ids)] == ids
    # what is read of a record is what its row in the columns says
    table = fold([]).table
    for event in list(situation.events.values()):
        table.put(event, situation.clocked_of(event), city_code=RULES.city_code)
    everybody = sorted(table.ids(table.within(EVERYTHING)))
    assert everybody == sorted(situation.table.ids(situation.table.within(EVERYTHING)))
    for name in table.rows.dtype.names or ():
        mine = dict(zip(table.ids(table.within(EVERYTHING)), table.rows[name].tolist(), strict=True))
        theirs = dict(
            zip(
                situation.table.ids(situation.table.within(EVERYTHING)),
                situation.table.rows[name].tolist(),
                strict=True,
            )
        )
        assert theirs == pytest.approx(mine, nan_ok=True, abs=1e-3), name
    house.engine.dispose()


@cache
def _closed(number: int, day: int) -> tuple[Fact, ...]:
    at = NOON + timedelta(days=day)
    return (
        reported(number, reported_at=at - minutes(60), due_at=at + minutes(5)), entered(number, Stage.CLOSED, at),
    )  # fmt: skip


def test_what_was_closed_live_is_past_from_the_next_day_on(engine: Engine) -> None:
    house = House(engine)
    house.archive(*_closed(1, 0), *_closed(2, 1), reported(3))
    closed = EventFilter(stage=Stage.CLOSED)
    totals = [house.listed(closed, EVERYTHING, NOON + timedelta(days=d))[0] for d in range(4)]
    assert totals == [0, 1, 2, 2]
    assert house.past.find("hotline_12345:1", NOON + timedelta(days=3)) is not None
    assert house.past.find("hotline_12345:1", NOON - timedelta(days=3)) is None


def test_a_record_that_changes_is_counted_once(engine: Engine) -> None:
    house, at = House(engine), NOON + timedelta(days=3)
    house.archive(*_closed(1, 0), *_closed(2, 0))
    assert house.listed(EventFilter(), EVERYTHING, at)[0] == 2
    house.archive(entered(1, Stage.EVALUATED, NOON + minutes(9)))
    assert house.listed(EventFilter(), EVERYTHING, at)[0] == 2
    assert house.listed(EventFilter(stage=Stage.EVALUATED), EVERYTHING, at)[0] == 1
    assert house.listed(EventFilter(stage=Stage.EVALUATED), EVERYTHING, NOON + minutes(8))[0] == 0
    house.archive(entered(1, Stage.REOPENED, NOON + timedelta(days=1)))
    assert house.listed(EventFilter(), EVERYTHING, at)[0] == 1
    assert house.listed(EventFilter(), EVERYTHING, at, hidden=["hotline_12345:2"])[0] == 0


def test_an_imported_event_that_lives_is_the_folds_from_its_import_on() -> None:
    house = House()
    row = {"reported_at": NOON, "due": 60, "closed": None, "code": GRIDS[0], "lon": 120.0}
    house.bring([record(1, {**row, "source": Source.CITIZEN, "title": "x"})])
    before, after = NOON + minutes(IMPORTED - 1), NOON + minutes(IMPORTED)
    red = EventFilter(colour=AskedColour.OVERTIME)
    assert [house.listed(red, EVERYTHING, at)[0] for at in (NOON, before, after)] == [0, 1, 0]
    # a newer table closed it: in the instants before the import that is what was so, afterwards what was known
    kept = house.records.find("citizen:1")
    assert kept is not None
    closed_ms = millis_of(NOON + minutes(100))
    with writing(house.engine).begin() as connection:
        revision = house.records.claim(connection)
        learnt = millis_of(NOON + minutes(3_000))
        house.records.update(
            connection,
            [
                kept._replace(
                    closed_ms=closed_ms, ended_ms=closed_ms, settled_ms=learnt, stage="closed", revision=revision
                )
            ],
        )
    closed = EventFilter(stage=Stage.CLOSED)
    assert [house.listed(red, EVERYTHING, NOON + minutes(m))[0] for m in (99, 101, IMPORTED, 3_000)] == [1, 0, 0, 0]
    assert [house.listed(closed, EVERYTHING, NOON + minutes(m))[0] for m in (99, 101, IMPORTED, 3_000)] == [0, 1, 0, 1]


def test_the_seven_days_before_an_instant_are_counted_from_the_table() -> None:
    house = House()
    rows_told = [
        {
            "reported_at": NOON - timedelta(days=d) + minutes(m), "due": 30, "closed": 20 + 20 * (m % 2),
            "code": GRIDS[m % 3], "lon": 120.0, "source": Source.CITIZEN, "title": "x",
        }
        for d in range(10) for m in range(6)
    ]  # fmt: skip
    house.bring([record(number, row) for number, row in enumerate(rows_told)])
    situation = house.past.beside(fold([]), NOON + minutes(90))
    figures = figures_of(situation, EVERYTHING, NOON + minutes(90), divisions=[])
    assert figures.past_rate == pytest.approx(0.5)
    assert (figures.hourly[12], figures.hourly_median[12], figures.hourly_median[11]) == (6, 6.0, 0.0)
    assert figures.measures["on_time_handling_rate"].value == pytest.approx(0.5)
    assert [h.event_id for h, _, _ in figures.happenings][:1] == ["citizen:5"]
    assert figures_of(situation, Scope("330110005001"), NOON, divisions=[]).past_rate is not None


def test_who_is_over_before_it_was_imported_is_known(engine: Engine) -> None:
    house = House(engine)
    assert house.past.over_among(["citizen:1"]) == set()
    row = {"reported_at": NOON, "due": None, "code": "", "lon": None, "source": Source.CITIZEN, "title": "x"}
    house.bring([record(1, {**row, "closed": 5}), record(2, {**row, "closed": None})])
    house.past.segments()
    assert house.past.over_among(["citizen:1", "citizen:2", "citizen:3"]) == {"citizen:1"}


def test_the_code_number_of_a_record_is_its_places() -> None:
    kept = record(
        1, {"reported_at": datetime(2024, 1, 1, tzinfo=UTC), "due": 1, "closed": 1, "code": GRIDS[1], "lon": 1.0}
    )
    assert (kept.code_number, NEW_COLUMNS[0], kept[1]) == (number_of(GRIDS[1]), "event_id", "citizen:1")


def test_lists_of_a_situation_and_of_the_past_share_their_order() -> None:
    situation = fold([reported(1), reported(2, reported_at=NOON + minutes(1))])
    places = listed(situation, EventFilter(), EVERYTHING, NOON + minutes(5)).first(9)
    assert [p.event_id for p in places] == ["hotline_12345:2", "hotline_12345:1"]


def test_an_event_that_ended_before_it_was_reported_is_closed_from_its_end_on_and_never_open() -> None:
    house = House()
    row = {"reported_at": NOON, "due": None, "closed": -30, "code": "", "lon": None}
    house.bring([record(1, {**row, "source": Source.CITIZEN, "title": "x"})])
    closed, waiting = EventFilter(stage=Stage.CLOSED), EventFilter(stage=Stage.REGISTERED)
    instants = [NOON + minutes(m) for m in (-31, -29, 1)]
    assert [house.listed(closed, EVERYTHING, at)[0] for at in instants] == [0, 1, 1]
    assert [house.listed(waiting, EVERYTHING, at)[0] for at in instants] == [0, 0, 0]
    assert len(house.past.events([1], instants[1])) == 1
