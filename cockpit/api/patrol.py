"""智能巡查: what models found, with the verdicts so far; the picture of a finding; the thresholds and what they earn.

A verdict is asked for like any other move: `POST events/{id}/accept`, `/reject`, `/void` with `expected_version`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, answer, limit_asked, page_of, scope_asked
from cockpit.api.feed_pictures import FeedPictures
from cockpit.api.finding_items import FindingWords, count_item
from cockpit.api.identity import principal
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.api.verdicts import Verdicts
from cockpit.domain.event import Event
from cockpit.domain.finding import FINDERS, Finding, Verdict, finding_of, is_waiting, judgement_of
from cockpit.domain.finding_rule import find_hold_of_rule
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.services.finding_pictures import FindingPictures, PictureError
from cockpit.services.finding_rules import FindingRules
from cockpit.services.kind_names import kind_names
from cockpit.services.standards import StandardsBook
from cockpit.situation.finding_ledger import VerdictCount
from cockpit.situation.situation import Situation

_STREET = 9
_PICTURE_FRESH_S = 3600


class AskedFindings(StrEnum):
    """Which findings are asked for."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    #: confirmed by a threshold, taken back or not
    RULE = "rule"


class AskedOrder(StrEnum):
    """The surest first, or the newest."""

    CONFIDENCE = "confidence"
    NEWEST = "newest"


class Patrol:
    """The queue and the thresholds, from the situation of one instant."""

    def __init__(
        self,
        instants: Instants,
        words: FindingWords,
        pictures: FindingPictures,
        rules: Callable[[], FindingRules],
        standards: StandardsBook,
    ) -> None:
        self._instants, self._words, self._pictures, self._rules = instants, words, pictures, rules
        self._standards = standards

    def findings(self) -> Response:
        """What waits for a verdict, the surest first, unless another state or order is asked for."""
        scope, limit, passes = scope_asked(), limit_asked(), _filter_asked()
        state = _one_of("state", AskedFindings, AskedFindings.WAITING)
        order = _one_of("order", AskedOrder, AskedOrder.CONFIDENCE)
        with self._instants.asked() as (situation, now):
            found = list(_findings(situation, scope))
            states = Counter(s for event, _ in found for s in _states_of(event))
            here = [(e, f) for e, f in found if state in _states_of(e)]
            shown = [(e, f) for e, f in here if passes(e, f)]
            shown.sort(key=lambda pair: _key(order, *pair))
            names = self._names(now)
            items: list[object] = [self._words.item(e, f, situation, scope, names) for e, f in shown[:limit]]
        kinds = Counter(f.kind for _, f in here)
        titles, classes = {f.kind: e.report.title for e, f in here}, _names_of_kinds(here, names)
        return page_of(
            now,
            items,
            total=len(shown),
            scope=scope.code,
            states={s.value: states[s] for s in AskedFindings},
            kinds=[
                {"kind": kind, "title": titles[kind], "kind_title": classes[kind], "findings": n}
                for kind, n in kinds.most_common(50)
            ],
            streets=dict(Counter(e.report.place.code[:_STREET] for e, _ in here).most_common(100)),
        )

    def one(self, event_id: str) -> Response:
        """One finding; 404 also for one outside the account's scope."""
        scope = principal().scope
        with self._instants.asked() as (situation, now):
            event, finding = _seen(situation, event_id, scope)
            return answer({"as_of": now, **self._words.item(event, finding, situation, scope, self._names(now))})

    def picture(self, event_id: str) -> Response:
        """The picture of a finding from a configured host, as a JPEG made anew. 404 with the reason."""
        with self._instants.fold.lock:
            _, finding = _seen(self._instants.fold.situation, event_id, principal().scope)
        try:
            body = self._pictures.fetch(finding.picture)
        except PictureError as wrong:
            status = 503 if wrong.rule == "picture_busy" else 404
            raise ProblemError(status, f"no picture: {wrong}", rule=wrong.rule) from None
        response = Response(body, mimetype="image/jpeg")
        response.headers["Cache-Control"] = f"private, max-age={_PICTURE_FRESH_S}"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def rules(self) -> Response:
        """Every kind that was ever judged or has a threshold: how right it was, and whether its threshold acts."""
        scope = scope_asked()
        found = self._rules()
        thresholds = {kind: rule.per_cent for kind, rule in found.rules.items()}
        with self._instants.asked() as (situation, now):
            counts = situation.findings.by_kind(scope)
            above = situation.findings.above(thresholds, scope)
            # whether a threshold acts is decided for the city
            everywhere = situation.findings.above(thresholds, Scope(situation.rules.city_code))
            seen = _findings(situation, scope)
        titles, classes = {f.kind: e.report.title for e, f in seen}, _names_of_kinds(seen, self._names(now))
        items: list[object] = []
        for kind in sorted({*counts, *found.rules}, key=lambda k: (k not in found.rules, -sum(counts.get(k, ())), k)):
            rule, earned = found.rules.get(kind), everywhere.get(kind, VerdictCount())
            title, name = titles.get(kind, ""), classes.get(kind, "")
            told = {"kind": kind, "title": title, "kind_title": name, **count_item(counts.get(kind, VerdictCount()))}
            if rule is not None:
                hold = find_hold_of_rule(rule, confirmed=earned.confirmed, rejected=earned.rejected)
                told["rule"] = {
                    "confidence": rule.confidence, "enabled": rule.enabled, "min_verdicts": rule.min_verdicts,
                    "min_precision": rule.min_precision, "acts": hold is None, "hold": hold.value if hold else "",
                    "above": count_item(above[kind]),
                }  # fmt: skip
            items.append(told)
        return page_of(now, items, total=len(items), scope=scope.code, wrong=[bad._asdict() for bad in found.wrong])

    def _names(self, at: datetime) -> Mapping[str, str]:
        """Names of the classes of the city's own table at an instant, in the language asked for."""
        return kind_names(self._standards.now().rows_at(at), language(request))


