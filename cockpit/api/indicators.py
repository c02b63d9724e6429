"""`GET indicators…`: figures of any division, period and instant, with their children and their lists."""

from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import (
    Instants,
    answer,
    choice_of,
    cursor_after,
    cursor_asked,
    flag_of,
    limit_asked,
    page_of,
    time_of,
)
from cockpit.api.identity import principal
from cockpit.api.items import event_item
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.api.subject_items import subject_item
from cockpit.catalogue import Texts, texts
from cockpit.domain.source import Source
from cockpit.services.drill_calendar import LEAST_STEPS, StepLength, calendar_trend
from cockpit.services.drill_down import DrillDown, first_of, mask_of
from cockpit.services.drill_figures import Comparison, Drilled, Question, period_of
from cockpit.services.drill_trend import Usual, usual_of
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.indicators import BY_NAME, REGISTRY, Group, Indicator, Measure, Part
from cockpit.situation.listing import Place
from cockpit.situation.origins import origins_of
from cockpit.situation.period import Filters

_LONGEST = 40


class Indicators:
    """Answers about indicators."""

    def __init__(self, instants: Instants, drill: DrillDown) -> None:
        self._instants, self._drill = instants, drill

    def all(self) -> Response:
        """The indicators of a group for the scope; each number equals the length of its list of records."""
        chosen, drilled, words = _chosen(), self._drilled(), texts(language(request))
        with_children = _by_asked()
        figures = drilled.figures(chosen)
        before = {how.value: (earlier := drilled.before(how), earlier.figures(chosen)) for how in _compared()}
        items = []
        for i in chosen:
            split = figures[i.name]
            item = {**described(i, words, drilled), **_told(drilled, split.whole, of=i)}
            item["partial"] = sorted({outage.source.value for outage in drilled.outages(i)})
            if with_children:
                item["children"] = [
                    {"code": code, "name": self._drill.city.name_of(code, words.lang), **_told(drilled, measure, of=i)}
                    for code, measure in zip(drilled.children, split.children, strict=True)
                ]
                item["rest"] = _told(drilled, split.rest, of=i)
            if before:
                item["compare"] = {
                    name: _told(earlier, its[i.name].whole, whole=True, of=i) for name, (earlier, its) in before.items()
                }
            items.append(item)
        return answer({**_frame(drilled), "groups": [group.value for group in Group], "items": items})

    def records(self, name: str) -> Response:
        """指标反查: the events behind a number."""
        indicator, part = indicator_of(name), _part_asked(Part.NUMERATOR)
        limit, cursor, past = limit_asked(), cursor_asked(), self._instants.past()
        drilled = self._drilled()
        columns = drilled.columns(indicator)
        try:
            mask = mask_of(columns, indicator, part, drilled.question.period.moment)
        except KeyError:
            raise ProblemError(404, _no_list(indicator, part)) from None
        known = drilled.known
        after = None if cursor is None else Place(*cursor)
        frame = {k: v for k, v in _frame(drilled).items() if k != "as_of"}
        if isinstance(columns, SubjectRows):
            told = columns.first_of(mask, count=limit + 1, after=after)
            behind = cursor_after(*told[limit - 1][0]) if len(told) > limit else None
            listed: list[object] = [subject_item(columns.record_of(row), principal().role) for _, row in told[:limit]]
            more = {"subject": indicator.subject, **frame}
            return page_of(known.at, listed, total=int(mask.sum()), after=behind, name=name, part=part, **more)
        places = first_of(known, drilled.rows, mask, count=limit + 1, after=after)
        events = self._drill.events(known, drilled.rows, places[:limit], past)
        behind = cursor_after(*places[limit - 1][0]) if len(places) > limit else None
        took = drilled.took(indicator, places[:limit])
        items: list[object] = [
            event_item(event, known.at, known.timing) | ({"took_s": took[event.event_id]} if took else {})
            for event in events
        ]
        return page_of(known.at, items, total=int(mask.sum()), after=behind, name=name, part=part, **frame)

    def trend(self, name: str) -> Response:
        """The indicator by days, or by groups of days in a long period; `step`: by week, month or quarter."""
        indicator, drilled = indicator_of(name), self._drilled()
        length = choice_of("step", StepLength) or StepLength.DAY
        if length is not StepLength.DAY:
            return self._by_calendar(indicator, drilled, length)
        steps = drilled.trend(indicator)
        bands = usual_of(drilled, indicator, steps) if flag_of("usual") else [Usual(0) for _ in steps]
        items = [
            {
                "from": step.period.since, "to": step.period.until, "reported": step.reported,
                "value": None if step.why else step.measure.value, "why": step.why,
                "numerator": step.measure.numerator, "denominator": step.measure.denominator,
                "partial": sorted({outage.source.value for outage in drilled.outages(indicator, step.period)}),
                "usual": None if usual.low is None else [usual.low, usual.high], "usual_weeks": usual.weeks,
                "unusual": usual.is_unusual(None if step.why else step.measure.value),
            }
            for step, usual in zip(steps, bands, strict=True)
        ]  # fmt: skip
        return answer({**_frame(drilled), "name": name, "items": items})

    def _by_calendar(self, indicator: Indicator, drilled: Drilled, length: StepLength) -> Response:
        """Whole weeks, months or quarters: those that `from` and `to` touch, without `from` the last year of them."""
        least = 1 if "from" in request.args else LEAST_STEPS[length]
        items = [
            {
                "from": one.step.period.since, "to": one.step.period.until, "is_over": one.is_over,
                "reported": one.step.reported, "value": None if one.step.why else one.step.measure.value,
                "why": one.step.why, "numerator": one.step.measure.numerator,
                "denominator": one.step.measure.denominator,
                "partial": sorted({o.source.value for o in drilled.outages(indicator, one.step.period)}),
                "year_before": None if one.year_before is None else one.year_before.value,
            }
            for one in calendar_trend(self._drill, drilled, indicator, length, least=least)
        ]  # fmt: skip
        return answer({**_frame(drilled), "name": indicator.name, "step": length, "items": items})

    def breakdown(self, name: str) -> Response:
        """What the events behind a number are: sources, categories, weekdays and hours."""
        indicator = indicator_of(name)
        part, drilled = _part_asked(indicator.worth_a_look), self._drilled()
        try:
            found = drilled.breakdown(indicator, part)
        except KeyError:
            raise ProblemError(404, _no_list(indicator, part)) from None
        return answer(
            {
                **_frame(drilled), "name": name, "part": part, "total": found.total,
                "sources": dict(found.sources), "categories": dict(found.categories), "hours": found.hours,
            }
        )  # fmt: skip

    def _drilled(self) -> Drilled:
        past = self._instants.past()
        now = past or self._instants.clock()
        since, until = time_of("from"), time_of("to")
        try:
            period = period_of(now, self._drill.zone, since, until)
        except ValueError as empty:
            # what begins after now is wrong by itself, otherwise it ends too early
            wrong = "from" if until is None or (since is not None and since >= now) else "to"
            raise ProblemError(400, f"{empty}: from must be before to and before now", field=wrong) from None
        # an old code is understood as what it has become
        scope = principal().narrowed(self._drill.city.changes.current(request.args.get("scope", "")))
        question = Question(scope, period, _filters_asked())
        return Drilled.of(self._drill, self._drill.known(past, now), question)


