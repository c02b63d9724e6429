"""页: what one wall is opened with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cockpit.domain.mode import Mode


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
    build: str = ""
    as_of: datetime | None = None
    #: 示意 note and the source of the map, as the map shows them
    notice: str = ""
    source: str = ""
    #: west, south, east, north of what the map shows first; empty for an empty city
    bounds: tuple[float, ...] = ()
    #: `services.tile_shift` for tiles that are not WGS-84
    tile_shift: Mapping[str, Any] | None = None
    #: what `panel_trees` gave, for pages that start filled as a Dash tree
    trees: Mapping[str, Any] = field(default_factory=dict)
    #: the same for pages whose scripts fill them: data, so that Dash keeps no component for each figure
    start: Mapping[str, Any] = field(default_factory=dict)
