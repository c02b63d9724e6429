"""立案标准: versions, conditions, and what holds when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.limit import parse_limit
from cockpit.domain.standard import Standard, Standards

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def row(category: str = "event.01.10", limit: str = "4时", **given: Any) -> Standard:
    defaults: dict[str, Any] = {"name": "暴露生活垃圾", "version": "2026", "valid_from": NEW_YEAR}
    return Standard(category=category, limit=parse_limit(limit), **{**defaults, **given})


def test_a_version_holds_from_its_instant_on_and_replaces_all_of_the_one_before() -> None:
    july = NEW_YEAR + timedelta(days=181)
    standards = Standards([
        row(limit="4时"), row("event.01.11", "5日"), row(limit="2时", version="2026b", valid_from=july),
    ])  # fmt: skip
    assert standards.version_at(NEW_YEAR - timedelta(microseconds=1)) is None
    assert standards.conditions_of("event.01.10", NEW_YEAR - timedelta(days=1)) == []
    before, after = standards.find("event.01.10", "", NEW_YEAR), standards.find("event.01.10", "", july)
    assert before and after
    assert (before.limit, before.version) == (parse_limit("4时"), "2026")
    assert (after.limit, after.version) == (parse_limit("2时"), "2026b")
    # the new version no longer has the other subclass
    assert standards.find("event.01.11", "", july) is None
    assert standards.find("event.01.11", "", july - timedelta(microseconds=1)) is not None


def test_conditions_keep_the_order_of_the_publication_and_the_first_is_taken_where_none_is_named() -> None:
    limits = ("2急时", "1日", "4时")
    standards = Standards([row(limit=text, condition=f"情形{i}") for i, text in enumerate(limits)])
    assert [str(s.limit) for s in standards.conditions_of("event.01.10", NEW_YEAR)] == list(limits)
    first, named = standards.find("event.01.10", "", NEW_YEAR), standards.find("event.01.10", "情形2", NEW_YEAR)
    assert first and named
    assert (str(first.limit), str(named.limit)) == ("2急时", "4时")
    assert standards.find("event.01.10", "没有这种情形", NEW_YEAR) is None
    assert standards.find("event.09.99", "", NEW_YEAR) is None


def test_a_beginning_of_a_category_covers_whole_codes_only() -> None:
    standards = Standards([row("event.01.10"), row("event.01.11"), row("part.01.10")])
    assert [s.category for s in standards.rows_at(NEW_YEAR, "event.01")] == ["event.01.10", "event.01.11"]
    assert len(standards.rows_at(NEW_YEAR, "event.01.1")) == 0
    assert len(standards.rows_at(NEW_YEAR, "part")) == 1
    assert len(standards.rows_at(NEW_YEAR)) == len(standards) == 3


def test_a_category_is_class_and_subclass() -> None:
    assert (row().class_code, row().subclass_code) == ("event.01", "10")


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8, unique=True), st.integers(-1, 60))
def test_the_latest_version_that_began_holds(days: list[int], asked: int) -> None:
    standards = Standards(row(version=str(n), valid_from=NEW_YEAR + timedelta(days=n)) for n in days)
    version = standards.version_at(NEW_YEAR + timedelta(days=asked))
    began = [n for n in days if n <= asked]
    assert (version.name if version else None) == (str(max(began)) if began else None)
