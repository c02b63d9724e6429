"""Rules on figures that people made, on both databases: one name once, no change lost, a deletion taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from cockpit.domain.figure_rule import FigureRule, FigureTest
from cockpit.store.figure_rules import FigureRuleTable, NameTakenError, RuleChangedError

NOW = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
RULE = FigureRule(name="超时过多", indicator="overtime", test=FigureTest.ABOVE, limit=20, scope="330110012")


def test_a_rule_comes_back_as_it_was_kept_and_the_same_id_makes_it_once(engine: Engine) -> None:
    table = FigureRuleTable(engine)
    kept = table.add("a", RULE, by="王", now=NOW)
    assert (kept.rule, kept.version, kept.created_by, kept.changed_at) == (RULE, 1, "王", NOW)
    assert table.add("a", RULE, by="王", now=NOW + timedelta(seconds=1)) == kept
    assert table.list() == [kept]
    assert table.count() == 1


def test_two_who_change_the_same_rule_do_not_overwrite_each_other(engine: Engine) -> None:
    table = FigureRuleTable(engine)
    read = table.add("a", RULE, by="王", now=NOW)
    changed = table.change("a", replace(RULE, limit=30), version=read.version, by="李", now=NOW)
    with pytest.raises(RuleChangedError):
        table.change("a", replace(RULE, limit=40), version=read.version, by="王", now=NOW)
    with pytest.raises(RuleChangedError):
        table.delete("a", version=read.version, by="王", now=NOW)
    assert table.list() == [changed]
    assert (changed.rule.limit, changed.version, changed.changed_by, changed.created_by) == (30, 2, "李", "王")


def test_a_name_is_one_rules_alone_while_it_is_there(engine: Engine) -> None:
    table = FigureRuleTable(engine)
    first = table.add("a", RULE, by="王", now=NOW)
    with pytest.raises(NameTakenError):
        table.add("b", RULE, by="王", now=NOW)
    other = table.add("b", replace(RULE, name="另一条"), by="王", now=NOW)
    with pytest.raises(NameTakenError):
        table.change("b", RULE, version=other.version, by="王", now=NOW)
    gone = table.delete("a", version=first.version, by="王", now=NOW)
    assert [kept.id for kept in table.list()] == ["b"]
    table.change("b", RULE, version=other.version, by="王", now=NOW)
    with pytest.raises(NameTakenError):
        table.restore("a", version=gone.version, by="王", now=NOW)


def test_a_deletion_is_taken_back_once(engine: Engine) -> None:
    table = FigureRuleTable(engine)
    gone = table.delete("a", version=table.add("a", RULE, by="王", now=NOW).version, by="李", now=NOW)
    assert (gone.deleted_at, gone.changed_by) == (NOW, "李")
    assert table.list() == []
    back = table.restore("a", version=gone.version, by="王", now=NOW)
    assert table.list() == [back]
    assert back.rule == RULE
    with pytest.raises(RuleChangedError):
        table.restore("a", version=gone.version, by="王", now=NOW)
