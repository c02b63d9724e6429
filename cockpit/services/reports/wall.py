"""日报里的大屏: a picture of the wall at the end of a report's day, or one word why there is none.

It never holds a report up for longer than a bound, and never makes one fail.
"""

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from PIL import Image

from cockpit.domain.report import ReportKind
from cockpit.services.reports.gathering import Gathered
from cockpit.services.screenshots.asked import SIZES
from cockpit.services.screenshots.child import TakingError
from cockpit.services.screenshots.desk import Drawn
from cockpit.services.screenshots.shelf import Picture

log = structlog.get_logger(__name__)

SIZE = "1920x1080"
#: so soon after one that came to nothing the next report does not wait for another
_REST = timedelta(minutes=10)
#: the last instant of a day that is still that day
_BEFORE_THE_END = timedelta(seconds=1)
_QUALITY = 88


@dataclass(frozen=True, slots=True)
class WallPicture:
    """The wall as JPEG at an instant, with what was late or missing; or `why` there is none: a key of `report.wall`."""

    body: bytes = b""
    as_of: datetime | None = None
    notes: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class WallPictures:
    """Has walls drawn for daily reports. `draw` gives the PNG with its strip, or raises TakingError within a bound."""

    chromium: Callable[[], str | None]
    #: (division code, language, as of, given up once it is set) → the picture
    draw: Callable[[str, str, datetime, threading.Event], Drawn]
    clock: Callable[[], datetime]
    #: the first fact that was kept: of what was told later a wall before it shows nothing
    begins_at: Callable[[], datetime | None]
    _rests_until: datetime | None = field(default=None, init=False)

    def of(self, report: Gathered, lang: str, stop: threading.Event) -> WallPicture | None:
        """The wall of a daily report; None for other kinds."""
        if report.span.kind is not ReportKind.DAILY:
            return None
        at = report.span.until - _BEFORE_THE_END if report.span.is_over else report.known.at
        begins = self.begins_at()
        if begins is None or at < begins:
            return WallPicture(why="before_data")
        if self.chromium() is None:
            return WallPicture(why="no_chromium")
        now = self.clock()
        if self._rests_until is not None and now < self._rests_until:
            return WallPicture(why="resting")
        try:
            drawn = self.draw(report.scope.code, lang, at, stop)
            return WallPicture(_jpeg(drawn.body), drawn.as_of or at, tuple(drawn.notes))
        except TakingError as wrong:
            log.warning("a report goes without its picture", error=str(wrong))
            self._rests_until = self.clock() + _REST
            return WallPicture(why="late" if wrong.why == "late" else "failed")
        except Exception:
            log.exception("a report goes without its picture")
            self._rests_until = self.clock() + _REST
            return WallPicture(why="failed")


def wall_of(code: str, lang: str, at: datetime, *, by: str, now: datetime) -> Picture:
    """What is asked of the desk of pictures: the wall of a division at an instant, as a screen shows it."""
    return Picture(
        id="report", page="screen", size=SIZE, scope=code, lang=lang, role="screen", query={"as_of": at.isoformat()},
        fragment="", asked_by=by, asked_at=now,
    )  # fmt: skip


def _jpeg(png: bytes) -> bytes:
    """The wall without its strip, whose words the report has itself."""
    size, out = SIZES[SIZE], io.BytesIO()
    with Image.open(io.BytesIO(png)) as taken:
        wall = taken.crop((0, 0, size.width * size.scale, size.height * size.scale)).convert("RGB")
    wall.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()
