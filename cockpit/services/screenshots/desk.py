"""出图: one picture after the other, each with a session of whoever asked that lives as long as the picture is made."""

import tempfile
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from cockpit.services.screenshots.asked import SIZES, address_of
from cockpit.services.screenshots.child import TakingError
from cockpit.services.screenshots.leftovers import PREFIX, own_folder, sweep_left
from cockpit.services.screenshots.order import Caption, Order, Told
from cockpit.services.screenshots.shelf import Picture, PictureShelf, PictureState

log = structlog.get_logger(__name__)

#: pictures that wait in one process; who comes later is told so
MOST_WAITING = 8
#: how long a page may take until it is drawn
WITHIN_S = 150.0
_SESSION_FOR = timedelta(minutes=10)
_SWEEP_EVERY_S = 3600.0


class Sessions(Protocol):
    """What is needed of `store.accounts`."""

    def create_session(self, token_id: str, *, now: datetime, expires_at: datetime) -> str: ...
    def end_session(self, cookie: str, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that is kept by whoever asked: its PNG with strip, its instant, what is late or missing in it."""

    body: bytes
    as_of: datetime | None
    notes: list[str]


class FullError(RuntimeError):
    """Too many wait already."""


@dataclass(slots=True)
class ScreenshotDesk:
    """Runs beside the pages. `take` makes one picture in a process of its own; `origin` is where we serve."""

    shelf: PictureShelf
    sessions: Sessions
    chromium: Callable[[], str | None]
    origin: Callable[[], str]
    caption: Callable[[Picture], Caption]
    take: Callable[[Order, Callable[[str], None], threading.Event], Told]
    #: a session's cookie → all cookies that a browser of it has
    cookies: Callable[[str], dict[str, str]]
    kept_for: timedelta
    font_cache: str
    clock: Callable[[], datetime]
    within_s: float = WITHIN_S
    #: one picture at a time, whoever wants it
    _one: threading.Lock = field(default_factory=threading.Lock)
    _waiting: deque[tuple[str, str]] = field(default_factory=deque)
    _wake: threading.Condition = field(default_factory=threading.Condition)

    def ask(self, picture: Picture, token_id: str) -> None:
        """Have it made for the account `token_id`. FullError if too many wait."""
        with self._wake:
            if len(self._waiting) >= MOST_WAITING:
                raise FullError
            self.shelf.keep(picture)
            self._waiting.append((picture.id, token_id))
            self._wake.notify()

    def draw(self, picture: Picture, token_id: str, stop: threading.Event, *, within_s: float) -> Drawn:
        """One picture for a report, which keeps it itself. TakingError if it cannot be made, or not within the bound:
        so long until it is its turn, and so long until it is drawn."""
        if not self._one.acquire(timeout=within_s):
            raise TakingError("other pictures took too long", "late")
        try:
            with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
                own_folder(Path(folder))
                out = Path(folder) / "picture.png"
                told = self._taken(picture, token_id, lambda _step: None, stop, out=out, within_s=within_s)
                body = out.read_bytes()
        finally:
            self._one.release()
        return Drawn(body, _instant(told), told.notes)

    def run(self, stop: threading.Event) -> None:
        """Make what is asked for until `stop`; forget now and then what is old, and first what killed ones left."""
        swept = 0.0
        sweep_left()
        while not stop.is_set():
            with self._wake:
                self._wake.wait_for(lambda: bool(self._waiting), timeout=1.0)
                wanted = self._waiting.popleft() if self._waiting else None
            if wanted is not None:
                self._make(*wanted, stop)
            elif (now := self.clock()).timestamp() - swept >= _SWEEP_EVERY_S:
                swept = now.timestamp()
                self.shelf.drop_before(now - self.kept_for)

    def _make(self, picture_id: str, token_id: str, stop: threading.Event) -> None:
        picture = self.shelf.find(picture_id)
        if picture is None:
            return
        picture = self._put(
            picture, state=PictureState.MAKING, tries=picture.tries + 1, error="", why="", step="opening"
        )

        def at_step(step: str) -> None:
            self._put(picture, step=step)

        try:
            with self._one:
                out = self.shelf.path_for(picture.id)
                told = self._taken(picture, token_id, at_step, stop, out=out, within_s=self.within_s)
        except TakingError as wrong:
            log.warning("a picture could not be made", picture=picture.id, page=picture.page, error=str(wrong))
            self._put(picture, state=PictureState.FAILED, error=str(wrong)[:500], why=wrong.why, step="")
        except Exception as wrong:
            log.exception("a picture could not be made", picture=picture.id, page=picture.page)
            self._put(picture, state=PictureState.FAILED, error=type(wrong).__name__, why="refused", step="")
        else:
            self.shelf.keep_file(picture.id)
            self._put(
                picture, state=PictureState.MADE, step="", width=told.width, height=told.height, notes=told.notes,
                as_of=_instant(told),
                made_at=self.clock(),
            )  # fmt: skip

    def _taken(
        self, picture: Picture, token_id: str, at_step: Callable[[str], None], stop: threading.Event, *, out: Path,
        within_s: float,
    ) -> Told:  # fmt: skip
        path, size, now = self.chromium(), SIZES[picture.size], self.clock()
        if path is None:
            raise TakingError("there is no Chromium any more", "start")
        address = address_of(picture.page, picture.size, picture.scope, picture.lang, picture.query, picture.fragment)

        cookie = self.sessions.create_session(token_id, now=now, expires_at=now + _SESSION_FOR)
        try:
            # its process may be killed at any time: what it leaves behind is taken away here
            with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
                own_folder(Path(folder))
                order = Order(
                    url=self.origin() + address, cookies=self.cookies(cookie), width=size.width, height=size.height,
                    tallest=size.tallest(picture.page), scale=size.scale, chromium=path, out=str(out), folder=folder,
                    font_cache=self.font_cache, within_s=within_s, caption=self.caption(picture),
                )  # fmt: skip
                return self.take(order, at_step, stop)
        finally:
            self.sessions.end_session(cookie, self.clock())

    def _put(self, picture: Picture, **changes: object) -> Picture:
        changed = msgspec.structs.replace(picture, **changes)
        self.shelf.keep(changed)
        return changed


def _instant(told: Told) -> datetime | None:
    return datetime.fromtimestamp(told.as_of_ms / 1000, UTC) if told.as_of_ms else None
