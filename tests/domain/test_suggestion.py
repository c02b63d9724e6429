"""分拨建议: list first, load where several share, the text where the category is not known."""

from collections.abc import Iterable
from typing import Any

from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities, Responsibility
from cockpit.domain.suggestion import Suggestion, Why, suggestions_of
from tests.stories import event

LISTED = Responsibilities([
    Responsibility(category="event.01", code="330110005", unit="一队", level=Level.STREET),
    Responsibility(category="event.01", code="330110005", unit="二队", level=Level.STREET),
    Responsibility(category="event.04", code="330110005", unit="执法队", level=Level.STREET),
    Responsibility(category="event.04", code="330110", unit="执法局", level=Level.COUNTY),
])  # fmt: skip
LOAD = {"一队": 7, "二队": 3}


def asked(level: Level | None = None, guesses: Iterable[tuple[str, float]] = (), **report: Any) -> list[Suggestion]:
    texts: list[str] = []

    def likely(text: str) -> Iterable[tuple[str, float]]:
        texts.append(text)
        return guesses

    found = suggestions_of(
        event(**report), LISTED, level=level, load=lambda units: {u: LOAD[u] for u in units},
        likely=likely, is_known=lambda category: category.startswith("event."),
    )  # fmt: skip
    assert not texts or not report.get("category", "").startswith("event.")
    return found


def test_the_list_names_the_unit_of_a_known_category() -> None:
    [told] = asked(category="event.04.06")
    assert (told.unit, told.why, told.confidence) == ("执法队", Why.LIST, 1.0)


def test_of_units_that_share_the_work_the_one_with_the_fewest_open_events_comes_first() -> None:
    assert [(s.unit, s.why) for s in asked(category="event.01.10")] == [("二队", Why.LOAD), ("一队", Why.LOAD)]


def test_a_level_is_asked_for_its_own_unit_if_it_has_one() -> None:
    assert [s.unit for s in asked(Level.COUNTY, category="event.04.06")] == ["执法局"]
    assert [s.unit for s in asked(Level.CITY, category="event.04.06")] == ["执法队"]


def test_an_unclear_text_is_classified_and_says_how_sure_that_is() -> None:
    for report in ({"category": ""}, {"category": "", "category_text": "噪声"}, {"category": "某系统的编码"}):
        told = asked(guesses=[("event.04.06", 0.7), ("event.01.10", 0.2)], **report)
        assert [(s.unit, s.category, s.why, s.confidence) for s in told] == [
            ("执法队", "event.04.06", Why.CLASSIFIER, 0.7),
            ("二队", "event.01.10", Why.CLASSIFIER, 0.2), ("一队", "event.01.10", Why.CLASSIFIER, 0.2),
        ]  # fmt: skip


def test_where_nothing_is_known_nothing_is_suggested() -> None:
    assert asked(category="") == []
    assert asked(category="event.05.01") == []
