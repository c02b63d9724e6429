"""报告的表: divisions, what was reported, what is overtime, supervision, alarms, who is on duty, in words."""

from typing import Any

from cockpit.services.reports.funnel import STEPS
from cockpit.services.reports.gathering import Gathered
from cockpit.situation.indicators import Measure
from layouts.numerals import count_of, short_percent_of
from layouts.opens import weave
from layouts.reports.ways import event_of, list_of, reported_as
from layouts.reports.wording import Wording

_BOARD = (
    "place", "reported", "handled", "closed", "rate", "due", "verdict", "overtime", "at_risk", "duty",
)  # fmt: skip
_COUNTS = ("reported_today", "handled_today", "closed_today")
_OPEN = ("overtime", "at_risk")
_RATE = "on_time_handling_rate"
_KINDS, _CARDS, _ALARM_KINDS = 12, 20, 6


def board(report: Gathered, wording: Wording) -> dict[str, Any]:
    """A line for each division below, what lies in none of them, and the total."""
    texts, figures, on = wording.texts, report.figures, report.on_duty.on
    heads = [texts[f"report.column.{name}"] for name in _BOARD]

    def line(name: str, of: dict[str, Measure], code: str, duty: Measure) -> dict[str, Any]:
        rate = of[_RATE]
        passes = None if rate.value is None else rate.value >= report.target
        verdict = texts["report.no_sample" if passes is None else "report.pass" if passes else "report.fail"]
        cells = [
            name,
            *(count_of(of[n].numerator, texts) for n in _COUNTS),
            wording.rate(rate),
            count_of(rate.denominator, texts),
            verdict,
            *(count_of(of[n].numerator, texts) for n in _OPEN),
            texts["value.none"] if report.on_duty.why else count_of(duty.numerator, texts),
        ]
        mark = "" if passes is None else "pass" if passes else "fail"
        return {"code": code, "cells": cells, "mark": mark, "links": _ways(report, code, of)}

    rows = [
        line(wording.name_of(code), {name: split.children[i] for name, split in figures.items()}, code, on.children[i])
        for i, code in enumerate(report.drilled.children)
    ]
    rest = {name: split.rest for name, split in figures.items()}
    if rows and any(m.numerator or m.denominator for m in (*rest.values(), on.rest)):
        rows.append(line(texts["report.unplaced"], rest, "", on.rest))
    whole = {name: split.whole for name, split in figures.items()}
    total = line(texts["report.total"], whole, report.scope.code, on.whole)
    return {"heads": heads, "rows": rows, "total": total}


def _ways(report: Gathered, code: str, of: dict[str, Measure]) -> list[str]:
    """Where each cell of a line leads; empty for words and for what lies in no division, of which there is no list."""
    if not code:
        return [""] * len(_BOARD)

    def way(name: str, part: str = "numerator") -> str:
        return list_of(report, name, part, scope=code)

    rate = [way(_RATE, "missed") if of[_RATE].denominator else "", way(_RATE, "denominator")]
    duty = "" if report.on_duty.why else list_of(report, "on_duty", scope=code, period=report.on_duty.period)
    return ["", *(way(n) for n in _COUNTS), *rate, "", *(way(n) for n in _OPEN), duty]


def consists(report: Gathered, wording: Wording, what: str) -> dict[str, Any]:
    """The reported events by source or by category, with how many there were before."""
    texts, total = wording.texts, report.consists.total
    pairs: list[tuple[str, int]] = list(getattr(report.consists, what))
    before = None if report.consisted is None else dict(getattr(report.consisted, what))
    then = report.earlier[0].drilled.question.period
    shown = pairs if what == "sources" else pairs[:_KINDS]
    rows = [
        {
            "cells": [
                texts[f"source.{key}"] if what == "sources" else wording.kind_of(key),
                count_of(n, texts),
                short_percent_of(n / total, texts) + "%" if total else texts["value.none"],
                texts["value.none"] if before is None else count_of(before.get(key, 0), texts),
            ],
            "share": n / total if total else 0,
            "links": [
                "",
                reported_as(report, what, key),
                "",
                reported_as(report, what, key, then) if before is not None else "",
            ],
        }
        for key, n in shown
    ]
    heads = [texts[f"report.column.{name}"] for name in ("name", "count", "share")]
    return {"heads": [*heads, wording.before(report.earlier[0].how)], "rows": rows, "left": len(pairs) - len(shown)}


