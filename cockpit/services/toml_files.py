"""TOML files that people write, in directories: read anew when they change; of one that is wrong is told where and why.

A later directory stands in for an earlier one, file by file. A broken file is told and the others go on; where it would
stand in for a good one, the good one stays.
"""

import threading
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from cockpit.domain.plan import Words

_LARGEST_BYTES = 256 * 1024

One = TypeVar("One")
Told = TypeVar("Told")
Model = TypeVar("Model", bound=BaseModel)


class TomlFileError(ValueError):
    """A file that is not what it should be; `field` names what is wrong in it, empty for the whole file."""

    def __init__(self, field: str, error: str) -> None:
        super().__init__(f"{field}: {error}" if field else error)
        self.field, self.error = field, error


class BrokenFile(NamedTuple):
    """A file that cannot be used: which field is wrong (empty for the whole file) and why."""

    file: str
    field: str
    error: str


class TomlBook(Generic[Told]):
    """What the files of some directories tell. `now()` looks at the files' times and is cheap; safe from any thread."""

    def __init__(self, read: Callable[[Sequence[Path]], Told], *directories: Path) -> None:
        """`directories` in order: a later one stands in for an earlier one."""
        self._read, self._directories = read, directories
        self._lock = threading.Lock()
        self._seen: object = None
        self._told = read(())

    def now(self) -> Told:
        """What the files tell now."""
        files = [file for directory in self._directories for file in _files_in(directory)]
        seen = [(str(file), _mark(file)) for file in files]
        with self._lock:
            if seen != self._seen:
                self._told, self._seen = self._read(files), seen
            return self._told


def read_each(files: Sequence[Path], read: Callable[[Path], One]) -> tuple[dict[str, One], tuple[BrokenFile, ...]]:
    """What `read` makes of each file, by the file's name; of two of one name the later good one. And what is broken."""
    good, broken = dict[str, One](), list[BrokenFile]()
    for file in files:
        try:
            good[file.stem] = read(file)
        except TomlFileError as wrong:
            broken.append(BrokenFile(file.name, wrong.field, wrong.error))
    return good, tuple(broken)


def told_in(file: Path, model: type[Model]) -> Model:
    """What a file says. Raises TomlFileError."""
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise TomlFileError("", f"the file is larger than {_LARGEST_BYTES} bytes")
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise TomlFileError("", f"cannot be read: {wrong}") from wrong
    try:
        return model.model_validate(told)
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise TomlFileError(".".join(str(part) for part in error["loc"]), error["msg"]) from None


def words_of(zh: str | None, en: str | None) -> Words:
    """A text that a file gives in one language or two."""
    return Words(zh or "", en or "")


def _files_in(directory: Path) -> list[Path]:
    try:
        return sorted(file for file in directory.glob("*.toml") if file.is_file())
    except OSError:
        return []


def _mark(file: Path) -> tuple[int, int] | None:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size
