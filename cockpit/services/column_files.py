"""列文件: the columns of the past on disk, so that a start maps them into memory instead of reading a million rows.

They are a copy of the database and may be deleted at any time. What is mapped is shared by all processes of a machine,
and the system takes the memory back when it needs it.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from cockpit.services.record_columns import Segment
from cockpit.services.text_column import TextColumn

log = structlog.get_logger(__name__)

#: raised when the columns change: older files are then passed over
VERSION = 3
_SAMPLES = 25


class ColumnFiles:
    """One directory for one segment at a time; `ids_of` tells which event a record number is in the database."""

    def __init__(self, directory: Path, ids_of: Callable[[Sequence[int]], dict[int, str]]) -> None:
        self._directory, self._ids_of = directory, ids_of

    def load(self, newest_revision: int) -> tuple[Segment, int] | None:
        """The kept segment and its revision; None if there is none of this database and this program."""
        for kept in sorted(self._directory.glob("columns-*"), reverse=True):
            try:
                about = json.loads((kept / "about.json").read_text(encoding="utf-8"))
                if about["version"] != VERSION or about["revision"] > newest_revision:
                    continue
                samples = {int(number): event_id for number, event_id in about["samples"]}
                if self._ids_of(list(samples)) != samples:  # another database has come to this place
                    continue
                return _read(kept), int(about["revision"])
            except (OSError, ValueError, KeyError) as unreadable:
                log.warning("columns cannot be read, reading the database", path=str(kept), reason=str(unreadable))
        return None

    def save(self, segment: Segment, revision: int) -> None:
        """Keep a segment instead of the one before; a full disk keeps none."""
        fresh = self._directory / f".part-{revision}"
        kept = self._directory / f"columns-{revision:020d}"
        try:
            for left in self._directory.glob(".part-*"):
                shutil.rmtree(left, ignore_errors=True)
            fresh.mkdir(parents=True, mode=0o700)
            _write(fresh, segment)
            rows = np.linspace(0, len(segment) - 1, min(_SAMPLES, len(segment))).astype(np.int64)
            numbers = segment.columns["record_id"][rows].tolist()
            about = {
                "version": VERSION,
                "revision": revision,
                "samples": list(zip(numbers, segment.event_ids(rows), strict=True)),
            }
            (fresh / "about.json").write_text(json.dumps(about), encoding="utf-8")
            shutil.rmtree(kept, ignore_errors=True)
            fresh.rename(kept)
        except OSError as full:
            log.warning("columns cannot be kept", path=str(self._directory), reason=str(full))
            shutil.rmtree(fresh, ignore_errors=True)
            return
        for old in self._directory.glob("columns-*"):
            if old != kept:
                shutil.rmtree(old, ignore_errors=True)


def _arrays(segment: Segment) -> dict[str, Any]:
    arrays: dict[str, Any] = {f"column-{name}": values for name, values in segment.columns.items()}
    for kind, texts in (("text", segment.texts), ("folded", segment.folded)):
        for name, text in texts.items():
            if kind == "text":
                arrays[f"which-{name}"] = text.which
            elif text.block is segment.texts[name].block:
                continue
            arrays |= {f"{kind}-block-{name}": text.block, f"{kind}-starts-{name}": text.starts}
    return arrays | {"alive": segment.alive, "by_record_id": segment.by_record_id}


def _write(directory: Path, segment: Segment) -> None:
    for name, values in _arrays(segment).items():
        np.save(directory / f"{name}.npy", values, allow_pickle=False)


def _read(directory: Path) -> Segment:
    def mapped(name: str) -> Any:
        return np.load(directory / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)

    names = [path.stem for path in directory.glob("*.npy")]

    def text(kind: str, name: str) -> TextColumn:
        return TextColumn.of_block(
            mapped(f"which-{name}"), mapped(f"{kind}-block-{name}"), mapped(f"{kind}-starts-{name}")
        )

    texts = {n.removeprefix("which-"): text("text", n.removeprefix("which-")) for n in names if n.startswith("which-")}
    own = [n.removeprefix("folded-block-") for n in names if n.startswith("folded-block-")]
    return Segment(
        {n.removeprefix("column-"): mapped(n) for n in names if n.startswith("column-")},
        texts,
        {name: text("folded", name) if name in own else texts[name] for name in Segment.SEARCHED},
        mapped("alive"),
        mapped("by_record_id"),
    )
