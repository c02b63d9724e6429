"""数据来源: every feed with its state and age, the worst first; what does not fit opens as a list (63-trust.js)."""

from datetime import timedelta
from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.source import FeedStatus
from cockpit.situation.figures import Figures
from cockpit.situation.view import millis
from layouts import element as html
from layouts.context import FeedRow, ScreenContext
from layouts.glyph import glyph
from layouts.numerals import count_of

_SHAPE = {
    FeedStatus.LIVE: "fresh",
    FeedStatus.STALE: "late",
    FeedStatus.LOST: "dead",
    FeedStatus.UNKNOWN: "hollow",
}
#: what needs somebody comes first, everything else stays where it is
_WORST_FIRST = (FeedStatus.LOST, FeedStatus.STALE, FeedStatus.LIVE, FeedStatus.UNKNOWN)


def feeds(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    # what was refused has no age of its own: the health line counts it
    shown = [row for row in context.feeds if row.age_s is not None or not row.dead_letters]
    return [_feed(row, figures, texts) for row in sorted(shown, key=lambda row: _WORST_FIRST.index(row.status))]


def _feed(row: FeedRow, figures: Figures, texts: Texts) -> Any:
    age: Any = html.span(texts["feed.never"])
    if row.age_s is not None and row.status is not FeedStatus.UNKNOWN:
        heard = millis((figures.as_of - timedelta(seconds=row.age_s)).replace(microsecond=0))
        age = html.span(
            texts["value.none"],
            **{"data-since-ms": str(heard), "data-since": "lost" if row.status is FeedStatus.LOST else "age"},
        )
    about = f"{row.title(texts.lang)} · {texts[f'feed.{row.status.value}']}"
    if row.dead_letters:
        about += f" · {texts.format('feed.dead_letters', n=count_of(row.dead_letters, texts))}"
    return html.div(
        [
            html.span(row.title(texts.lang), className="name"),
            html.span([glyph(_SHAPE[row.status]), age], className="age"),
        ],
        className=f"feed {row.status.value}",
        title=about,
        **{"data-feed": row.name, "data-status": row.status.value, "data-sources": " ".join(row.sources)},
    )