def described(indicator: Indicator, words: Texts, drilled: Drilled) -> dict[str, Any]:
    """What an indicator is, in words; one that counts a day is named by its period where that is another."""
    title, definition = title_and_definition(indicator.name, words)
    told_by = origins_of(indicator, drilled.question.filters.source)
    return {
        "name": indicator.name,
        "title": title,
        "definition": definition,
        "version": indicator.version,
        "group": indicator.group,
        "unit": indicator.unit,
        "per": indicator.per if indicator.is_rate else None,
        "percentile": indicator.percent if indicator.is_timed else None,
        "better": indicator.better,
        "adds_up": indicator.adds_up,
        "why_not": words[indicator.why_not] if indicator.why_not else None,
        "subject": indicator.subject,
        "of_instant": indicator.is_of_instant,
        "sources": list(told_by.feeds),
        "registers": [register.value for register in told_by.registers],
    }


def title_and_definition(name: str, words: Texts) -> tuple[str, str]:
    """What an indicator is called and what it counts: in the words of a period where the request names one."""
    period = "from" in request.args or "to" in request.args
    prefix = f"indicator_period.{name}" if period else f"indicator.{name}"
    return (
        words.find(f"{prefix}.title", words[f"indicator.{name}.title"]),
        words.find(f"{prefix}.definition", words[f"indicator.{name}.definition"]),
    )


