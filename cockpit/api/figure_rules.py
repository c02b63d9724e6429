"""`figure-rules`: rules on figures, made, tried, changed and deleted by officers of the scope, beside the file's."""

import uuid
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from cockpit.api.asked import page_of, scope_asked
from cockpit.api.commands import IdempotencyKeys, parsed
from cockpit.api.figure_alerts import list_link, shown
from cockpit.api.identity import Principal, require
from cockpit.api.language import language
from cockpit.api.messages import Name
from cockpit.api.problem import ProblemError, answered
from cockpit.api.signin import Audit
from cockpit.catalogue import texts
from cockpit.domain.figure_rule import FigureRule, FigureRuleError, figure_rule_of
from cockpit.domain.source import Source
from cockpit.services.reports.figure_preview import HOURS, WEEKS, preview_of
from cockpit.services.reports.figure_rules import MOST_RULES
from cockpit.services.reports.figure_watch import FigureWatch
from cockpit.situation.indicators import BY_NAME
from cockpit.store.accounts import Role
from cockpit.store.figure_rules import FigureRuleTable, KeptFigureRule, NameTakenError, RuleChangedError

_READERS, _EDITORS = (Role.LEADER, Role.DUTY, Role.ADMIN), (Role.DUTY, Role.ADMIN)
_LONGEST_KEY = 200


class FigureRuleRequest(BaseModel):
    """A rule: `limit` is a count, seconds, or a rate 0…1. To change one, `version` is that which was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(max_length=60)]
    indicator: Name
    test: Annotated[str, Field(max_length=16, description="above, below or unusual")]
    limit: Annotated[float | None, Field(description="what is crossed; not for unusual")] = None
    sigmas: float = 4.0
    weeks: int = 8
    scope: Annotated[str, Field(max_length=15)] = ""
    source: Annotated[str, Field(max_length=32)] = ""
    least: Annotated[int, Field(description="of a rate: not before so many are in its denominator")] = 20
    enabled: StrictBool = True
    version: Annotated[int | None, Field(description="to change a rule: the version that was read")] = None


class VersionRequest(BaseModel):
    """Which version of a rule was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int


