"""事件来源: today's reports by source, most first; one bar colour, fading by rank."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.source import FeedStatus, Source
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.opens import Ways, number, weave
from layouts.panel import as_of_badge, header, sub

_REPORTED = "reported_today"


def sources(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    total = sum(n for _, n in figures.sources)
    most = max((n for _, n in figures.sources), default=0)
    known = total > 0 or context.heard(EVENT_FEEDS)
    ranked = sorted(figures.sources, key=lambda pair: -pair[1])
    ways = Ways.of(figures, context, texts)
    shown_total = number(total if known else None, ways.indicator(_REPORTED), texts)
    return [
        header(
            texts["sources.title"],
            as_of_badge(texts, context, EVENT_FEEDS),
            [sub(*weave(texts["sources.total"], n=shown_total))],
        ),
        html.div(
            [_row(s, n, i, total, most, context, texts, ways) for i, (s, n) in enumerate(ranked)], className="rows"
        ),
    ]


def _row(
    source: Source, n: int, rank: int, total: int, most: int, context: ScreenContext, texts: Texts, ways: Ways
) -> Any:
    # a source never heard of has no count, not a count of zero
    known = n > 0 or context.status_of(source.value) not in (FeedStatus.UNKNOWN, FeedStatus.LOST)
    width = n / most * 100 if most else 0
    share = f"{n / total * 100:.1f}%" if known and total else texts["value.none"]
    return html.div(
        [
            html.span(texts[f"source.{source.value}"], className="label"),
            html.div(html.i(style={"width": f"{width:.1f}%", "opacity": f"{1 - rank * 0.09:.2f}"}), className="track"),
            html.span(
                number(n if known else None, ways.indicator(_REPORTED, source=source.value), texts), className="n"
            ),
            html.span(share, className="share"),
        ],
        className="source",
        **{"data-source": source.value},
    )
