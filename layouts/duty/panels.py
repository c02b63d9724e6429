"""席上的数: what the server renders once a second for a desk: sources, legend and strength, all at one instant."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.source import FeedStatus
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph
from layouts.panels.feeds import feeds
from layouts.panels.legend import legend
from layouts.panels.people import people


def desk_trees(figures: Figures, context: ScreenContext, texts: Texts) -> dict[str, Any]:
    """Component id → children. The queue and the drawer are not here: the browser holds what they show."""
    return {
        "feed-summary": feed_summary(context, texts),
        "feeds": feeds(figures, context, texts),
        "legend": legend(figures, context, texts),
        "people": people(figures, context, texts),
    }


def feed_summary(context: ScreenContext, texts: Texts) -> list[Any]:
    """`5 / 7 源正常`, in the colour of the worst of them; a source that was never heard of is not counted as well."""
    known = [feed for feed in context.feeds if feed.age_s is not None or not feed.dead_letters]
    live = sum(feed.status is FeedStatus.LIVE for feed in known)
    states = {feed.status for feed in known}
    shape = "dead" if FeedStatus.LOST in states else "late" if FeedStatus.STALE in states else "fresh"
    if not live and shape == "fresh":
        shape = "hollow"
    return [html.span([glyph(shape), texts.format("feed.summary", n=live, all=len(known))], className=f"trust {shape}")]
