"""The data directory's own files in a backup: photos by their content, and what makes this installation its own.

Streamed file by file, however many gigabytes of photos there are. Photos are JPEG already and stored as they are. What
may hold passwords (feeds, notices) goes in only with the secrets.
"""

import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO

from cockpit.exits import TellError

_PREFIX = "files/"
_CHUNK = 1 << 20
#: folders and files of the data directory
PLAIN = ("attachments", "city", "plans", "alarms", "layers", "layers.d", "reports", "figures.toml", "freshness.toml")
WITH_SECRETS = ("feeds", "notices.toml")
#: columns of layers that are made again from their book or the city's own files
_MADE_AGAIN = re.compile(r"layers/[^/]+/(book-|\.).*")
_PHOTO = re.compile(r"attachments/[0-9a-f]{2}/([0-9a-f]{32})\.jpg")


def pack(archive: zipfile.ZipFile, directory: Path, names: Sequence[str]) -> int:
    """Put the files of these folders into the archive; how many. What vanishes meanwhile was not to be kept."""
    count = 0
    for path in _files(directory, names):
        name = path.relative_to(directory).as_posix()
        if _MADE_AGAIN.fullmatch(name):
            continue
        kind = zipfile.ZIP_STORED if _PHOTO.fullmatch(name) else zipfile.ZIP_DEFLATED
        try:
            archive.write(path, _PREFIX + name, compress_type=kind)
        except FileNotFoundError:
            continue
        count += 1
    return count


def unpack(archive: zipfile.ZipFile, directory: Path) -> int:
    """Write the archive's files where they were, all or none; how many. TellError for a wrong one, or without room."""
    listed = [info for info in archive.infolist() if info.filename.startswith(_PREFIX) and not info.is_dir()]
    needed = sum(info.file_size for info in listed)
    if needed > shutil.disk_usage(directory).free:
        raise TellError(f"the backup's files need {needed >> 20} MiB, and {directory} has no room for them")
    written: list[Path] = []
    try:
        for info in listed:
            path = _target(directory, info.filename.removeprefix(_PREFIX))
            if path.exists():
                continue  # a photo is named by its content; nothing of one's own is overwritten
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            written.append(path)
            with archive.open(info) as source:
                _copy(source, path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return len(written)


def _files(directory: Path, names: Sequence[str]) -> Iterator[Path]:
    for name in names:
        path = directory / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        # what is half written has a name that ends so
        yield from (p for p in found if p.is_file() and not p.is_symlink() and p.suffix != ".part")


def _target(directory: Path, name: str) -> Path:
    """The path of a name, which must lie in one of our folders."""
    parts = Path(name).parts
    if not parts or parts[0] not in (*PLAIN, *WITH_SECRETS) or ".." in parts or Path(name).is_absolute():
        raise TellError(f"the backup has a file that does not belong there: {name[:200]!r}")
    return directory / name


def _copy(source: IO[bytes], path: Path) -> None:
    fresh, digest = path.with_name(f"{path.name}.part"), blake2b(digest_size=16)
    try:
        with fresh.open("wb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
        if path.parent.parent.name == "attachments" and path.stem != digest.hexdigest():
            raise TellError(f"the backup's photo {path.stem} is damaged")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
