"""标绘台账: the drawings on the map as the fold has them, and as a browser holds them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from cockpit.domain.fact import Fact
from cockpit.domain.plot import CHANGES_KEPT, Plot, PlotChange
from cockpit.domain.plot_facts import PlotChanged, PlotDrawn, PlotRemoved
from cockpit.situation.situation import Changed, Situation


def plot_row(plot: Plot) -> list[Any]:
    """`[kind, symbol, points, label, event_id, drawn_by, drawn_ms, changed_by, changed_ms, version, code]`.

    `points` is `[[lon, lat], …]`, times in ms since 1970; `changed_by` is empty while nobody has changed it.
    """
    drawing, drawn, last = plot.drawing, plot.drawn, plot.last
    changed = last if plot.version > 1 else None
    return [
        drawing.kind.value,
        drawing.symbol.value,
        [[round(lon, 6), round(lat, 6)] for lon, lat in drawing.points],
        drawing.label,
        plot.event_id,
        drawn.by,
        round(drawn.at.timestamp() * 1000),
        changed.by if changed else "",
        round(changed.at.timestamp() * 1000) if changed else None,
        plot.version,
        plot.code,
    ]


def _drawn(situation: Situation, fact: PlotDrawn) -> Iterable[Changed]:
    if fact.plot_id in situation.plots:
        return
    situation.plots[fact.plot_id] = Plot(
        plot_id=fact.plot_id,
        event_id=fact.event_id,
        code=fact.code,
        touches=fact.touches,
        drawing=fact.drawing,
        version=1,
        changes=(PlotChange(fact.at, fact.by, "drawn", fact.command_id),),
    )
    yield Changed("plot", fact.plot_id)


def _changed(situation: Situation, fact: PlotChanged) -> Iterable[Changed]:
    plot = situation.plots.get(fact.plot_id)
    if plot is None or fact.version <= plot.version:
        return
    what = "restored" if plot.is_removed else "changed"
    situation.plots[fact.plot_id] = replace(
        plot,
        touches=fact.touches,
        drawing=fact.drawing,
        version=fact.version,
        changes=_with(plot, PlotChange(fact.at, fact.by, what, fact.command_id)),
        is_removed=False,
    )
    yield Changed("plot", fact.plot_id)


def _removed(situation: Situation, fact: PlotRemoved) -> Iterable[Changed]:
    plot = situation.plots.get(fact.plot_id)
    if plot is None or fact.version <= plot.version:
        return
    change = PlotChange(fact.at, fact.by, "removed", fact.command_id)
    situation.plots[fact.plot_id] = replace(
        plot, version=fact.version, changes=_with(plot, change), is_removed=True
    )  # fmt: skip
    yield Changed("plot", fact.plot_id)


def _with(plot: Plot, change: PlotChange) -> tuple[PlotChange, ...]:
    """The first stays: it says who drew it."""
    return (plot.drawn, *(*plot.changes[1:], change)[-(CHANGES_KEPT - 1) :])


def forget_plots(situation: Situation, start: datetime) -> Iterable[Changed]:
    """A new day: what was removed before it goes, and what belongs to an event that has left; the journal keeps it."""
    old = [
        key
        for key, plot in situation.plots.items()
        if plot.last.at < start and (plot.is_removed or (plot.event_id and plot.event_id not in situation.events))
    ]
    for key in old:
        del situation.plots[key]
        yield Changed("plot", key)


EVOLVE_PLOTS: dict[type[Fact], Callable[[Situation, Any], Iterable[Changed]]] = {
    PlotDrawn: _drawn,
    PlotChanged: _changed,
    PlotRemoved: _removed,
}
