"""Laws of the demo city's invented people: the same every time, nobody's numbers, ages that fit, visits in the past."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.residence import masked_id_number
from cockpit.services.households import OwnColumns, households_of
from cockpit.services.houses.made_up import checked_minutes, name_of, number_of_name, residents_of
from cockpit.services.houses.own_doors import OwnDoors

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
DOOR = st.integers(0, 2**32 - 1)
BUILDING = st.tuples(st.integers(1, 33), st.integers(1, 8))


@given(st.lists(BUILDING, min_size=1, max_size=5))
def test_all_doors_at_once_are_the_doors_one_by_one(storeys: list[tuple[int, int]]) -> None:
    codes = [f"330110012001001-{n:04d}" for n in range(len(storeys), 0, -1)]
    places = np.zeros(len(codes))
    doors = OwnDoors(OwnColumns(codes, list(range(len(codes))), places, places, np.array(storeys, dtype=np.uint8)))
    told = [
        household
        for code, (floors, per_floor) in sorted(zip(codes, storeys, strict=True))
        for household in households_of(code, floors, per_floor)
    ]
    assert [h.household_id for h in told] == [doors.id_of(n) for n in range(len(told))]
    assert [doors.door_of(h.household_id) for h in told] == list(range(len(told)))
    assert [(h.people, h.needs_help) for h in told] == list(zip(doors.people, doors.needs_help, strict=True))


@given(DOOR, st.integers(1, 6), st.booleans(), st.integers(0, 3_000_000))
def test_people_behind_a_door_are_the_same_every_time_and_nobody_elses(
    door: int, people: int, needs_help: bool, first: int
) -> None:
    def asked() -> list[object]:
        return list(residents_of("b-0101", door=door, people=people, needs_help=needs_help, first_person=first))

    told = residents_of("b-0101", door=door, people=people, needs_help=needs_help, first_person=first)
    assert list(told) == asked()
    assert len(told) == people
    assert sum(bool(person.need) for person in told) == needs_help
    for person in told:
        assert person.id_number.startswith("000000")
        assert len(person.id_number) == 18
        assert person.phone == "" or person.phone.startswith("100")
        assert name_of(number_of_name(person.name) or 0) == person.name
        assert person.birth_year is not None
        assert 1900 < person.birth_year <= NOON.year


@given(DOOR, st.integers(0, 400), st.integers(0, 1440))
def test_a_door_was_last_visited_in_the_daytime_and_never_after_now(door: int, days: int, minutes: int) -> None:
    now = NOON + timedelta(days=days, minutes=minutes)
    at = int(checked_minutes(np.array([door]), now, timedelta(hours=8))[0])
    age = now.timestamp() / 60 - at
    assert 0 <= age <= 400 * 1440
    assert 8 * 60 <= (at + 8 * 60) % 1440 < 18 * 60


@given(st.text("0123456789X", max_size=30))
def test_a_masked_number_shows_no_more_than_five_characters_of_a_long_one(number: str) -> None:
    masked = masked_id_number(number)
    assert len(masked) == len(number)
    assert sum(c != "*" for c in masked) <= (5 if len(number) > 7 else 0)
