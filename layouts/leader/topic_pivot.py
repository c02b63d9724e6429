"""交叉归因: the page's list by two dimensions as a table; a cell that stands out is marked, and each opens its list."""

from typing import Any

from dash import html

from cockpit.services.analyses.pivot import ALL, OTHERS, Dimension
from cockpit.services.analyses.pivoting import HOURS, cell_of, key_of
from cockpit.services.analyses.topics import PivotTopic
from layouts.leader.topic_list import pick, with_list
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: so many cells are told in words
_TOLD = 3
#: z at which a cell's tint is full
_FULL = 12.0


def pivot(view: LeaderView, topic: PivotTopic) -> list[Any]:
    """What is crossed with what, the cells to look at in words, and the table."""
    texts, found = view.texts, topic.pivot
    out = found.stands_out()
    what = view.title_of(view.indicator.name)
    if view.address.list_part.value == "missed":
        what = texts.format("leader.list.missed_of", title=what)
    about = texts.format("topic.pivot.about", what=what, n=count_of(found.total, texts), k=len(out))
    body: Any = html.P(texts["leader.list.empty"], className="ld-empty")
    if found.total:
        body = html.Div(_table(view, topic, set(out)), className="ld-rows ld-pivot", tabIndex=0)
    cell = cell_of(view.address.pick) if topic.picked is not None else None
    title = "" if cell is None else _cell_name(view, topic, *cell)
    return [
        html.Div([html.Span(about), _choices(view)], className="ld-sub between"),
        *([_words(view, topic, out)] if found.total else []),
        body if cell is None else with_list(view, body, topic.picked, title),
        html.P(texts.format("topic.pivot.how", z=f"{found.limit:.1f}"), className="ld-say mut"),
    ]


def _choices(view: LeaderView) -> Any:
    """Rows and columns by links; what is chosen on the other side changes places."""
    texts, address = view.texts, view.address
    sides = []
    for side, other in (("down", "across"), ("across", "down")):
        chosen, opposite = getattr(address, side), getattr(address, other)
        links = [
            html.A(
                texts[f"topic.pivot.{name.value}"],
                href=address.href(**{side: name.value, other: chosen if name.value == opposite else opposite})
                + "#leader-topic",
                className="on" if name.value == chosen else "",
                **({"aria-current": "true"} if name.value == chosen else {}),
            )
            for name in Dimension
        ]
        sides.append(html.Span([html.Small(texts[f"topic.pivot.{side}"]), html.Span(links, className="ld-seg")]))
    return html.Div(sides, className="ld-sides", role="group")


def _words(view: LeaderView, topic: PivotTopic, out: list[tuple[int, int]]) -> Any:
    """`仓前街道 × 市容环境：42 件，应有约 11 件`, the first few."""
    texts, found = view.texts, topic.pivot
    if not out:
        return html.P(texts["topic.pivot.nothing"], className="ld-say mut", role="status")
    told = []
    for i, j in out[:_TOLD]:
        row, column = found.rows.labels[i], found.columns.labels[j]
        words = texts.format(
            "topic.pivot.cell", name=_cell_name(view, topic, row, column), n=count_of(int(found.counts[i, j]), texts),
            e=_expected(float(found.expected[i, j])),
        )  # fmt: skip
        told.append(pick(view, key_of(row, column), words))
    return html.P(told, className="ld-say ld-out", role="status")


def _table(view: LeaderView, topic: PivotTopic, out: set[tuple[int, int]]) -> Any:
    texts, found = view.texts, topic.pivot
    heads = [_name(view, topic.across, label, found.together[1]) for label in found.columns.labels]
    head = html.Tr(
        [
            html.Th(texts.format("topic.pivot.corner", a=_title(view, topic.down), b=_title(view, topic.across))),
            *(html.Th(name, title=name, className="num") for name in heads),
            html.Th(texts["topic.pivot.sum"], className="num"),
        ]
    )
    down, across = found.counts.sum(axis=1).tolist(), found.counts.sum(axis=0).tolist()
    lines = [
        html.Tr(
            [
                html.Th(_name(view, topic.down, row, found.together[0]), scope="row"),
                *(_cell(view, topic, i, j, stands_out=(i, j) in out) for j in range(len(heads))),
                html.Td(_link(view, row, ALL, down[i]), className="num b"),
            ],
            **{"data-row": row},
        )
        for i, row in enumerate(found.rows.labels)
    ]
    sums = [
        html.Td(_link(view, ALL, label, n), className="num b")
        for label, n in zip(found.columns.labels, across, strict=True)
    ]
    foot = html.Tr(
        [
            html.Th(texts["topic.pivot.sum"], scope="row"),
            *sums,
            html.Td(_link(view, ALL, ALL, found.total), className="num b"),
        ],
        className="whole",
    )
    return html.Table([html.Thead(head), html.Tbody([*lines, foot])], **{"data-total": str(found.total)})


def _cell(view: LeaderView, topic: PivotTopic, i: int, j: int, *, stands_out: bool) -> Any:
    found = topic.pivot
    row, column = found.rows.labels[i], found.columns.labels[j]
    n, z = int(found.counts[i, j]), float(found.z[i, j])
    name = _cell_name(view, topic, row, column)
    expected = _expected(float(found.expected[i, j]))
    told = view.texts.format("topic.pivot.hover", name=name, n=n, e=expected, z="—" if z != z else f"{z:+.1f}")
    tint = 0.0 if z != z or n == 0 else max(-1.0, min(1.0, z / _FULL))
    colour = f"rgba(242,166,90,{0.32 * tint:.2f})" if tint > 0 else f"rgba(98,198,230,{-0.22 * tint:.2f})"
    return html.Td(
        _link(view, row, column, n) if n else html.Span("0", className="mut"),
        className="num out" if stands_out else "num",
        style={"backgroundColor": colour} if tint else {},
        title=told,
        **{"data-cell": key_of(row, column), "data-count": str(n)},
    )


def _link(view: LeaderView, row: str, column: str, n: int) -> Any:
    return pick(view, key_of(row, column), n)


def _expected(e: float) -> str:
    return f"{e:.0f}" if e >= 10 else f"{e:.1f}"


def _title(view: LeaderView, dimension: Dimension) -> str:
    return view.texts[f"topic.pivot.{dimension.value}"]


def _cell_name(view: LeaderView, topic: PivotTopic, row: str, column: str) -> str:
    """`仓前街道 × 市容环境`; a whole row or column by its own name, everything as the sum."""
    names = [
        _name(view, dimension, label, together)
        for dimension, label, together in (
            (topic.down, row, topic.pivot.together[0]), (topic.across, column, topic.pivot.together[1]),
        )
        if label != ALL
    ]  # fmt: skip
    return " × ".join(names) or view.texts["topic.pivot.sum"]


def _name(view: LeaderView, dimension: Dimension, label: str, together: int) -> str:
    """A label in words."""
    texts = view.texts
    if label == OTHERS:
        return texts.format("topic.pivot.others", n=together)
    match dimension:
        case Dimension.PLACE:
            return view.name_of(label) if label else texts["leader.map.rest"]
        case Dimension.KIND:
            return view.kind_of(label)
        case Dimension.HOUR:
            first = int(label) if label.isdigit() else 0
            return texts.format("topic.pivot.hours", a=first, b=first + HOURS)
        case Dimension.WEEKDAY:
            return texts[f"weekday.{_DAYS[int(label) % 7 if label.isdigit() else 0]}"]
        case Dimension.UNIT:
            return label or texts["topic.units.nobody"]
        case Dimension.SOURCE:
            return texts.find(f"source.{label}", label)
