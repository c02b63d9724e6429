"""报告指标: the chosen indicators in words: the overview as tiles, the others as lines by group."""

from typing import Any
from urllib.parse import urlencode

from cockpit.catalogue import Texts
from cockpit.services.reports.figures import Figure
from cockpit.services.reports.gathering import Compared, Gathered
from cockpit.situation.indicators import BY_NAME, Group, Indicator, Part
from layouts.leader.amounts import records_of
from layouts.reports.ways import list_of
from layouts.reports.wording import Wording

#: what the tables and sentences of every report count, whatever was chosen
_ALWAYS = ("reported_today", "handled_today", "closed_today", "on_time_handling_rate", "overtime", "at_risk")


def headline(report: Gathered, wording: Wording) -> list[dict[str, Any]]:
    """A tile for each chosen indicator of the overview."""
    return [_told(figure, report, wording) for figure in report.chosen if figure.indicator.group is Group.OVERVIEW]


def groups(report: Gathered, wording: Wording) -> list[dict[str, Any]]:
    """The other groups that something was chosen of, each with its lines."""
    texts, found = wording.texts, []
    for group in Group:
        mine = [f for f in report.chosen if f.indicator.group is group and group is not Group.OVERVIEW]
        if mine:
            rows = [_told(figure, report, wording) for figure in mine]
            found.append({"group": group.value, "title": texts[f"indicator_group.{group.value}"], "rows": rows})
    return found


def group_heads(report: Gathered, wording: Wording) -> list[str]:
    """The heads of those lines: the indicator, its value, what it is counted from, and what it is compared with."""
    heads = [wording.texts[f"report.column.{name}"] for name in ("indicator", "value", "counted")]
    return [*heads, *(wording.before(earlier.how) for earlier in report.earlier)]


def numbers(report: Gathered) -> list[dict[str, Any]]:
    """The same as plain numbers for programs: rates 0…1, durations in seconds, times in ISO 8601."""
    return [
        {
            "name": (its := figure.indicator).name,
            "version": its.version,
            "group": its.group.value,
            "unit": its.unit,
            "per": its.per if its.is_rate else None,
            "value": None if figure.why else figure.measure.value,
            "numerator": figure.measure.numerator,
            "denominator": figure.measure.denominator,
            "why": figure.why.value if figure.why else None,
            "at": figure.at.isoformat() if figure.at else None,
            "earlier": {
                compared.how.value: None if before is None else before.value
                for compared, before in zip(report.earlier, figure.earlier, strict=True)
            },
        }
        for figure in report.chosen
    ]


def definitions(report: Gathered, wording: Wording) -> dict[str, Any]:
    """What each indicator means that is chosen, or counted in a table of the report."""
    texts = wording.texts
    names = dict.fromkeys((*(figure.indicator.name for figure in report.chosen), *_ALWAYS))
    rows = [
        [
            wording.title_of(name),
            wording.definition_of(name),
            texts.format("leader.definition.version", n=BY_NAME[name].version),
        ]
        for name in names
    ]
    return {"heads": [texts[f"report.column.{c}"] for c in ("indicator", "definition", "version")], "rows": rows}


def _told(figure: Figure, report: Gathered, wording: Wording) -> dict[str, Any]:
    indicator, measure, texts = figure.indicator, figure.measure, wording.texts
    compared = []
    for earlier, before in zip(report.earlier, figure.earlier, strict=True):
        how = wording.before(earlier.how)
        if before is None:
            none = {"was": texts.format("report.no_earlier", how=how), "value": texts["value.none"]}
            compared.append({**none, "change": "", "tone": "", "link": ""})
            continue
        value = wording.value(indicator, before)
        change, tone = ("", "") if figure.why else wording.change(indicator, measure, before)
        was = texts.format("report.was", how=how, value=value)
        # what stood at an earlier end is a list of that instant, which its own report leads to
        link = "" if figure.at else _earlier(figure, report, earlier)
        compared.append({"was": was, "value": value, "change": change, "tone": tone, "link": link})
    of = texts[f"leader.why.{figure.why.value}"] if figure.why else _counted(figure, texts)
    below = indicator.name == "on_time_handling_rate" and measure.value is not None and measure.value < report.target
    return {
        "name": indicator.name,
        "title": wording.title_of(indicator.name),
        "value": texts["value.none"] if figure.why else wording.value(indicator, measure),
        "of": of,
        "of_parts": _parts(figure, report) or [of],
        "at": wording.local(figure.at).strftime("%m-%d %H:%M") if figure.at and not figure.why else "",
        "below": below,
        "compared": compared,
        "link": "" if figure.why else _link(figure, report),
    }


def _counted(figure: Figure, texts: Texts) -> str:
    """`1,204 / 1,230`; of a percentile how many were measured; of a count nothing more."""
    indicator, measure = figure.indicator, figure.measure
    if indicator.is_timed:
        return records_of(texts, indicator, measure.numerator)
    return "" if measure.denominator is None else f"{measure.numerator:,} / {measure.denominator:,}"


def _parts(figure: Figure, report: Gathered) -> list[Any]:
    """Both parts of a rate, each with its list; the inhabitants that some are counted over have none."""
    measure, indicator = figure.measure, figure.indicator
    if figure.why or measure.denominator is None or indicator.is_timed:
        return []
    below = "" if Part.DENOMINATOR not in indicator.parts else _link(figure, report, Part.DENOMINATOR)
    return [
        [f"{measure.numerator:,}", _link(figure, report, Part.NUMERATOR)], " / ", [f"{measure.denominator:,}", below]
    ]  # fmt: skip


def _earlier(figure: Figure, report: Gathered, earlier: Compared) -> str:
    indicator = figure.indicator
    period = earlier.drilled.question.period
    return list_of(report, indicator.name, indicator.worth_a_look.value, period=period)


def _link(figure: Figure, report: Gathered, part: Part | None = None) -> str:
    """The list behind the number, on the page of leaders, at the instant that it was told at."""
    until, as_of = (figure.at, figure.at) if figure.at else (report.span.until, report.known.at)
    indicator: Indicator = figure.indicator
    asked = {
        "scope": report.scope.code, "from": report.span.since.isoformat(), "to": until.isoformat(),
        "as_of": as_of.isoformat(), "indicator": indicator.name, "part": (part or indicator.worth_a_look).value,
    }  # fmt: skip
    return f"/leader?{urlencode(asked)}"
