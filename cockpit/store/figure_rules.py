"""数字预警规则: rules on figures that people made, each with who changed it when; a deleted one can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, select, update
from sqlalchemy.exc import IntegrityError

from cockpit.domain.figure_rule import FigureRule, FigureTest
from cockpit.store.database import insert_of, writing
from cockpit.store.schema.reports import figure_rules


class NameTakenError(ValueError):
    """Another rule that is there has this name."""


class RuleChangedError(ValueError):
    """Somebody else has changed the rule since it was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFigureRule:
    """A rule as it is. `version` rises with every change; `deleted_at` is None while it is there."""

    id: str
    version: int
    rule: FigureRule
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    deleted_at: datetime | None = None


class FigureRuleTable:
    """The table `figure_rules`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, rule_id: str, rule: FigureRule, *, by: str, now: datetime) -> KeptFigureRule:
        """Keep a new rule; one that is there with this id already is the same, asked for twice. NameTakenError."""
        row = {
            "id": rule_id, "version": 1, "held_name": rule.name, "created_by": by, "created_at": now,
            "changed_by": by, "changed_at": now, **_values(rule),
        }  # fmt: skip
        with writing(self._engine).begin() as connection:
            connection.execute(insert_of(figure_rules, connection.dialect).on_conflict_do_nothing(), row)
        kept = self.find(rule_id)
        if kept is None:
            raise NameTakenError(rule.name)
        return kept

    def change(self, rule_id: str, rule: FigureRule, *, version: int, by: str, now: datetime) -> KeptFigureRule:
        """How the rule is from now on. RuleChangedError if `version` is not the newest, NameTakenError."""
        return self._write(
            rule_id, version, by, now, was_deleted=False, held_name=rule.name, deleted_at=None, **_values(rule)
        )

    def delete(self, rule_id: str, *, version: int, by: str, now: datetime) -> KeptFigureRule:
        """It holds no more. RuleChangedError if `version` is not the newest."""
        return self._write(rule_id, version, by, now, was_deleted=False, held_name=None, deleted_at=now)

    def restore(self, rule_id: str, *, version: int, by: str, now: datetime) -> KeptFigureRule:
        """Take a deletion back. RuleChangedError if somebody did already, NameTakenError."""
        c = figure_rules.c
        return self._write(rule_id, version, by, now, was_deleted=True, held_name=c.name, deleted_at=None)

    def find(self, rule_id: str) -> KeptFigureRule | None:
        """A rule, deleted or not."""
        with self._engine.connect() as connection:
            row = connection.execute(select(figure_rules).where(figure_rules.c.id == rule_id)).first()
        return _kept(row) if row else None

    def list(self) -> list[KeptFigureRule]:
        """Those that are there, by name."""
        query = select(figure_rules).where(figure_rules.c.deleted_at.is_(None)).order_by(figure_rules.c.name)
        with self._engine.connect() as connection:
            return [_kept(row) for row in connection.execute(query)]

    def count(self) -> int:
        """How many are there."""
        there = select(func.count()).select_from(figure_rules).where(figure_rules.c.deleted_at.is_(None))
        with self._engine.connect() as connection:
            return int(connection.execute(there).scalar_one())

    def _write(
        self, rule_id: str, version: int, by: str, now: datetime, *, was_deleted: bool, **values: Any
    ) -> KeptFigureRule:
        c = figure_rules.c
        state = c.deleted_at.is_not(None) if was_deleted else c.deleted_at.is_(None)
        newest = update(figure_rules).where(c.id == rule_id, c.version == version, state)
        told = newest.values(version=version + 1, changed_by=by, changed_at=now, **values)
        try:
            with writing(self._engine).begin() as connection:
                changed = connection.execute(told).rowcount
        except IntegrityError:
            raise NameTakenError(rule_id) from None
        kept = self.find(rule_id)
        if not changed or kept is None:
            raise RuleChangedError(rule_id)
        return kept


def _values(rule: FigureRule) -> dict[str, Any]:
    return {
        "name": rule.name, "indicator": rule.indicator, "test": rule.test.value, "limit": float(rule.limit),
        "sigmas": float(rule.sigmas), "weeks": rule.weeks, "code": rule.scope, "source": rule.source,
        "least": rule.least, "enabled": rule.enabled,
    }  # fmt: skip


def _kept(row: Row[Any]) -> KeptFigureRule:
    rule = FigureRule(
        name=row.name, indicator=row.indicator, test=FigureTest(row.test), limit=row.limit, sigmas=row.sigmas,
        weeks=row.weeks, scope=row.code, source=row.source, least=row.least, enabled=row.enabled,
    )  # fmt: skip
    return KeptFigureRule(
        id=row.id, version=row.version, rule=rule, created_by=row.created_by, created_at=row.created_at,
        changed_by=row.changed_by, changed_at=row.changed_at, deleted_at=row.deleted_at,
    )  # fmt: skip
