"""模式: which mode holds where, and what its history tells."""

from datetime import datetime

from cockpit.domain.facts import ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.situation.modes import changes_of, mode_of, mode_row
from cockpit.situation.situation import Situation
from tests.laws.test_the_fold import fold
from tests.stories import NOON, minutes, reported

CITY, STREET, OTHER = "330110", "330110005", "330110009"
EVENT = "hotline_12345:1"


def turned(scope: str, mode: Mode, at: datetime, note: str = "") -> ModeChanged:
    event_id = EVENT if mode is Mode.WARTIME else None
    return ModeChanged(
        fact_id=f"mode:{scope}:{at.isoformat()}", at=at, received_at=at, scope=scope, mode=mode, event_id=event_id,
        by="周值班长", command_id="c", note=note,
    )  # fmt: skip


def mode_in(situation: Situation, scope: str) -> Mode | None:
    state = mode_of(situation, Scope(scope))
    return state.mode if state else None


def test_when_the_district_turns_every_scope_in_it_follows_also_one_that_once_went_back_to_peacetime() -> None:
    street = [turned(STREET, Mode.WARTIME, NOON), turned(STREET, Mode.PEACETIME, NOON + minutes(5))]
    situation = fold([reported(1), *street, turned(CITY, Mode.WARTIME, NOON + minutes(60))])
    assert {mode_in(situation, scope) for scope in (CITY, STREET, OTHER)} == {Mode.WARTIME}


def test_a_street_keeps_its_own_incident_when_the_district_goes_back_to_peacetime() -> None:
    city = [turned(CITY, Mode.WARTIME, NOON + minutes(5)), turned(CITY, Mode.PEACETIME, NOON + minutes(9))]
    situation = fold([reported(1), turned(STREET, Mode.WARTIME, NOON), *city])
    assert mode_in(situation, STREET) is Mode.WARTIME
    assert mode_in(situation, OTHER) is Mode.PEACETIME


def test_a_street_may_leave_the_districts_wartime_for_itself() -> None:
    left = turned(STREET, Mode.PEACETIME, NOON + minutes(5))
    situation = fold([reported(1), turned(CITY, Mode.WARTIME, NOON), left])
    assert (mode_in(situation, STREET), mode_in(situation, CITY)) == (Mode.PEACETIME, Mode.WARTIME)


def test_a_screen_learns_the_incident_also_when_it_lies_outside_its_own_scope() -> None:
    situation = fold([reported(1), turned(CITY, Mode.WARTIME, NOON, "燃气泄漏风险")])
    row = mode_row(situation, Scope(OTHER))
    assert row["title"] == situation.events[EVENT].report.title
    assert (row["by"], row["note"]) == ("周值班长", "燃气泄漏风险")
    assert row["reported_at"] == round(situation.events[EVENT].report.reported_at.timestamp() * 1000)


def test_the_history_tells_who_and_why_newest_first_within_its_times() -> None:
    back, again = (
        turned(CITY, Mode.PEACETIME, NOON + minutes(30), "排险完毕"),
        turned(STREET, Mode.WARTIME, NOON + minutes(40)),
    )
    situation = fold([reported(1), turned(CITY, Mode.WARTIME, NOON, "塌陷"), back, again])
    told = changes_of(situation, Scope(CITY))
    assert [(s.scope, s.note) for s in told] == [(STREET, ""), (CITY, "排险完毕"), (CITY, "塌陷")]
    assert [s.note for s in changes_of(situation, Scope(OTHER))] == ["排险完毕", "塌陷"]
    half = changes_of(situation, Scope(CITY), since=NOON + minutes(30), until=NOON + minutes(40))
    assert [s.note for s in half] == ["排险完毕"]


def test_a_change_that_is_told_twice_is_in_the_history_once() -> None:
    war, peace = turned(CITY, Mode.WARTIME, NOON), turned(CITY, Mode.PEACETIME, NOON + minutes(1))
    situation = fold([reported(1), war, peace, war])
    assert len(situation.mode_changes) == 2
    assert mode_in(situation, CITY) is Mode.PEACETIME
