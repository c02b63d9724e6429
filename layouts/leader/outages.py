"""断流说明: which source was lost and when, in one line, wherever a figure lacks what it would have told."""

from collections.abc import Sequence
from typing import Any

from dash import html

from cockpit.domain.outage import Outage
from layouts.leader.view import LeaderView

#: so many are named; how many there were is said
_NAMED = 3


def outage_lines(view: LeaderView, outages: Sequence[Outage]) -> str:
    """`12345 热线 11-20 08:12 至 09:40`, the newest first."""
    texts = view.texts
    newest = sorted(outages, key=lambda o: o.since, reverse=True)
    parts = [
        texts.format(
            "leader.outage.span",
            name=texts[f"source.{o.source.value}"],
            since=view.time(o.since),
            until=texts["leader.outage.now"] if o.until is None else view.time(o.until),
        )
        for o in newest[:_NAMED]
    ]
    more = [texts.format("leader.outage.more", n=len(newest) - _NAMED)] if len(newest) > _NAMED else []
    return texts.format("leader.outage.said", spans=" · ".join([*parts, *more]))


def outage_note(view: LeaderView) -> list[Any]:
    """What the list of the chosen figure lacks; nothing where every source that counts was heard."""
    outages = view.drilled.outages(view.indicator)
    if not outages:
        return []
    return [html.P(outage_lines(view, outages), className="ld-say", **{"data-outages": str(len(outages))})]
