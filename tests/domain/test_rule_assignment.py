"""规则分拨: what the list assigns by itself, and what waits for a person."""

from typing import Any

import pytest

from cockpit.domain.act import Act, ActKind
from cockpit.domain.event import Event, event_of
from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities, Responsibility
from cockpit.domain.rule_assignment import RuleAssignment, rule_assignments
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.domain.step import Step
from tests.stories import GRIDS, NOON, minutes, place, report, step

CITY = "330110"
LISTED = Responsibilities([
    Responsibility(category="event.01", code="330110005", unit="一队", level=Level.STREET),
    Responsibility(category="event.01", code="330110005", unit="二队", level=Level.STREET),
    Responsibility(category="event.04", code="330110005", unit="执法队", level=Level.STREET),
    Responsibility(category="event.04", code=CITY, unit="执法局", level=Level.COUNTY),
    Responsibility(category="", code="330110113", unit="镇政府", level=Level.STREET),
])  # fmt: skip
ACCEPTED = step(Stage.ACCEPTED, NOON + minutes(1), by="李", account="a", command_id="c1")


def accepted(*more: Step, acts: tuple[Act, ...] = (), number: int = 1, **said: Any) -> Event:
    return event_of(report(number, **{"category": "event.04.06", **said}), (ACCEPTED, *more), acts)


def assigned(*events: Event, at: float = 2, **loads: int) -> list[RuleAssignment]:
    found = rule_assignments(
        events, LISTED, now=NOON + minutes(at), city_code=CITY, is_known=lambda name: name.startswith("event."),
        load=lambda: dict(loads),
    )  # fmt: skip
    return list(found)


def units(*events: Event, at: float = 2, **loads: int) -> list[str]:
    return [told.entry.unit for told in assigned(*events, at=at, **loads)]


def test_an_accepted_event_goes_to_the_unit_of_the_most_specific_entry_which_the_note_names() -> None:
    [told] = assigned(accepted())
    assert (told.entry.unit, told.note) == ("执法队", "event.04 × 330110005")
    assert units(accepted(place=place(GRIDS[2]))) == ["执法局"]


def test_of_units_of_equal_rank_the_least_loaded_gets_it_and_what_it_gets_counts() -> None:
    [told] = assigned(accepted(category="event.01.10"), 一队=7, 二队=3)
    assert (told.entry.unit, told.note) == ("二队", "event.01 × 330110005: 二队 3, 一队 7")
    four = [accepted(number=n, category="event.01.10") for n in range(4)]
    assert units(*four, 一队=1) == ["二队", "一队", "二队", "一队"]


@pytest.mark.parametrize("said", [
    {"category": ""},
    {"category": "", "category_text": "无照经营游商"},
    {"category": "event.05.01"},
    {"category": "某系统的编码", "place": place("330110113200001")},
    {"place": place("")},
    {"place": place(CITY)},
])  # fmt: skip
def test_without_a_known_class_a_place_and_an_entry_a_person_is_waited_for(said: dict[str, Any]) -> None:
    assert assigned(accepted(**said)) == []


def test_an_entry_for_every_class_answers_for_a_class_that_the_standards_know() -> None:
    assert units(accepted(category="event.05.01", place=place("330110113200001"))) == ["镇政府"]


def test_a_report_that_nobody_accepted_waits_for_a_person() -> None:
    assert assigned(event_of(report(category="event.04.06"))) == []


@pytest.mark.parametrize("came_back", [
    (Stage.RETURNED,), (Stage.ESCALATED,), (Stage.ASSIGNED,), (Stage.ASSIGNED, Stage.RETURNED, Stage.ACCEPTED),
    (Stage.CLOSED, Stage.REOPENED), (Stage.ACCEPTED,),
])  # fmt: skip
def test_what_was_assigned_came_back_or_was_handed_down_is_a_persons_from_then_on(came_back: tuple[Stage, ...]) -> None:
    later = [
        step(stage, NOON + minutes(2 + i), level=Level.COMMUNITY, command_id=f"d{i}")
        for i, stage in enumerate(came_back)
    ]
    assert assigned(accepted(*later), at=30) == []


def test_a_claimed_event_is_left_alone_until_the_claim_ends() -> None:
    claimed = Act(kind=ActKind.CLAIMED, at=NOON + minutes(2), by="王", account="b", fact_id="claimed")
    released = Act(kind=ActKind.RELEASED, at=NOON + minutes(3), by="王", account="b", fact_id="released")
    assert assigned(accepted(acts=(claimed,)), at=4) == []
    assert units(accepted(acts=(claimed, released)), at=4) == ["执法队"]
    assert units(accepted(acts=(claimed,)), at=17) == ["执法队"]


def test_a_merged_event_is_left_alone() -> None:
    merged = Act(kind=ActKind.MERGED, at=NOON + minutes(2), other_id="hotline_12345:2", fact_id="merged")
    assert assigned(accepted(acts=(merged,)), at=4) == []


def test_an_event_goes_down_to_the_level_of_its_unit_and_never_up() -> None:
    [from_the_hotline] = assigned(accepted(source=Source.HOTLINE_12345))
    [from_a_gridworker] = assigned(accepted(source=Source.GRIDWORKER))
    assert (from_the_hotline.level, from_a_gridworker.level) == (Level.STREET, None)
