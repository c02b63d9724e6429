"""标绘命令: draw on the map, change a drawing, take it away. Where it lies travels along, as looked up when asked."""

from dataclasses import dataclass

from cockpit.domain.command import Command
from cockpit.domain.plot import Drawing


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawPlot(Command):
    """The command's id becomes the plot's. Without an event it belongs to the command's scope."""

    drawing: Drawing
    touches: tuple[str, ...]
    event_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePlot(Command):
    """Draw it otherwise; one that was removed comes back."""

    plot_id: str
    drawing: Drawing
    touches: tuple[str, ...]
    #: `Plot.version` that the officer saw; None does not care
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemovePlot(Command):
    plot_id: str
    expected_version: int | None = None


PLOT_COMMANDS: tuple[type[Command], ...] = (DrawPlot, ChangePlot, RemovePlot)
