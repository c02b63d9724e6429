"""Orders: the ladder of the docs is the ladder of the code."""

from tools.orders_page import PAGE, page


def test_the_ladder_on_the_page_is_the_ladder_of_the_code():
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"
