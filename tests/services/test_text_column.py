"""文本列: found is what Python finds, wherever the text lies in the block."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cockpit.services.text_column import TextColumn

_texts = st.lists(st.text("aAbBß井盖0:\0 ", max_size=8), max_size=40)


def clean(text: str) -> str:
    return text.replace("\0", "")


@given(_texts, st.text("aAbBß井盖0: ", max_size=4), st.booleans())
def test_a_search_finds_what_python_finds(texts: list[str], needle: str, distinct: bool) -> None:
    column = TextColumn.of(texts, distinct=distinct)
    plain = [clean(t) for t in texts]
    assert column.containing(needle).tolist() == [needle in t for t in plain]
    assert column.equal_to(needle).tolist() == [needle == t for t in plain]
    assert column.beginning_with(needle).tolist() == [t.startswith(needle) for t in plain]
    folded = column.casefolded()
    assert folded.containing(needle.casefold()).tolist() == [needle.casefold() in t.casefold() for t in plain]
    assert column.texts(np.arange(len(texts))) == plain


@given(_texts, _texts, st.text("aA井:", max_size=2), st.randoms())
def test_joined_and_picked_columns_find_the_same(one: list[str], other: list[str], needle: str, chance: object) -> None:
    columns = [TextColumn.of(one, distinct=True), TextColumn.of(other, distinct=False)]
    plain = [clean(t) for t in (*one, *other)]
    joined = TextColumn.joined(columns)
    rows = np.arange(len(plain), dtype=np.int64)
    chance.shuffle(rows)  # type: ignore[attr-defined]  # Hypothesis's own Random
    picked = joined.picked(rows)
    assert picked.texts(np.arange(len(rows))) == [plain[row] for row in rows]
    assert picked.containing(needle).tolist() == [needle in plain[row] for row in rows]


def test_a_text_that_lies_over_the_border_of_two_windows_is_found() -> None:
    texts = ["x" * (2**20 - 5), "井盖缺失在东门", "y" * 100]
    assert TextColumn.of(texts, distinct=True).containing("盖缺失").tolist() == [False, True, False]


def test_nothing_is_found_in_nothing_and_a_null_character_in_no_text() -> None:
    assert TextColumn.of([], distinct=True).containing("a").tolist() == []
    assert TextColumn.of(["a"], distinct=True).containing("\0").tolist() == [False]
