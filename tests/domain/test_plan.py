"""预案匹配: which plan fits an event, and the reasons that an officer reads."""

from typing import Any

import pytest

from cockpit.domain.plan import Trigger, by_match, match_of
from cockpit.domain.severity import Severity
from tests.plans import plan
from tests.stories import event, place


def why(trigger: Trigger, **given: Any) -> tuple[bool, list[str], list[str]]:
    match = match_of(plan(trigger=trigger), event(**given))
    return match.fits, [w.key for w in match.why], [w.key for w in match.why_not]


def test_a_plan_fits_by_category_or_by_a_word_and_says_which() -> None:
    trigger = Trigger(categories=("event.05.05",), words=("塌陷", "沉降"))
    assert why(trigger, category="event.05.05", title="路面塌陷") == (True, ["category", "word"], [])
    assert why(trigger, title="路面有坑", description="疑似塌陷、沉降") == (True, ["word", "word"], [])
    assert why(trigger, title="占道经营") == (False, [], ["kind"])


def test_the_beginning_of_a_category_is_the_whole_class_and_no_other() -> None:
    assert why(Trigger(categories=("event.05",)), category="event.05.08")[0]
    assert not why(Trigger(categories=("event.05.0",)), category="event.05.08")[0]


@pytest.mark.parametrize(
    ("given", "fits"),
    [({"severity": Severity.I}, True), ({"severity": Severity.IV}, False), ({"severity": None}, True)],
)
def test_severity_narrows_and_an_event_without_one_is_not_kept_out(given: dict[str, Any], fits: bool) -> None:
    trigger = Trigger(words=("塌陷",), severities=(Severity.I, Severity.II))
    assert why(trigger, title="塌陷", **given)[0] is fits


def test_a_plan_of_one_street_fits_only_there() -> None:
    trigger = Trigger(words=("塌陷",), within=("330110012",))
    assert why(trigger, title="塌陷", place=place("330110012003009")) == (True, ["word", "within"], [])
    assert why(trigger, title="塌陷", place=place("330110005001001")) == (False, ["word"], ["within"])


def test_the_plan_that_fits_best_comes_first_and_the_others_follow_by_name() -> None:
    word, none = Trigger(words=("塌陷",)), Trigger(words=("火",))
    plans = [plan("b_word", trigger=word), plan("c_exact"), plan("a_none", trigger=none)]
    told = by_match(plans, event(category="event.05.05", title="路面塌陷"))
    assert [(p.plan_id, m.fits) for p, m in told] == [("c_exact", True), ("b_word", True), ("a_none", False)]
