"""人口底数: people, doors, buildings and companies of the divisions below, with reports per thousand inhabitants."""

from typing import Any

from dash import html

from cockpit.services.analyses.people import People, PeopleLine
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_COLUMNS = ("place", "people", "households", "buildings", "companies", "reported", "per_thousand")
#: with fewer inhabitants a rate per thousand says little
_FEW = 1_000


def people(view: LeaderView, topic: People) -> list[Any]:
    """A line a division, the most reports per thousand first, and the sum."""
    texts, whole = view.texts, topic.whole
    if not whole.people:
        return [html.P(texts["topic.people.none"], className="ld-empty", role="status")]
    about = texts.format(
        "topic.people.about", n=count_of(whole.people, texts), doors=count_of(whole.households, texts),
        rate=f"{whole.per_thousand or 0:.2f}",
    )  # fmt: skip
    lines = [line for line in topic.lines if line.code or len(topic.lines) > 1]
    lines.sort(key=lambda line: (not line.code, line.people < _FEW, -(line.per_thousand or 0.0)))
    most = max((line.per_thousand or 0.0 for line in lines if line.people >= _FEW), default=0.0) or 1.0
    rows = [_row(view, line, most) for line in lines]
    head = html.Thead(
        html.Tr(
            [html.Th(texts[f"topic.people.{name}"], className="num" if i else "") for i, name in enumerate(_COLUMNS)]
        )
    )
    foot = _row(view, whole, 0.0, whole=True)
    names = " · ".join(texts.find(f"topic.people.layer.{name}", name) for name in topic.layers)
    notes = [texts.format("topic.people.how", names=names or texts["value.none"])]
    if not view.is_live:
        notes.append(texts["topic.people.now"])
    return [
        html.Div(html.Span(about), className="ld-sub between"),
        html.Div(html.Table([head, html.Tbody([*rows, foot])]), className="ld-rows ld-people", tabIndex=0),
        *(html.P(note, className="ld-say mut") for note in notes),
    ]


def _row(view: LeaderView, line: PeopleLine, most: float, *, whole: bool = False) -> Any:
    texts, rate = view.texts, line.per_thousand
    name: Any = texts["topic.people.sum"] if whole else texts["leader.map.rest"]
    if line.code and not whole:
        name = html.A(view.name_of(line.code), href=view.address.href(scope=line.code) + "#leader-topic")
    reported: Any = count_of(line.reported, texts)
    if line.code and line.reported:
        to = view.address.href(scope=line.code, indicator="reported_today", part="")
        reported = html.A(reported, href=to, className="pick")
    few = line.people < _FEW and not whole
    bar = (
        []
        if whole or few
        else [html.I(className="fill", style={"width": f"{100 * min((rate or 0.0) / most, 1):.1f}%"})]
    )
    told = texts["value.none"] if rate is None else f"{rate:.2f}"
    cells = [count_of(n, texts) for n in (line.people, line.households, line.buildings, line.companies)]
    return html.Tr(
        [
            html.Td(name),
            *(html.Td(cell, className="num b" if whole else "num") for cell in cells),
            html.Td(reported, className="num"),
            html.Td(
                [html.Span(bar, className="ld-track"), html.Span(told, className="n mut" if few else "n")],
                className="num rate", title=texts["topic.people.few"] if few else "",
            ),
        ],
        className="whole" if whole else "",
        **{"data-people": str(line.people), "data-reported": str(line.reported), "data-of": line.code},
    )  # fmt: skip
