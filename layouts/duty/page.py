"""值班席的页: what one duty desk is opened with, and the stage that it is drawn on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from layouts.page import ScreenPage


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """The desk's virtual stage in px; on a wider screen it grows to the right up to `widest`, and the map gains it."""

    name: str = "1440x900"
    width: int = 1440
    height: int = 900
    widest: int = 1920
    #: what the map's own instruments cover of it: left, top, right, bottom in px
    map_padding: tuple[int, int, int, int] = (24, 64, 24, 24)


DESK: Final = Desk()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPage(ScreenPage):
    """A page of the duty desk. `officer` is the account that works here, as commands and claims name it."""

    name: str = "duty"
    stage: str = DESK.name
    officer: str = ""
    #: what tells two officers of the same name apart
    account: str = ""
    #: division code → name in the page's language, for everything in the scope
    divisions: Mapping[str, str] = field(default_factory=dict)
