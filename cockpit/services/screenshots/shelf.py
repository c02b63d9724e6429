"""图片柜: pictures and what is known of each, a folder each in the data directory, whole or not there."""

import os
import socket
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

_LEFT = "its maker ended while it was made"


class PictureState(StrEnum):
    """How far a picture is."""

    WAITING = "waiting"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One picture that was asked for. `role`: whose rights it shows; `holder`: the process that makes it."""

    id: str
    page: str
    size: str
    scope: str
    lang: str
    role: str
    query: dict[str, str]
    fragment: str
    asked_by: str
    asked_at: datetime
    holder: str = ""
    state: PictureState = PictureState.WAITING
    step: str = ""
    tries: int = 0
    as_of: datetime | None = None
    made_at: datetime | None = None
    width: int = 0
    height: int = 0
    notes: list[str] = []
    error: str = ""
    #: a key of `picture.why`
    why: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.state in (PictureState.WAITING, PictureState.MAKING)


def own_name() -> str:
    """How a process signs what it makes."""
    return f"{socket.gethostname()}:{os.getpid()}"


class PictureShelf:
    """A folder with a folder for each picture, named by its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, picture: Picture) -> None:
        """Put down how it is now; who looks meanwhile sees the state before or after."""
        place = self._place(picture.id)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = place / f".row.{os.getpid()}"
        fresh.write_bytes(msgspec.json.encode(picture))
        fresh.replace(place / "row.json")

    def find(self, picture_id: str) -> Picture | None:
        """None for an id that is none, and for a row that cannot be read; whose maker has ended has failed."""
        if not _is_id(picture_id):
            return None
        try:
            body = (self._place(picture_id) / "row.json").read_bytes()
            found = msgspec.json.decode(body, type=Picture)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        if found.is_under_way and has_ended(found.holder):
            return msgspec.structs.replace(found, state=PictureState.FAILED, step="", error=_LEFT, why="gone")
        return found

    def newest(self) -> list[Picture]:
        """All of them, the newest first."""
        return sorted(self._all(), key=lambda one: (one.asked_at, one.id), reverse=True)

    def path_for(self, picture_id: str) -> Path:
        """Where its PNG is written before it is `keep_file`d."""
        return self._place(picture_id) / f".png.{os.getpid()}"

    def keep_file(self, picture_id: str) -> None:
        """What was written is the picture now."""
        self.path_for(picture_id).replace(self._place(picture_id) / "picture.png")

    def find_file(self, picture_id: str) -> Path | None:
        """Its PNG; None if it does not lie here."""
        file = self._place(picture_id) / "picture.png"
        return file if file.is_file() else None

    def drop_before(self, instant: datetime) -> int:
        """Take away what was asked for before; how many went."""
        old = [one for one in self._all() if one.asked_at < instant and not one.is_under_way]
        for one in old:
            place = self._place(one.id)
            for file in place.iterdir():
                file.unlink(missing_ok=True)
            place.rmdir()
        return len(old)

    def _all(self) -> Iterator[Picture]:
        if not self._folder.is_dir():
            return
        for place in self._folder.iterdir():
            if (found := self.find(place.name)) is not None:
                yield found

    def _place(self, picture_id: str) -> Path:
        if not _is_id(picture_id):
            raise ValueError(f"{picture_id!r} is no picture's id")
        return self._folder / picture_id


def _is_id(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= 64


def has_ended(holder: str) -> bool:
    """Whether it was a process of this machine that is there no more; of another machine's nothing is known."""
    name, _, pid = holder.rpartition(":")
    if name != socket.gethostname() or not pid.isdigit() or holder == own_name():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
