"""Drop folder: files put into a folder are taken and go on to `done` or, when nothing of them could be, to `failed`.

Beside a file that was not taken as a whole lies `NAME.why.txt` with place, field and reason of each refusal.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cockpit.services.feeding.runner import LineLostError, Sink
from cockpit.services.feeding.seam import Raw
from cockpit.services.feeding.taking import Taken
from feeds.ways.settings import FolderWay

_LARGEST_BYTES = 64 * 1024 * 1024
_MOST_REASONS = 10_000


class FolderLine:
    """One folder."""

    def __init__(
        self, way: FolderWay, *, clock: Callable[[], datetime], now_s: Callable[[], float] = time.time
    ) -> None:
        self._way, self._clock, self._now_s = way, clock, now_s
        self._folder = Path(way.path).expanduser()

    def run(self, sink: Sink, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                for name in ("done", "failed"):
                    (self._folder / name).mkdir(parents=True, exist_ok=True)
                waiting = sorted(path for path in self._folder.glob(self._way.pattern) if self._is_settled(path))
            except OSError as error:
                raise LineLostError(f"{self._folder}: {error.strerror or error}") from error
            sink.up()
            for path in waiting:
                if stop.is_set():
                    return
                self._take(path, sink)
            stop.wait(self._way.every_s)

    def _is_settled(self, path: Path) -> bool:
        """A file that is still being written is left alone; so is what is hidden or leads elsewhere."""
        if path.name.startswith((".", "~$")) or path.is_symlink() or not path.is_file():
            return False
        return time.time() - path.stat().st_mtime >= self._way.settled_s

    def _take(self, path: Path, sink: Sink) -> None:
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                self._move(path, "failed", f"is larger than {_LARGEST_BYTES} bytes")
                return
            body = path.read_bytes()
        except OSError as error:
            raise LineLostError(f"{path}: {error.strerror or error}") from error
        taken = sink.take([Raw(body=body, received_at=self._clock(), topic=path.name)])
        good = taken.accepted + taken.duplicate + taken.ignored
        self._move(path, "done" if good else "failed", _reasons(taken))

    def _move(self, path: Path, to: str, why: str) -> None:
        stamp = self._clock().strftime("%Y%m%dT%H%M%S%fZ")
        target = self._folder / to / f"{stamp}-{path.name}"
        try:
            if why:
                target.with_name(f"{target.name}.why.txt").write_text(why + "\n", encoding="utf-8")
            path.replace(target)
        except OSError as error:
            raise LineLostError(f"{path}: {error.strerror or error}") from error


def _reasons(taken: Taken) -> str:
    return "\n".join(f"row {r.index + 1}: {r.field} {r.error}" for r in taken.rejected[:_MOST_REASONS])
