"""播报: the newest moves of events and feeds lost or back, newest first; what does not fit is not shown."""

from datetime import datetime, timedelta
from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from cockpit.situation.situation import FeedTurn
from layouts import element as html
from layouts.context import ScreenContext
from layouts.data_text import OF_DATA
from layouts.numerals import span_of
from layouts.wall import Wall

#: a city's events would have pushed a lost feed out of sight within a minute: for so long it stands before them
_NEWS_FOR = timedelta(minutes=5)
_MOST_NEWS = 2


def ticker(figures: Figures, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    is_news = [figures.as_of - turn.at < _NEWS_FOR for turn in figures.feed_turns]
    news = [_feed(turn, context, texts) for turn, new in zip(figures.feed_turns, is_news, strict=True) if new][
        :_MOST_NEWS
    ]
    lines: list[tuple[datetime, Any]] = [
        (turn.at, _feed(turn, context, texts)) for turn, new in zip(figures.feed_turns, is_news, strict=True) if not new
    ]
    for happening, title, code in figures.happenings[: wall.ticker_lines]:
        line = texts.format(
            "ticker.line_unit" if happening.unit else "ticker.line",
            place=context.street_name(code, texts.lang),
            title=title,
            stage=texts.find(f"stage.{happening.stage}", happening.stage),
            unit=happening.unit,
        )
        shown = html.span(
            [_at(happening.at, context), html.span(line, className="line", title=line, **OF_DATA)],
            className="item",
            **{"data-event-id": happening.event_id, "data-action": "focus-event"},
        )
        lines.append((happening.at, shown))
    lines.sort(key=lambda told: told[0], reverse=True)
    return [*news, *(shown for _, shown in lines)][: wall.ticker_lines]


def _feed(turn: FeedTurn, context: ScreenContext, texts: Texts) -> Any:
    name = (turn.title_en if texts.lang == "en" else turn.title_zh) or texts.find(f"source.{turn.feed}", turn.feed)
    if turn.is_lost:
        line = texts.format("ticker.feed_lost", name=name)
    else:
        line = texts.format("ticker.feed_back", name=name, age=span_of(turn.lost_s, texts))
    return html.span(
        [_at(turn.at, context), html.span(line, className="line", title=line)],
        className="item feed-turn" + (" lost" if turn.is_lost else ""),
        **{"data-feed-turn": turn.feed, "data-lost": "true" if turn.is_lost else "false"},
    )


def _at(at: datetime, context: ScreenContext) -> Any:
    return html.b(context.local(at).strftime("%H:%M"))
