"""页: what one page is opened with, who looks at it and what lies under its map."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who looks at the page. `may_command`: switch the mode, and work on events at the duty desk."""

    scope: str
    may_command: bool
    csrf: str
    name: str = ""
    account: str = ""
    #: pages that a number may lead this viewer to, by the first word of their addresses
    opens: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What is said of the map's source; what lies under it is the base maps' concern (`52-base-map.js`)."""

    approval: str = ""

    @property
    def source(self) -> str:
        """The approval number (审图号) of the boundaries, as the map shows it."""
        return self.approval


@dataclass(frozen=True, kw_only=True, slots=True)
class ScreenPage:
    """What one wall is opened with. `as_of` is set for a moment in history, then nothing is pushed."""

    scope: str
    city: str
    name: str = "screen"
    lang: str = "zh-CN"
    stage: str = "1920x1080"
    mode: Mode = Mode.PEACETIME
    tz: str = "Asia/Shanghai"
    demo: bool = False
    may_switch: bool = False
    csrf: str = ""
    #: pages that its viewer's numbers may lead to (`Viewer.opens`)
    opens: frozenset[str] = frozenset()
    build: str = ""
    as_of: datetime | None = None
    #: 示意 note and the source of the map, as the map shows them
    notice: str = ""
    source: str = ""
    #: west, south, east, north of what the map shows first; empty for an empty city
    bounds: tuple[float, ...] = ()
    #: what `panel_trees` gave, for pages that start filled as a Dash tree
    trees: Mapping[str, Any] = field(default_factory=dict)
    #: the same for pages whose scripts fill them: data, so that Dash keeps no component for each figure
    start: Mapping[str, Any] = field(default_factory=dict)

    def whose(self, texts: Texts) -> str:
        """The city and the product, as a page beside the wall says them; a city without a name is not said."""
        product = texts["product.name"]
        return product if self.city == product else f"{self.city} {product}"
