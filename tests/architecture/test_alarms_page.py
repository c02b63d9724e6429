"""Alarms: the page of the docs is what the table of moves is."""

from tools.alarms_page import PAGE, page


def test_the_page_of_alarms_is_what_the_moves_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"
