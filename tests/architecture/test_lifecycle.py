"""Life cycle: the page of the docs is what the table of moves is, and every rule has its words."""

import re

from cockpit.catalogue import texts
from tests.architecture.source import PROJECT
from tools.lifecycle_page import PAGE, page

#: rules that are about the asking itself, not about an event's life; their reasons are shown as they are
_ELSEWHERE = {
    "wartime_needs_event", "mode_is_the_same", "calendar_is_the_citys", "calendar_day_is_past",
    "calendar_day_is_the_same", "attendance_is_the_same",
}  # fmt: skip


def test_the_page_of_the_life_cycle_is_what_the_moves_are():
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"


def test_every_rule_that_refuses_something_has_its_words_and_every_word_its_rule():
    files = [*(PROJECT / "cockpit/domain").glob("*.py"), *(PROJECT / "cockpit/situation").glob("*.py")]
    files.append(PROJECT / "cockpit/api/event_detail.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r'(?:ForbiddenError|Refusal)\(\s*"(\w+)"', code))
    named |= set(re.findall(r'"\w+": \("(\w+)", "', code)) | set(re.findall(r'"rule\.(\w+)"', code))
    worded = {key.removeprefix("rule.") for key in texts("en") if key.startswith("rule.")}
    # rules of other things than the life of an event have tables of their own: `[evacuation_rule]` …
    others = {key.partition(".")[2] for key in texts("en") if key.partition(".")[0].endswith("_rule")}
    assert named - _ELSEWHERE - (others - worded) == worded
