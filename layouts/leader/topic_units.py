"""部门达标: units by a rate as it is and adjusted for hard kinds, and their cards; pass or fail, or in order."""

from typing import Any

from dash import html

from cockpit.services.analyses.carded import SHOWN, Carded
from cockpit.services.analyses.topics import NOBODY, Units
from cockpit.services.analyses.units import UnitLine
from cockpit.situation.indicators import Measure
from layouts.data_text import OF_DATA
from layouts.glyph import glyph
from layouts.leader.exporting import taken_away
from layouts.leader.topic_list import pick, with_list
from layouts.leader.view import LeaderView
from layouts.numerals import count_of, short_percent_of

_COLUMNS = ("mark", "unit", "adjusted", "value", "missed", "expected", "total")
_CARDS = tuple(degree.value for degree in SHOWN)
#: a district has a thousand units: a browser is busy for half a minute with so long a table
_A_PAGE = 50


def units(view: LeaderView, topic: Units) -> list[Any]:
    """A line a unit; in order they are numbered by the adjusted rate, otherwise pass or fail stands before them, and
    what is worth a look comes first: who fails, who was warned, who missed most."""
    texts, ranked = view.texts, view.address.board == "rank"
    lines = topic.lines if ranked else sorted(topic.lines, key=lambda line: _worth(view, topic, line))
    judged = [line.judged >= view.target for line in topic.lines if line.judged is not None]
    about = texts.format(
        "topic.units.about", title=view.title_of(topic.name), n=count_of(topic.whole.denominator, texts),
        value=short_percent_of(topic.whole.value, texts),
    )  # fmt: skip
    counts = texts.format(
        "leader.board.counts", n=judged.count(True), m=judged.count(False), k=len(topic.lines) - len(judged)
    )
    tabs = [
        html.A(
            texts[f"leader.board.{name}_view"],
            href=view.address.href(board=name, pick=view.address.pick) + "#leader-topic",
            className="on" if view.address.board == name else "",
        )
        for name in ("pass", "rank")
    ]
    head = html.Thead(
        html.Tr([html.Th(texts[f"topic.units.{name}"]) for name in (*_COLUMNS, *(_CARDS if topic.cards else ()))])
    )
    pages = max(1, -(-len(lines) // _A_PAGE))
    page = min(int(view.address.page), pages)
    first = (page - 1) * _A_PAGE
    rows = [
        _row(view, line, i if ranked else 0, topic.cards)
        for i, line in enumerate(lines[first : first + _A_PAGE], first + 1)
    ]
    table: Any = html.P(texts["leader.list.empty"], className="ld-empty")
    if rows:
        table = html.Table([head, html.Tbody(rows)])
    return [
        html.Div(
            [
                html.Span(f"{about} · {counts}"),
                taken_away(view, "departments", indicator=topic.name),
                html.Div(tabs, className="ld-seg"),
            ],
            className="ld-sub between",
        ),
        html.P(texts["topic.units.how"], className="ld-say mut"),
        with_list(
            view, html.Div([table, *_pages(view, page, pages, len(lines))], className="ld-rows", tabIndex=0),
            topic.picked, _list_title(view),
        ),
    ]  # fmt: skip


def _worth(view: LeaderView, topic: Units, line: UnitLine) -> tuple[bool, bool, bool, int, str]:
    """Its place among units that pass or fail; those with too few events stand behind."""
    passes = line.judged is not None and line.judged >= view.target
    is_warned = topic.cards is not None and any(topic.cards.count(degree, line.unit) for degree in SHOWN)
    return line.judged is None, passes, not is_warned, -line.missed, line.unit


def _pages(view: LeaderView, page: int, pages: int, n: int) -> list[Any]:
    """Which units are shown, and the way to the others; nothing where all are."""
    if pages == 1:
        return []
    texts = view.texts
    links = [
        html.A(
            texts[f"topic.units.{name}"], href=view.address.href(page=str(to)) + "#leader-topic", **{"data-page": name}
        )
        for name, to in (("previous", page - 1), ("next", page + 1))
        if 1 <= to <= pages
    ]
    last = min(page * _A_PAGE, n)
    shown = texts.format("topic.units.shown", a=(page - 1) * _A_PAGE + 1, b=last, n=count_of(n, texts))
    return [html.Div([html.Span(shown), html.Span(links, className="ld-turn")], className="ld-sub between")]


def _name(view: LeaderView, unit: str) -> str:
    return unit or view.texts["topic.units.nobody"]


def _list_title(view: LeaderView) -> str:
    """Whose list is open, and of what."""
    degree, _, unit = view.address.pick.partition(":")
    key, unit = (degree, unit) if degree in _CARDS else ("missed", view.address.pick)
    return view.texts.format(f"topic.units.{key}_by", unit=_name(view, "" if unit == NOBODY else unit))


def _carded(view: LeaderView, cards: Carded, unit: str) -> list[Any]:
    """A cell a degree: how many events got such a card, which opens their list."""
    cells = []
    for degree in SHOWN:
        n = cards.count(degree, unit)
        shown = pick(view, f"{degree.value}:{unit or NOBODY}", n, css=f"card-{degree.value}") if n else "—"
        cells.append(html.Td(shown, className="num" if n else "num mut", **{f"data-{degree.value}": str(n)}))
    return cells


def _tone(line: UnitLine, passes: bool | None) -> str:
    if line.adjusted is None:
        return "mut"
    return "b warm" if passes is False else "b"


def _row(view: LeaderView, line: UnitLine, rank: int, cards: Carded | None) -> Any:
    texts = view.texts
    passes = None if line.judged is None else line.judged >= view.target
    shape, css = {True: ("pass", "done"), False: ("fail", "warm"), None: ("none", "mut")}[passes]
    word = texts["leader.board.pass" if passes else "leader.board.fail" if passes is False else "topic.units.too_few"]
    mark = html.Span(str(rank) if rank and passes is not None else glyph(shape, css=css), title=word)
    value = Measure(line.did, line.total).value
    percent = texts["value.percent"]
    adjusted = texts["topic.units.alone" if line.alone else "topic.units.too_few"]
    if line.adjusted is not None:
        adjusted = f"{100 * line.adjusted:.1f}{percent}"
    return html.Tr(
        [
            html.Td(mark),
            html.Td(_name(view, line.unit), **(OF_DATA if line.unit else {})),
            html.Td(adjusted, className=f"num {_tone(line, passes)}"),
            html.Td("—" if value is None else f"{short_percent_of(value, texts)}{percent}", className="num"),
            html.Td(pick(view, line.unit or NOBODY, line.missed), className="num"),
            html.Td(count_of(round(line.expected_missed), texts), className="num"),
            html.Td(count_of(line.total, texts), className="num"),
            *(_carded(view, cards, line.unit) if cards else ()),
        ],
        **{"data-unit": line.unit, "data-missed": str(line.missed), "data-total": str(line.total)},
    )