def _told(drilled: Drilled, measure: Measure, *, whole: bool = False, of: Indicator | None = None) -> dict[str, Any]:
    why = drilled.why(measure, whole=whole, of=of)
    return {
        "value": None if why else measure.value,
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "why": why,
    }


def _frame(drilled: Drilled) -> dict[str, Any]:
    known, question = drilled.known, drilled.question
    return {
        "as_of": known.at,
        "scope": question.scope.code,
        "from": question.period.since,
        "to": question.period.until,
        "begins_at": known.begins_at,
        "outages": [{"source": o.source, "since": o.since, "until": o.until} for o in drilled.outages()],
        "formerly": [
            {"code": c.old, "on": c.on.isoformat(), "kind": c.kind} for c in known.changes.into(question.scope)
        ],
        "lost": {source.value: since for source, since in known.lost.items()},
    }


def indicator_of(name: str) -> Indicator:
    """The indicator of that name. Raises ProblemError 404."""
    indicator = BY_NAME.get(name)
    if indicator is None:
        raise ProblemError(404, f"no indicator {clean(name[:100])}")
    return indicator


def _no_list(indicator: Indicator, part: Part) -> str:
    if indicator.per_people:
        return f"{indicator.name} counts per inhabitant: names are protected, there is no list of its {part.value}"
    return f"{indicator.name} is a count, it has no {part.value}"


def _chosen() -> list[Indicator]:
    """Those of a group, all of them, or those that are named; without anything those of the overview."""
    names = [name for name in request.args.get("names", "")[:400].split(",") if name]
    if names:
        return [indicator_of(name) for name in dict.fromkeys(names)]
    if request.args.get("group") == "all":
        return list(REGISTRY)
    group = choice_of("group", Group) or Group.OVERVIEW
    return [i for i in REGISTRY if i.group is group]


def _part_asked(default: Part) -> Part:
    return choice_of("part", Part) or default


def _compared() -> list[Comparison]:
    asked = [name for name in request.args.get("compare", "")[:100].split(",") if name]
    try:
        return [Comparison(name) for name in dict.fromkeys(asked)]
    except ValueError:
        known = ", ".join(c.value for c in Comparison)
        raise ProblemError(400, f"compare must be some of {known}, a comma between", field="compare") from None


def _by_asked() -> bool:
    by = request.args.get("by", "")
    if by not in ("", "children"):
        raise ProblemError(400, "by must be children", field="by")
    return bool(by)


def _filters_asked() -> Filters:
    return Filters(
        source=choice_of("source", Source),
        category=request.args.get("category", "")[:_LONGEST],
        weekday=_number("weekday", 6),
        hour=_number("hour", 23),
    )


def _number(name: str, most: int) -> int | None:
    text = request.args.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= most):
        raise ProblemError(400, f"{name} must be a number from 0 to {most}", field=name)
    return int(text)


def indicators_blueprint(indicators: Indicators) -> Blueprint:
    """`/api/v1/indicators…`."""
    blueprint = Blueprint("indicators", __name__, url_prefix="/api/v1/indicators")
    blueprint.add_url_rule("", "all", indicators.all, methods=["GET"])
    for name in ("records", "trend", "breakdown"):
        blueprint.add_url_rule(f"/<name>/{name}", name, getattr(indicators, name), methods=["GET"])
    return blueprint