def _names_of_kinds(found: list[tuple[Event, Finding]], names: Mapping[str, str]) -> dict[str, str]:
    """A model's kind → the name of the class that it reports; of several, of none: empty, nothing is guessed."""
    told: dict[str, set[str]] = {}
    for event, finding in found:
        told.setdefault(finding.kind, set()).add(names.get(event.report.category, ""))
    return {kind: next(iter(those)) if len(those) == 1 else "" for kind, those in told.items()}


def _findings(situation: Situation, scope: Scope) -> list[tuple[Event, Finding]]:
    return [
        (event, finding)
        for event in situation.events.pick(situation.table.ids_of_sources(FINDERS))
        if scope.covers(event.report.place.code) and (finding := finding_of(event.report)) is not None
    ]


def _seen(situation: Situation, event_id: str, scope: Scope) -> tuple[Event, Finding]:
    event = situation.events.get(event_id)
    finding = finding_of(event.report) if event is not None and scope.covers(event.report.place.code) else None
    if event is None or finding is None:
        raise ProblemError(404, f"no finding {clean(event_id[:200])}", rule="unknown_finding")
    return event, finding


def _states_of(event: Event) -> tuple[AskedFindings, ...]:
    judged = judgement_of(event)
    if judged is None:
        return (AskedFindings.WAITING,) if is_waiting(event) else ()
    said = AskedFindings.CONFIRMED if judged.verdict is Verdict.CONFIRMED else AskedFindings.REJECTED
    return (said, AskedFindings.RULE) if judged.by_rule else (said,)


def _key(order: AskedOrder, event: Event, finding: Finding) -> tuple[Any, ...]:
    newest = -event.report.reported_at.timestamp()
    first = (-finding.confidence, newest) if order is AskedOrder.CONFIDENCE else (newest, -finding.confidence)
    return (*first, event.event_id)


def _one_of(name: str, kind: Any, default: Any) -> Any:
    text = request.args.get(name) or default.value
    try:
        return kind(text)
    except ValueError:
        raise ProblemError(400, f"{name} must be one of {', '.join(k.value for k in kind)}", field=name) from None


def _filter_asked() -> Callable[[Event, Finding], bool]:
    """`kind`, `street`, `min_confidence` as one question to a finding."""
    kind, street, least = request.args.get("kind", ""), request.args.get("street", ""), 0.0
    try:
        within = Scope(street)
    except UnknownScopeError:
        raise ProblemError(400, "street must be a division code", field="street") from None
    if text := request.args.get("min_confidence", ""):
        try:
            least = float(text)
        except ValueError:
            least = -1.0
        if not 0 <= least <= 1:
            raise ProblemError(400, "min_confidence must lie between 0 and 1", field="min_confidence")
    return lambda event, finding: (
        kind in ("", finding.kind) and within.covers(event.report.place.code) and finding.confidence >= least - 1e-9
    )


def patrol_blueprint(patrol: Patrol, verdicts: Verdicts, pictures: FeedPictures) -> Blueprint:
    """`/api/v1/patrol/…` and `/api/v1/feeds/pictures`."""
    blueprint = Blueprint("patrol", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/patrol/findings", "findings", patrol.findings, methods=["GET"])
    blueprint.add_url_rule("/patrol/findings/<path:event_id>", "one", patrol.one, methods=["GET"])
    blueprint.add_url_rule("/patrol/findings/<path:event_id>/picture", "picture", patrol.picture, methods=["GET"])
    blueprint.add_url_rule("/patrol/verdicts", "verdicts", verdicts.get, methods=["GET"])
    blueprint.add_url_rule("/patrol/rules", "rules", patrol.rules, methods=["GET"])
    blueprint.add_url_rule("/feeds/pictures", "pictures", pictures.post, methods=["POST"])
    return blueprint
