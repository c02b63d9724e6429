"""视图: what a row tells a browser about an event, by place."""

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
