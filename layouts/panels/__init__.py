"""All panels of a wall: one module each, pure; the push renders them once a second and sends what changed."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from layouts.context import ScreenContext
from layouts.panels.alarms import alarms
from layouts.panels.board import board
from layouts.panels.feeds import feeds
from layouts.panels.flow import flow
from layouts.panels.headline import headline
from layouts.panels.health import health
from layouts.panels.indicators import indicators
from layouts.panels.legend import legend
from layouts.panels.people import people
from layouts.panels.red_list import red_list
from layouts.panels.sources import sources
from layouts.panels.ticker import ticker
from layouts.panels.today import today
from layouts.panels.trend import trend_figure, trend_notes
from layouts.wall import wall_of

#: the only component whose `figure` is set; of all others the `children` are
TREND_GRAPH = "trend-graph"


def panel_trees(figures: Figures, context: ScreenContext, texts: Texts, stage: str) -> dict[str, Any]:
    """Component id → children, and the figure of `trend-graph`. All from one `figures`, so that they add up."""
    wall = wall_of(stage)
    trees = {
        "headline": headline(figures, context, texts),
        "feeds": feeds(figures, context, texts),
        "panel-today": today(figures, context, texts),
        TREND_GRAPH: trend_figure(figures, context, texts, wall),
        "trend-notes": trend_notes(figures, context, texts),
        "panel-sources": sources(figures, context, texts),
        "panel-red": red_list(figures, context, texts, wall),
        "panel-alarms": alarms(figures, context, texts, wall),
        "panel-board": board(figures, context, texts, wall),
        "panel-flow": flow(figures, context, texts),
        "legend": legend(figures, context, texts),
        "people": people(figures, context, texts),
        "ticker": ticker(figures, context, texts, wall),
        "health": health(context, texts),
    }
    if wall.has_indicators:
        trees["panel-indicators"] = indicators(figures, context, texts)
    return trees


def counts_of(figures: Figures) -> dict[str, int]:
    """The legend's counts as the `panels` message carries them."""
    counts = figures.counts
    return {
        "green": counts.green,
        "blue": counts.blue,
        "red": counts.red,
        "at_risk": counts.at_risk,
        "overtime": counts.overtime,
    }


def feeds_of(context: ScreenContext) -> dict[str, str]:
    """The state of every feed as the `panels` message carries it."""
    return {feed.name: feed.status.value for feed in context.feeds}
