"""视图: what a row tells a browser about an event, by place."""

from cockpit.domain.act import Act, ActKind
from cockpit.domain.severity import Severity
from cockpit.domain.stage import Stage
from cockpit.domain.timing import DEFAULT
from cockpit.situation.view import event_row, millis
from tests.stories import NOON, event, minutes, step


def test_a_row_tells_what_a_queue_shows_after_what_the_map_draws():
    assigned = step(Stage.ASSIGNED, NOON + minutes(5), unit="区城管局")
    row = event_row(event(assigned, category="event.01.10", severity=Severity.II), DEFAULT)
    assert row[:5] == [120.0, 30.3, "open", millis(NOON + minutes(80)), millis(NOON + minutes(100))]
    assert row[5:8] == ["占道经营", False, "330110005001001"]
    source, category, severity, reported_at, stage, level, unit = row[8:15]
    assert (source, category, severity, reported_at) == ("hotline_12345", "event.01.10", "II", millis(NOON))
    assert (stage, level, unit) == ("assigned", "county", "区城管局")


def test_a_report_without_a_code_is_told_in_the_words_of_its_source():
    assert event_row(event(category_text="路面塌陷"), DEFAULT)[9] == "路面塌陷"
    assert event_row(event(category="", category_text=""), DEFAULT)[9:11] == ["", None]


def test_a_row_tells_who_works_on_an_event_and_until_when_that_holds():
    claimed = Act(kind=ActKind.CLAIMED, at=NOON + minutes(5), by="李明", account="t-1", fact_id="act:1")
    assert event_row(event(), DEFAULT)[15] is None
    assert event_row(event().with_act(claimed), DEFAULT)[15] == ["李明", "t-1", millis(NOON + minutes(20))]
    released = Act(kind=ActKind.RELEASED, at=NOON + minutes(6), by="李明", account="t-1", fact_id="act:2")
    assert event_row(event().with_act(claimed).with_act(released), DEFAULT)[15] is None
