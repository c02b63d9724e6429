"""巡查覆盖: which period is told, which is not and why, and where a grid that changed its code went."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from cockpit.domain.division_change import ChangeKind, DivisionChange, DivisionChanges
from cockpit.domain.scope import number_of
from cockpit.services.roster import Roster
from cockpit.services.subjects.walked import WalkedGrid, WalkedRows
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.period import Period
from cockpit.situation.why import Why
from cockpit.store.walked_grids import Told
from cockpit.stream.lane import millis_of
from tests.services.subjects.test_force import city_of
from tests.stories import GRIDS, NOON

MIDNIGHT = NOON - timedelta(hours=12)
DAY = date(2026, 11, 19).toordinal()
NAME = "patrol_coverage_rate"
FROM = MIDNIGHT - timedelta(days=3)


@dataclass
class Walks:
    """Visits as (days back, hour, grid)."""

    visits: list[tuple[int, int, str]] = field(default_factory=list)
    through: datetime = NOON

    def told(self) -> Told | None:
        return Told(millis_of(FROM), millis_of(self.through))

    def known(self, first: int, last: int, at_ms: int) -> list[tuple[int, int, int]]:
        found = [
            (DAY - back, number_of(grid), millis_of(MIDNIGHT - timedelta(days=back) + timedelta(hours=hour)))
            for back, hour, grid in self.visits
        ]
        return [row for row in found if first <= row[0] <= last and row[2] <= at_ms]


def rows_of(walks: Walks, *shifts: str, newest: datetime = NOON, changes: DivisionChanges | None = None) -> WalkedRows:
    city = city_of(*shifts)
    if changes is not None:
        city = replace(city, changes=changes)
    return WalkedRows(walks, lambda: millis_of(newest), city=city, roster=Roster(city))


def period(back: int, days: int = 1) -> Period:
    since = MIDNIGHT - timedelta(days=back)
    until = min(since + timedelta(days=days), NOON)
    return Period(since, until, is_open=until == NOON)


def counted(walks: WalkedRows, asked: Period) -> int:
    told = walks.told(asked, NOON, None)
    return int(BY_NAME[NAME].numerator(told, asked.moment).sum())


def test_each_day_of_one_set_of_columns_counts_its_own_visits_and_the_whole_each_grid_once() -> None:
    walks = rows_of(Walks([(2, 9, GRIDS[0]), (1, 9, GRIDS[0]), (1, 9, GRIDS[1]), (0, 9, GRIDS[2])]))
    whole = walks.told(period(2, 3), NOON, None)
    indicator = BY_NAME[NAME]
    assert [int(indicator.numerator(whole, period(n).moment).sum()) for n in (2, 1, 0)] == [1, 2, 1]
    assert counted(walks, period(2, 3)) == 3
    row = next(r for r in range(len(whole)) if whole.id_of(r) == GRIDS[0])
    assert whole.record_of(row) == WalkedGrid(GRIDS[0], MIDNIGHT - timedelta(hours=15), 2)
    assert indicator.denominator is not None
    assert np.all(indicator.denominator(whole, period(0).moment))


@pytest.mark.parametrize(
    ("back", "why"), [(0, None), (1, Why.FEED_LOST), (2, None), (3, Why.FEED_LOST), (4, Why.BEFORE_DATA)]
)
def test_a_day_on_which_a_shift_ran_and_nobody_visited_anything_is_no_zero(back: int, why: Why | None) -> None:
    told = rows_of(Walks([(2, 9, GRIDS[0]), (0, 9, GRIDS[0])]), "day").told(period(4, 5), NOON, None)
    assert told.why_in(period(back)) is why


def test_where_nobody_is_waited_for_nobody_is_missed() -> None:
    told = rows_of(Walks(), "rest").told(period(0), NOON, None)
    assert told.why_in(period(0)) is None
    early = Period(MIDNIGHT, MIDNIGHT + timedelta(hours=2), is_open=True)
    assert rows_of(Walks(), "day").told(early, early.until, None).why_in(early) is None


def test_what_begins_within_a_day_and_what_is_not_yet_told_has_its_reason() -> None:
    walks = Walks([(0, 9, GRIDS[0])], through=NOON - timedelta(hours=1))
    told = rows_of(walks, "day").told(period(0), NOON, None)
    assert told.why_in(period(0)) is Why.CATCHING_UP
    assert told.why_in(Period(MIDNIGHT, NOON - timedelta(hours=2), is_open=False)) is None
    # nothing has arrived since: there is nothing to catch up with
    quiet = rows_of(walks, "day", newest=NOON - timedelta(minutes=55)).told(period(0), NOON, None)
    assert quiet.why_in(period(0)) is None
    within = Period(MIDNIGHT + timedelta(hours=1), NOON, is_open=True)
    assert told.why_in(within) is Why.WHOLE_DAYS


def test_a_visit_of_a_grid_counts_for_the_code_that_it_has_now() -> None:
    old = GRIDS[0][:12] + "999"
    change = DivisionChange(old=old, new=GRIDS[0], on=date(2026, 11, 19), kind=ChangeKind.RENAMED)
    walks = rows_of(Walks([(1, 9, old)]), changes=DivisionChanges.of([change]))
    assert counted(walks, period(1)) == 1
