"""标绘事实: something was drawn on the map, drawn otherwise, or taken away."""

from dataclasses import dataclass

from cockpit.domain.fact import Fact
from cockpit.domain.plot import Drawing


@dataclass(frozen=True, kw_only=True, slots=True)
class PlotDrawn(Fact):
    """Ends its command, whose id is the plot's."""

    plot_id: str
    event_id: str
    code: str
    touches: tuple[str, ...]
    drawing: Drawing
    by: str
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlotChanged(Fact):
    """It looks otherwise now; one that was removed is back. Its id names the plot's next version: of two officers who
    change it at once the log lets one in, and the other is decided again."""

    plot_id: str
    code: str
    version: int
    touches: tuple[str, ...]
    drawing: Drawing
    by: str
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlotRemoved(Fact):
    plot_id: str
    code: str
    version: int
    by: str
    command_id: str


PLOT_FACTS: tuple[type[Fact], ...] = (PlotDrawn, PlotChanged, PlotRemoved)
