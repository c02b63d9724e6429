"""瓦片代理: fetches tiles of configured sources, from no other host, and keeps them on disk.

What is asked for is a source's name and three numbers, never an address. A redirect is not followed, what is too
large, too slow or no picture is refused, and a source that fails is left alone for a while: what was kept of it is
shown meanwhile, however old.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import httpx
import structlog

from cockpit.services.base_maps import TileSource

log = structlog.get_logger(__name__)

LARGEST_BYTES = 2 << 20
_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
#: all reads of one tile together: a host that sends a byte a second holds nobody up
_WHOLE_S = 8.0
_AT_ONCE, _PATIENCE_S = 8, 10.0
_REST_S = 15.0
#: some servers of tiles turn away what does not say that it is a browser
_AGENT = "Mozilla/5.0 (compatible; cockpit map)"
_KINDS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))
_TRIM_TO = 0.8


class TileError(Exception):
    """No tile could be had; `status` is what HTTP says of that."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Tile(NamedTuple):
    body: bytes
    mimetype: str


class TileProxy:
    """Tiles of `sources`, kept in `folder` up to `most_bytes` for `fresh_for_s`. Safe from any thread."""

    def __init__(
        self,
        sources: Mapping[str, TileSource],
        folder: Path,
        *,
        most_bytes: int,
        fresh_for_s: float,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._sources, self._folder = sources, folder
        self._most_bytes, self._fresh_for_s = most_bytes, fresh_for_s
        self._clock, self._monotonic = clock, monotonic
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._fetching: dict[Path, threading.Lock] = {}
        self._away_until: dict[str, float] = {}
        self._held: int | None = None

    def tile(self, name: str, z: int, x: int, y: int) -> Tile:
        """One tile. Raises TileError: 404 for what cannot be, 502 and 503 for what its source does not give now."""
        source = self._sources.get(name)
        if source is None or source.is_own_path:
            raise TileError(404, "no such base map is configured")
        if not (0 <= z <= source.deepest and 0 <= x < 1 << z and 0 <= y < 1 << z):
            raise TileError(404, "there is no such tile")
        # a changed template is another source: nothing of the old one is shown
        print_of = blake2b(source.template.encode(), digest_size=6).hexdigest()
        path = self._folder / f"{name}-{print_of}" / str(z) / f"{x}-{y}"
        kept = self._kept(path)
        if kept is not None and self._clock() - path.stat().st_mtime < self._fresh_for_s:
            return kept
        with self._one_at_a_time(path):
            again = self._kept(path)
            if again is not None and self._clock() - path.stat().st_mtime < self._fresh_for_s:
                return again
            try:
                return self._fetch(source, z, x, y, path)
            except TileError:
                if again is not None:
                    return again
                raise

    @contextlib.contextmanager
    def _one_at_a_time(self, path: Path):  # type: ignore[no-untyped-def]  # a context manager of nothing
        """Several browsers that ask for the same tile are one question outside."""
        with self._lock:
            lock = self._fetching.setdefault(path, threading.Lock())
        with lock:
            try:
                yield
            finally:
                with self._lock:
                    self._fetching.pop(path, None)

    @staticmethod
    def _kept(path: Path) -> Tile | None:
        try:
            body = path.read_bytes()
        except OSError:
            return None
        kind = _kind_of(body)
        return Tile(body, kind) if kind else None

    def _fetch(self, source: TileSource, z: int, x: int, y: int, path: Path) -> Tile:
        if self._monotonic() < self._away_until.get(source.name, 0):
            raise TileError(503, "the source of this base map does not answer at the moment")
        if not self._turns.acquire(timeout=_PATIENCE_S):
            raise TileError(503, "too many tiles are being fetched")
        try:
            body = self._read(source.address(z, x, y))
        except httpx.HTTPError as away:
            raise self._gone(source, type(away).__name__) from None
        except _AnsweredError as answered:
            if answered.status in (204, 404):
                raise TileError(404, "the source has no such tile") from None
            raise self._gone(source, f"it answers {answered.status}") from None
        finally:
            self._turns.release()
        kind = _kind_of(body)
        if kind is None:
            raise TileError(502, "what the source sent is no picture")
        self._keep(path, body)
        return Tile(body, kind)

    def _gone(self, source: TileSource, why: str) -> TileError:
        """The address, which holds the key, is told to nobody."""
        self._away_until[source.name] = self._monotonic() + _REST_S
        log.warning("a source of tiles is away", source=source.name, why=why)
        return TileError(502, "the source of this base map does not answer")

    def _read(self, address: str) -> bytes:
        until = self._monotonic() + _WHOLE_S
        parts, size = [], 0
        with (
            httpx.Client(
                timeout=_TIMEOUT, follow_redirects=False, trust_env=False, headers={"User-Agent": _AGENT}
            ) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise _AnsweredError(answer.status_code)
            for part in answer.iter_bytes():
                size += len(part)
                if size > LARGEST_BYTES:
                    raise TileError(502, f"the tile is larger than {LARGEST_BYTES >> 20} MB")
                if self._monotonic() > until:
                    raise TileError(502, "the source of this base map is too slow")
                parts.append(part)
        return b"".join(parts)

    def _keep(self, path: Path, body: bytes) -> None:
        """A full disk costs a question outside, not the map."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
            beside.write_bytes(body)
            now = self._clock()
            os.utime(beside, (now, now))
            beside.replace(path)
        except OSError as full:
            log.warning("a tile could not be kept", why=type(full).__name__)
            return
        with self._lock:
            held = self._size() if self._held is None else self._held + len(body)
            self._held = held if held <= self._most_bytes else self._trim()

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob("*/*/*"):
            with contextlib.suppress(OSError):
                told = path.stat()
                found.append((told.st_mtime, told.st_size, path))
        return found

    def _size(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _trim(self) -> int:
        """Throw the oldest away until there is room again."""
        files = sorted(self._files())
        held = sum(size for _, size, _ in files)
        for _, size, path in files:
            if held <= self._most_bytes * _TRIM_TO:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                held -= size
        return held


class _AnsweredError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _kind_of(body: bytes) -> str | None:
    """The type that the first bytes say; what the source says of it counts for nothing."""
    return next((kind for magic, kind in _KINDS if body.startswith(magic)), None)