class FigureRuleAnswers:
    """For duty officers and administrators of the scope; leaders may read."""

    def __init__(
        self,
        table: FigureRuleTable,
        watch: FigureWatch,
        audit: Audit,
        *,
        idempotency: IdempotencyKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._table, self._watch, self._audit = table, watch, audit
        self._idempotency, self._clock, self._city = idempotency, clock, watch.drill.city

    def list(self) -> Response:
        """People's rules by name, then the file's; each with what the last look found."""
        asking, scope = require(*_READERS), scope_asked()
        kept = self._table.list()
        taken = {one.rule.name for one in kept}
        filed = [rule for rule in self._watch.rules.file.all() if rule.name not in taken]
        items: list[object] = [self._item(one.rule, one, asking) for one in kept if self._covers(scope, one.rule)]
        items += [self._item(rule, None, asking) for rule in filed if self._covers(scope, rule)]
        wrong = [bad._asdict() for bad in self._watch.rules.wrong()]
        return page_of(self._clock(), items, total=len(items), scope=scope.code, wrong=wrong)

    def add(self) -> Response:
        """201 with the rule; the same Idempotency-Key makes it once."""
        asking = require(*_EDITORS)
        rule, rule_id, now = self._rule_of(parsed(FigureRuleRequest), asking), self._claimed(asking), self._clock()
        known = self._table.find(rule_id)
        if known is None:
            if self._table.count() >= MOST_RULES:
                raise ProblemError(409, f"there are {MOST_RULES} rules already", rule="too_many_figure_rules")
            known = self._named(lambda: self._table.add(rule_id, rule, by=asking.name, now=now))
            self._note(asking, "figure_rule_added", known)
        return answered(201, self._item(known.rule, known, asking))

    def change(self, rule_id: str) -> Response:
        """The whole rule anew. 409 if somebody else changed it since `version` was read."""
        asking, known = self._found(rule_id)
        wanted = parsed(FigureRuleRequest)
        version = wanted.version
        if version is None:
            raise ProblemError(400, "version is missing", field="version")
        rule, now = self._rule_of(wanted, asking), self._clock()
        changed = self._named(
            lambda: self._table.change(rule_id, rule, version=version, by=asking.name, now=now), known
        )
        self._note(asking, "figure_rule_changed", changed)
        return answered(200, self._item(changed.rule, changed, asking))

    def delete(self, rule_id: str) -> Response:
        """`?version=`; 200 with the rule as it was, whose `version` takes the deletion back."""
        asking, known = self._found(rule_id)
        text = request.args.get("version", "")
        if not (text.isascii() and text.isdigit() and len(text) < 12):
            raise ProblemError(400, "version must be that which was read", field="version")
        now = self._clock()
        gone = self._named(lambda: self._table.delete(rule_id, version=int(text), by=asking.name, now=now), known)
        self._note(asking, "figure_rule_deleted", gone)
        return answered(200, self._item(gone.rule, gone, asking))

    def restore(self, rule_id: str) -> Response:
        """Take a deletion back."""
        asking, known = self._found(rule_id, deleted=True)
        version, now = parsed(VersionRequest).version, self._clock()
        back = self._named(lambda: self._table.restore(rule_id, version=version, by=asking.name, now=now), known)
        self._note(asking, "figure_rule_restored", back)
        return answered(200, self._item(back.rule, back, asking))

    def preview(self) -> Response:
        """What a rule would have said over the past weeks; nothing is kept."""
        asking = require(*_EDITORS)
        rule, words = self._rule_of(parsed(FigureRuleRequest), asking), texts(language(request))
        found = preview_of(rule, self._watch.drill, self._watch.drill.known(None, self._clock()))
        return answered(
            200,
            {
                "weeks": WEEKS, "looks_a_day": len(HOURS), "days": found.days, "known_days": found.known_days,
                "times": len(found.sounded), "too_little": found.too_little,
                "sounded": [
                    {"at": s.at, "value": s.value, "crossed": s.crossed, "said": shown(rule.indicator, s.value, words)}
                    for s in found.sounded
                ],
                "value": found.value, "why": found.why, "crossed": found.crossed,
                "said": None if found.value is None else shown(rule.indicator, found.value, words),
            },
        )  # fmt: skip

    def _rule_of(self, wanted: FigureRuleRequest, asking: Principal) -> FigureRule:
        """The rule of the request, within the scope of who asks. ProblemError names the field."""
        told = wanted.model_dump(exclude={"version"}, exclude_none=True)
        told |= {"name": wanted.name.strip(), "scope": asking.narrowed(wanted.scope).code}
        try:
            rule = figure_rule_of(told, BY_NAME, [source.value for source in Source])
        except FigureRuleError as wrong:
            raise ProblemError(400, str(wrong), field=wrong.field) from wrong
        if not (self._city.knows(rule.scope) or rule.scope == self._city.code):
            raise ProblemError(400, f"there is no division {rule.scope}", field="scope")
        return rule

    def _found(self, rule_id: str, *, deleted: bool = False) -> tuple[Principal, KeptFigureRule]:
        """A rule that the asking officer may change. A rule of the file is changed in the file."""
        asking = require(*_EDITORS)
        if rule_id.startswith("file:"):
            raise ProblemError(409, "a rule of figures.toml is changed in the file", rule="figure_rule_of_file")
        known = self._table.find(rule_id[:100])
        if known is None or (known.deleted_at is not None) != deleted or not self._covers(asking.scope, known.rule):
            raise ProblemError(404, "there is no such rule", rule="unknown_figure_rule")
        return asking, known

    def _named(self, write: Callable[[], KeptFigureRule], known: KeptFigureRule | None = None) -> KeptFigureRule:
        """Write, and have the watch look at it at once."""
        try:
            kept = write()
        except NameTakenError:
            raise ProblemError(409, "another rule has this name", field="name", rule="figure_rule_name") from None
        except RuleChangedError:
            newest = self._table.find(known.id) if known else None
            more: dict[str, Any] = {"version": newest.version, "changed_by": newest.changed_by} if newest else {}
            raise ProblemError(409, "somebody else has changed the rule", rule="figure_rule_changed", **more) from None
        self._watch.look_soon()
        return kept

    def _claimed(self, asking: Principal) -> str:
        key, fresh = request.headers.get("Idempotency-Key", ""), uuid.uuid4().hex
        if not key:
            return fresh
        if len(key) > _LONGEST_KEY:
            raise ProblemError(400, f"Idempotency-Key is longer than {_LONGEST_KEY} characters")
        digest = blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
        return self._idempotency.claim(asking.account.token_id, digest, fresh, self._clock())

    def _covers(self, scope: Any, rule: FigureRule) -> bool:
        return bool(scope.covers(rule.scope or self._city.code))

    def _note(self, asking: Principal, what: str, kept: KeptFigureRule) -> None:
        rule = kept.rule
        detail = {
            "id": kept.id, "version": kept.version, "name": rule.name, "indicator": rule.indicator,
            "test": rule.test.value, "limit": rule.limit, "scope": rule.scope, "enabled": rule.enabled,
        }  # fmt: skip
        self._audit.record(at=kept.changed_at, who=asking.name, what=what, detail=detail)

    def _item(self, rule: FigureRule, kept: KeptFigureRule | None, asking: Principal) -> dict[str, Any]:
        words, code = texts(language(request)), rule.scope or self._city.code
        judged = self._watch.judged.get(rule.name)
        last = judged if judged is not None and judged.rule == rule else None
        value = last.value if last else None
        item: dict[str, Any] = {
            "id": kept.id if kept else f"file:{rule.name}", "origin": "made" if kept else "file", "name": rule.name,
            "indicator": rule.indicator, "title": words[f"indicator.{rule.indicator}.title"], "test": rule.test,
            "limit": rule.limit, "limit_said": shown(rule.indicator, rule.limit, words), "sigmas": rule.sigmas,
            "weeks": rule.weeks, "scope": code, "place": self._city.title_of(code, words.lang), "source": rule.source,
            "least": rule.least, "enabled": rule.enabled,
            "may_edit": kept is not None and asking.role in _EDITORS and kept.deleted_at is None,
            "looked_at": last.at if last else None, "value": value,
            "said": None if value is None else shown(rule.indicator, value, words), "why": last.why if last else None,
            "crossed": last.crossed if last else None, "is_breached": bool(last and last.crossed is not None),
            "link": list_link(rule.indicator, code, rule.source),
        }  # fmt: skip
        if kept is not None:
            item |= {
                "version": kept.version, "created_by": kept.created_by, "created_at": kept.created_at,
                "changed_by": kept.changed_by, "changed_at": kept.changed_at, "deleted_at": kept.deleted_at,
            }  # fmt: skip
        return item


def figure_rules_blueprint(rules: FigureRuleAnswers) -> Blueprint:
    """`/api/v1/figure-rules…`."""
    blueprint = Blueprint("figure_rules", __name__, url_prefix="/api/v1/figure-rules")
    blueprint.add_url_rule("", "list", rules.list, methods=["GET"])
    blueprint.add_url_rule("", "add", rules.add, methods=["POST"])
    blueprint.add_url_rule("/preview", "preview", rules.preview, methods=["POST"])
    blueprint.add_url_rule("/<rule_id>", "change", rules.change, methods=["PUT"])
    blueprint.add_url_rule("/<rule_id>", "delete", rules.delete, methods=["DELETE"])
    blueprint.add_url_rule("/<rule_id>/restore", "restore", rules.restore, methods=["POST"])
    return blueprint