def overtime(report: Gathered, wording: Wording) -> dict[str, Any]:
    """What was open and overtime at the end, the longest first."""
    texts, shown = wording.texts, report.overtime
    rows = [
        [
            one.event.report.title or one.event.report.category_text or one.event.event_id,
            wording.place_of(one.event.report.place.code),
            one.event.unit or texts["value.none"],
            texts[f"stage.{one.event.stage.value}"],
            wording.time(one.overtime_at),
            wording.span_of((report.span.until - one.overtime_at).total_seconds()),
        ]
        for one in shown
    ]
    key = "none" if not report.overtime_total else "shown" if len(shown) < report.overtime_total else "all"
    said = texts.format(f"report.overtime.{key}", n=f"{report.overtime_total:,}", k=len(shown))
    heads = [texts[f"report.column.{name}"] for name in ("what", "place", "unit", "stage", "since", "over")]
    links = [[event_of(report, one.event.event_id), *[""] * 5] for one in shown]
    to = list_of(report, "overtime") if report.overtime_total else ""
    return {"heads": heads, "rows": rows, "said": said, "links": links, "link": to}


def cards(report: Gathered, wording: Wording) -> dict[str, Any]:
    """督办: red cards first."""
    texts, given = wording.texts, report.told.cards
    rows = [
        [texts[f"degree.{card.degree.value}"], card.unit or texts["value.none"], wording.time(card.at), card.event_id]
        for card in given[:_CARDS]
    ]
    said = texts["report.cards.none"] if not given else ""
    if len(given) > _CARDS:
        said = texts.format("report.cards.more", n=f"{len(given):,}", k=_CARDS)
    heads = [texts[f"report.column.{name}"] for name in ("degree", "unit", "when", "event")]
    links = [["", "", "", event_of(report, card.event_id)] for card in given[:_CARDS]]
    return {"heads": heads, "rows": rows, "said": said, "links": links}


def alarms(report: Gathered, wording: Wording) -> dict[str, Any]:
    """The funnel: of what was raised, how far it was followed; each step leads to its list."""
    texts, funnel = wording.texts, report.alarms
    if funnel.why is not None:
        return {"steps": [], "said": texts.format("report.alarm.unknown", why=texts[f"leader.why.{funnel.why.value}"])}
    steps = [
        {
            "name": texts[f"report.alarm.{name}"],
            "n": f"{n:,}",
            "share": n / funnel.raised if funnel.raised else 0,
            "link": list_of(report, indicator),
        }
        for name, indicator in STEPS.items()
        for n in (getattr(funnel, name),)
    ]
    named = [f"{texts.find(f'alarm_kind.{kind}', kind)} {n:,}" for kind, n in funnel.kinds[:_ALARM_KINDS]]
    said = texts.format("report.alarm.kinds", names=" · ".join(named)) if named else texts["report.alarm.none"]
    return {"steps": steps if funnel.raised else [], "said": said}


def duty(report: Gathered, wording: Wording) -> list[list[Any]]:
    """Who is on duty when the report is made, and how many clocked in during its span: lines of words, and of
    numbers with their lists."""
    texts, duty = wording.texts, report.on_duty
    time = wording.time(report.known.at)
    clocked = texts.format("report.duty.clocked", n=f"{report.told.clocked_in:,}")
    if duty.why is not None:
        return [[texts.format("report.duty.unknown", time=time, why=texts[f"leader.why.{duty.why.value}"])], [clocked]]
    people = [
        [f"{split.whole.numerator:,}", list_of(report, name, period=duty.period)]
        for name, split in (("on_duty", duty.on), ("gridworkers", duty.roster))
    ]
    now = weave(texts["report.duty.now"], time=time, n=people[0], m=people[1])
    return [now, [clocked]]
