"""成文: a report's figures as words, numbers and tables: what the page and the document are both made of."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from cockpit.services.reports.attention import Attention, attentions_of
from cockpit.services.reports.gathering import Gathered
from layouts.numerals import percent_of, short_percent_of
from layouts.reports.charts import Bars, Chart, bars
from layouts.reports.figures import definitions, group_heads, groups, headline, numbers
from layouts.reports.tables import alarms, board, cards, consists, duty, overtime
from layouts.reports.ways import looked_at
from layouts.reports.wording import Wording


def printed(report: Gathered, wording: Wording) -> dict[str, Any]:
    """Everything in words, as JSON takes it. Two calls with the same arguments give the same."""
    texts, span = wording.texts, report.span
    chart, on_duty = _chart(report, wording), duty(report, wording)
    title = texts.format(f"report.title_{span.kind.value}", place=wording.city)
    return {
        "lang": texts.lang,
        "title": title,
        "product": texts["product.name"],
        "demo": texts["report.demo"] if wording.demo else "",
        "period": wording.period(span),
        "so_far": "" if span.is_over else texts.format("report.so_far", time=wording.time(span.until)),
        "as_of": texts.format("report.as_of", time=wording.instant(report.known.at)),
        "page": texts["report.page"],
        "link": _link(report),
        "sections": {
            key.removeprefix("report.section."): texts[key] for key in texts if key.startswith("report.section.")
        },
        "headline": headline(report, wording),
        "groups": groups(report, wording),
        "group_heads": group_heads(report, wording),
        "figures": numbers(report),
        "wall": _wall(report, wording),
        "attention": [_attention(line, report, wording) for line in attentions_of(report)]
        or [{"text": texts["report.attention.nothing"], "bad": False, "link": ""}],
        "chart_title": texts[f"report.section.chart_{span.kind.value}"],
        "chart": chart.svg(words=True),
        "shapes": {
            "svg": chart.svg(words=False),
            "width": chart.width,
            "labels": [asdict(label) for label in chart.labels],
        },
        "board": board(report, wording),
        "board_title": texts.format("report.section.board", level=wording.level_below(report.drilled.children)),
        "sources": consists(report, wording, "sources"),
        "kinds": consists(report, wording, "categories"),
        "overtime": overtime(report, wording),
        "cards": cards(report, wording),
        "alarms": alarms(report, wording),
        "duty": ["".join(part if isinstance(part, str) else part[0] for part in line) for line in on_duty],
        "duty_parts": on_duty,
        "definitions": definitions(report, wording),
        "notes": _notes(report, wording),
    }


def _link(report: Gathered) -> str:
    """The drill-down at the same instant, of the same scope and period: it shows the same figures."""
    asked = {
        "scope": report.scope.code,
        "from": report.span.since.isoformat(),
        "to": report.span.until.isoformat(),
        "as_of": report.known.at.isoformat(),
    }
    return f"/leader?{urlencode(asked)}"


def _wall(report: Gathered, wording: Wording) -> dict[str, Any] | None:
    """What stands below the wall's picture, or the line that stands there instead; None where none is wanted."""
    wall, texts = report.wall, wording.texts
    if wall is None:
        return None
    if wall.why or wall.as_of is None:
        return {"is_there": False, "said": texts[f"report.wall.{wall.why or 'failed'}"]}
    said = texts.format("report.wall.said", name=wording.city, time=wording.instant(wall.as_of))
    return {"is_there": True, "said": " · ".join((said, *wall.notes))}


def _attention(line: Attention, report: Gathered, wording: Wording) -> dict[str, Any]:
    texts, values = wording.texts, dict(line.values)
    for key, value in line.values.items():
        if key in ("rate", "target"):
            short = f"{100 * float(value):.0f}" if key == "target" else percent_of(float(value), texts)
            values[key] = short
        elif key == "before":
            values[key] = texts[f"report.before.{value}"]
        elif key == "source":
            values[key] = texts[f"source.{value}"]
        elif key == "category":
            values[key] = wording.kind_of(str(value))
        elif isinstance(value, int):
            values[key] = f"{value:,}"
    if line.codes:
        named = [f"{wording.name_of(code)} {short_percent_of(rate, texts)}%" for code, rate in line.codes]
        values["names"] = "、".join(named) if texts.lang.startswith("zh") else ", ".join(named)
    if line.key == "begins" and report.known.begins_at is not None:
        values["time"] = wording.time(report.known.begins_at)
    return {
        "text": texts.format(f"report.attention.{line.key}", **values),
        "bad": line.is_bad,
        "link": looked_at(report, line),
    }


def _chart(report: Gathered, wording: Wording) -> Chart:
    texts = wording.texts
    if report.steps:
        labels = [wording.local(step.period.since).strftime("%m-%d") for step in report.steps]
        rates = [None if step.why else step.measure.value for step in report.steps]
        target: float | None = report.target
    else:
        labels = [str(hour) for hour in range(len(report.reported_by_step))]
        rates, target = [None] * len(labels), None
    return bars(
        Bars(
            labels=labels,
            counts=report.reported_by_step,
            rates=rates,
            target=target,
            count_text=texts["report.chart.reported"],
            rate_text=texts["report.chart.rate"],
            target_text=texts.format("report.chart.target", n=f"{100 * report.target:.0f}"),
        )
    )


def _notes(report: Gathered, wording: Wording) -> list[str]:
    texts, span = wording.texts, report.span
    notes = [
        texts.format("report.foot.scope", name=wording.city, code=report.scope.code),
        texts.format("report.foot.period", since=wording.time(span.since), until=wording.time(span.until)),
        texts.format("report.foot.as_of", time=wording.instant(report.known.at)),
        texts["report.foot.overtime"],
        texts["report.foot.adds"],
        texts["report.foot.compared"],
        texts["report.foot.cards"],
        texts["report.foot.alarms"],
    ]
    if not span.is_over:
        notes.insert(3, texts["report.foot.until_now"])
    if any(figure.at for figure in report.chosen):
        notes.append(texts["report.foot.standing"])
    lost = [texts[f"source.{source.value}"] for source in report.known.lost]
    if lost:
        notes.append(texts.format("report.foot.lost", names=" · ".join(lost)))
    return notes
