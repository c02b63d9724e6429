"""核查时刻: the columns tell what going through every check tells, at any instant, however they were read."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.services.drill_down import mask_of, split
from cockpit.services.houses.checked_doors import CheckedDoors
from cockpit.services.houses.dwellings import Checked
from cockpit.services.subjects.device_records import HeardDevices
from cockpit.services.subjects.records import RecordRows
from cockpit.situation.indicator_records import RECORDS
from cockpit.situation.indicators import Moment, Part
from cockpit.store.household_checks import BookVersion, CheckRow, DoorRow

_ids = st.sampled_from(["a-1", "a-10", "a-2", "b", "住户"])
_ms = st.integers(1, 40)
GRIDS = ("330110001001001", "330110001001002")
Change = list[tuple[str, int, int, bool]]
#: a change of the book: for each door when it was checked, when we were told, and whether the door itself was written
_changes = st.lists(st.lists(st.tuples(_ids, _ms, _ms, st.booleans()), max_size=4), min_size=1, max_size=6)


class Book:
    """A table of doors and checks that grows change by change."""

    def __init__(self) -> None:
        self.number = 0
        self.written: dict[str, tuple[int, DoorRow]] = {}
        self.kept: list[tuple[int, CheckRow]] = []

    def take(self, change: Change) -> None:
        self.number += 1
        for household_id, checked, known, is_door in change:
            before = self.written.get(household_id)
            if is_door or before is None:
                added = before[1].added_ms if before else known
                code = GRIDS[self.number % 2]
                self.written[household_id] = self.number, DoorRow(household_id, code, added)
            if before is not None:
                self.kept.append((self.number, CheckRow(household_id, min(checked, known), known)))

    def version(self) -> BookVersion:
        return BookVersion(self.number, 0)

    def count(self, after: int, until: int) -> int:
        return sum(after < n <= until for n, _ in [*self.written.values(), *self.kept])

    def doors(self, after: int, until: int) -> Iterable[list[DoorRow]]:
        yield [row for n, row in self.written.values() if after < n <= until]

    def checks(self, after: int, until: int) -> Iterable[list[CheckRow]]:
        yield [row for n, row in self.kept if after < n <= until]

    def told(self, until: int, known: int) -> dict[str, int]:
        """By going through every line."""
        found = {i: row.added_ms for i, (_, row) in self.written.items() if row.added_ms <= until}
        for _, check in self.kept:
            if check.household_id in found and check.checked_ms <= until and check.known_ms <= known:
                found[check.household_id] = max(found[check.household_id], check.checked_ms)
        return found


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def told(doors: CheckedDoors, until: int, known: int) -> dict[str, int]:
    found = doors.at(at(until), at(known))
    assert len(found.number) == len(found.at_ms)
    return {found.id_of(row): int(ms) for row, ms in enumerate(found.at_ms.tolist())}


@given(_changes, _ms, _ms)
def test_the_last_check_of_every_door_is_what_going_through_all_of_them_finds(
    changes: list[Change], until: int, later: int
) -> None:
    book = Book()
    followed = CheckedDoors(book, lambda: None)
    known = max(until, later)
    for change in changes:
        book.take(change)
        # read change by change, and read anew: both say the same
        assert told(followed, until, known) == book.told(until, known)
    assert told(CheckedDoors(book, lambda: None), until, known) == book.told(until, known)
    codes = {row.household_id: row.code for _, row in book.written.values()}
    found = followed.at(at(100), at(100))
    assert {found.id_of(n): f"{number:015d}" for n, number in enumerate(found.number.tolist())} == codes
    assert found.begins_at == (at(min(r.added_ms for _, r in book.written.values())) if codes else None)


@given(_changes, _ms)
def test_what_is_told_later_changes_nothing_of_what_was_known_before(changes: list[Change], until: int) -> None:
    book = Book()
    for change in changes[:-1]:
        book.take(change)
    doors = CheckedDoors(book, lambda: None)
    before = told(doors, until, 40)
    book.take([(i, checked, 40 + told_ms, is_door) for i, checked, told_ms, is_door in changes[-1]])
    assert told(doors, until, 40) == before


class Doors:
    """The doors of a book, with days for milliseconds."""

    def __init__(self, book: Book) -> None:
        self._doors = CheckedDoors(book, lambda: None)

    def checked(self, until: datetime, known_at: datetime) -> Checked:
        found = self._doors.at(at(until.day), at(known_at.day))
        return Checked(found.number, found.at_ms * 86_400_000, found.id_of)


class Within:
    DAYS = 5

    def household_days(self) -> int:
        return self.DAYS


class NoDevices:
    def now(self, _at: datetime) -> HeardDevices:
        return HeardDevices([])

    def then(self, _at: datetime, _known_at: datetime) -> HeardDevices:
        return HeardDevices([])


@given(_changes, st.integers(1, 27), st.integers(0, 27))
def test_a_figure_of_doors_is_its_list_and_the_sum_of_the_grids_at_any_instant(
    changes: list[Change], day: int, later: int
) -> None:
    book = Book()
    for change in changes:
        book.take(change)
    records = RecordRows(Doors(book), NoDevices(), Within())  # type: ignore[arg-type]  # what it asks of them
    until, known = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=n - 1) for n in (day, max(day, later, 1)))
    rows, moment = records.told(until, known, is_now=False), Moment(until.timestamp(), 0.0)
    expected = book.told(day, max(day, later, 1))
    assert {rows.record_of(n).record_id: rows.record_of(n).fresh for n in range(len(rows))} == {
        i: checked >= day - 1 - Within.DAYS for i, checked in expected.items()
    }
    for name, figure in split(rows, moment, GRIDS, RECORDS).items():
        indicator = next(i for i in RECORDS if i.name == name)
        for part in Part:
            listed = rows.first_of(mask_of(rows, indicator, part, moment), count=99)
            assert len(listed) == len({place.event_id for place, _ in listed}) == int(
                mask_of(rows, indicator, part, moment).sum()
            )  # fmt: skip
        assert figure.whole.numerator == sum(c.numerator for c in figure.children) + figure.rest.numerator
        for code, measure in zip(GRIDS, figure.children, strict=True):
            assert split(rows.within(Scope(code)), moment, (), (indicator,))[name].whole == measure
