"""图层写入: a version of a layer is written as a stream beside its place and comes to its place in one step, or never.

What a killed writer leaves lies in a hidden folder that no reader looks at; the next writer beside it clears it away.
"""

import contextlib
import fcntl
import os
import shutil
import uuid
from pathlib import Path
from types import TracebackType

from cockpit.store.layer_columns.feature import FeatureBatch, LayerSummary
from cockpit.store.layer_columns.publishing import published
from cockpit.store.layer_columns.sizes import SIZES, Sizes
from cockpit.store.layer_columns.spill import Spill

_HIDDEN = ".writing-"


class LayerWriter:
    """Writes the version that is to lie in `folder`, which must not be there yet.

    `add` as often as needed, then `publish` once; as a context, what was not published is gone at its end.
    A batch that raises is not taken in part; go on with others or `discard`.
    """

    def __init__(self, folder: Path, *, sizes: Sizes = SIZES) -> None:
        self.folder, self._sizes = folder, sizes
        if folder.exists():
            raise FileExistsError(f"{folder} is there already")
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear(folder.parent)
        self._hidden = folder.parent / f"{_HIDDEN}{uuid.uuid4().hex}"
        self._lock = _locked(self._hidden)
        self._spill = Spill(self._hidden / "spill")

    def add(self, batch: FeatureBatch) -> None:
        """Take some features. ValueError for what can be no feature."""
        self._spill.add(batch)

    def publish(self) -> LayerSummary:
        """Sort, count, and put the version in its place. Of features with the same id the first one is kept."""
        fresh = self._hidden / "version"
        try:
            fresh.mkdir(mode=0o700)
            summary = published(self._spill, fresh, self._sizes)
            self._spill.remove()
            fresh.rename(self.folder)
            _kept(self.folder.parent)
        finally:
            self.discard()
        return summary

    def discard(self) -> None:
        """Leave nothing; harmless after `publish`."""
        self._spill.remove()
        shutil.rmtree(self._hidden, ignore_errors=True)
        self._lock.close()
        _lock_of(self._hidden).unlink(missing_ok=True)

    def __enter__(self) -> "LayerWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


class _Lock:
    """Held until closed, or until the process ends in whatever way."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise
        self._open = True

    def close(self) -> None:
        if self._open:
            os.close(self._file)
            self._open = False


def _lock_of(hidden: Path) -> Path:
    return hidden.with_name(f"{hidden.name}.lock")


def _locked(hidden: Path) -> _Lock:
    lock = _Lock(_lock_of(hidden))
    hidden.mkdir(mode=0o700)
    return lock


def _clear(folder: Path) -> None:
    """Take away what writers left who are no more."""
    for left in folder.glob(f"{_HIDDEN}*.lock"):
        with contextlib.suppress(OSError):
            lock = _Lock(left)
            shutil.rmtree(left.with_suffix(""), ignore_errors=True)
            left.unlink(missing_ok=True)
            lock.close()


def _kept(folder: Path) -> None:
    """The names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
