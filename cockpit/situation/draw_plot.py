"""标绘决定: whether something may be drawn on the map, changed, or taken away."""

from cockpit.domain.command import Command
from cockpit.domain.fact import Fact
from cockpit.domain.plot import MOST_OF_ONE, Drawing, Plot, fault_of
from cockpit.domain.plot_commands import ChangePlot, DrawPlot, RemovePlot
from cockpit.domain.plot_facts import PlotChanged, PlotDrawn, PlotRemoved
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.give_orders import open_event_of
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Situation


def draw_plot(situation: Situation, command: DrawPlot) -> list[Fact]:
    """One fact. The drawing must reach into the scope of who draws; an event's drawings go where the event is."""
    if command.command_id in situation.plots:
        return []
    city = situation.rules.city_code
    if command.event_id:
        event = open_event_of(situation, command, command.event_id)
        code = event.report.place.code or city
    else:
        code = Scope(command.scope).in_city(city).code
    _check(command, command.drawing, command.touches)
    beside = sum(
        not plot.is_removed and (plot.event_id, plot.code) == (command.event_id, code)
        for plot in situation.plots.values()
    )
    if beside >= MOST_OF_ONE:
        raise ForbiddenError("too_many_plots", f"there are {beside} drawings already; remove some")
    return [
        PlotDrawn(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            plot_id=command.command_id,
            event_id=command.event_id,
            code=code,
            touches=command.touches,
            drawing=command.drawing,
            by=command.by,
            command_id=command.command_id,
        )
    ]


def change_plot(situation: Situation, command: ChangePlot) -> list[Fact]:
    """Nothing if it looks so already. A kind stays what it is: whoever wants another one draws it."""
    plot = _plot(situation, command, command.plot_id, command.expected_version)
    if plot is None or (plot.drawing == command.drawing and not plot.is_removed):
        return []
    if plot.drawing.kind is not command.drawing.kind:
        raise ForbiddenError("kind_stays", f"this is a {plot.drawing.kind.value}; draw another one")
    _check(command, command.drawing, command.touches)
    return [
        PlotChanged(
            fact_id=f"plot:{plot.plot_id}:{plot.version + 1}",
            at=command.at,
            received_at=command.at,
            plot_id=plot.plot_id,
            code=plot.code,
            version=plot.version + 1,
            touches=command.touches,
            drawing=command.drawing,
            by=command.by,
            command_id=command.command_id,
        )
    ]


def remove_plot(situation: Situation, command: RemovePlot) -> list[Fact]:
    """Nothing for one that is gone already."""
    plot = _plot(situation, command, command.plot_id, command.expected_version)
    if plot is None or plot.is_removed:
        return []
    return [
        PlotRemoved(
            fact_id=f"plot:{plot.plot_id}:{plot.version + 1}",
            at=command.at,
            received_at=command.at,
            plot_id=plot.plot_id,
            code=plot.code,
            version=plot.version + 1,
            by=command.by,
            command_id=command.command_id,
        )
    ]


def _plot(situation: Situation, command: Command, plot_id: str, expected: int | None) -> Plot | None:
    """The plot, None if this command was decided before. Raises ForbiddenError where it is not the officer's."""
    plot, scope = situation.plots.get(plot_id), Scope(command.scope)
    if plot is None or not plot.is_in(scope):
        raise ForbiddenError("unknown_plot", f"no drawing {plot_id} in scope {command.scope}")
    if any(change.command_id == command.command_id for change in plot.changes):
        return None
    if not scope.in_city(situation.rules.city_code).covers(plot.code):
        raise ForbiddenError("plot_of_others", "it was drawn by a level above, which alone may change it")
    if expected not in (None, plot.version):
        raise ForbiddenError("plot_changed", f"{plot.last.by} has changed it meanwhile")
    return plot


def _check(command: Command, drawing: Drawing, touches: tuple[str, ...]) -> None:
    """Raises ForbiddenError for a drawing that is none, or that lies elsewhere."""
    if fault := fault_of(drawing):
        raise ForbiddenError(fault, f"the drawing breaks the rule {fault}")
    scope = Scope(command.scope)
    if not any(scope.covers(code) or scope.code.startswith(code) for code in touches):
        raise ForbiddenError("plot_out_of_scope", f"no part of it lies in scope {command.scope}")
