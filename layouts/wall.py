"""大屏: the two stages a wall is drawn on, and how much fits on each."""

from dataclasses import dataclass


class UnknownStageError(ValueError):
    """A stage size nobody drew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wall:
    """One virtual stage in px. A wider wall gets more columns and rows, not larger panels."""

    name: str
    width: int
    height: int
    red_rows: int
    alarm_rows: int
    board_columns: int
    board_rows: int
    ticker_lines: int
    trend_height: int
    has_indicators: bool
    #: rows of wartime: 就近力量, 预案清单, 指令回执
    near_rows: int
    checklist_rows: int
    ladder_rows: int
    #: what panels leave free of the map: left, top, right, bottom in px
    map_padding: tuple[int, int, int, int]
    #: what panels and scrims hide of the map altogether: left, top, right, bottom in px; nothing is drawn there
    map_covered: tuple[int, int, int, int]

    @property
    def trend_width(self) -> int:
        return 392


STANDARD = Wall(
    name="1920x1080", width=1920, height=1080, red_rows=5, alarm_rows=4, board_columns=3, board_rows=4,
    ticker_lines=6, trend_height=176, has_indicators=False,
    near_rows=6, checklist_rows=4, ladder_rows=8,
    map_padding=(504, 152, 504, 240),
    map_covered=(464, 72, 464, 200),
)  # fmt: skip
ULTRAWIDE = Wall(
    name="3840x1080", width=3840, height=1080, red_rows=9, alarm_rows=12, board_columns=1, board_rows=12,
    ticker_lines=12, trend_height=288, has_indicators=True,
    near_rows=6, checklist_rows=4, ladder_rows=13,
    map_padding=(960, 152, 960, 88),
    map_covered=(920, 72, 920, 56),
)  # fmt: skip
WALLS = {wall.name: wall for wall in (STANDARD, ULTRAWIDE)}


def wall_of(stage: str) -> Wall:
    """The wall of `?stage=`; raises UnknownStageError for a size nobody drew."""
    try:
        return WALLS[stage]
    except KeyError:
        raise UnknownStageError(f"stage must be one of {', '.join(WALLS)}, not {stage!r}") from None
