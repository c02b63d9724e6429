"""通知渠道: where notices go, as a TOML file says it; which notice goes where."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cockpit.domain.notice import Notice
from cockpit.domain.scope import Scope

_KEYS = frozenset({"name", "url", "scope", "kinds", "unit"})


class ChannelFileError(ValueError):
    """The file of channels cannot be used; the message says which line of it and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One way out. `url` is an address of the library apprise, with its secrets: it is never shown or logged."""

    name: str
    url: str
    scope: Scope
    #: beginnings of the kinds that go here; empty for all
    kinds: tuple[str, ...] = ()
    #: the unit that reads here: it gets what is for it, and nothing else; `*` is every unit
    unit: str = ""

    def takes(self, notice: Notice) -> bool:
        """True for what goes out here."""
        wanted = not self.kinds or notice.kind.startswith(self.kinds)
        is_addressed = notice.unit != "" if self.unit == "*" else self.unit == notice.unit
        return wanted and is_addressed and self.scope.covers(notice.code)


def read_channels(file: Path | None) -> list[Channel]:
    """The channels of a file; none without one. Raises ChannelFileError."""
    if file is None or not file.is_file():
        return []
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as wrong:
        raise ChannelFileError(f"{file}: {wrong}") from wrong
    channels = [_channel(row, f"{file}: channel {n}") for n, row in enumerate(told.get("channel", []), 1)]
    names = [channel.name for channel in channels]
    if len(set(names)) != len(names):
        raise ChannelFileError(f"{file}: two channels have the same name")
    return channels


def _channel(row: Any, where: str) -> Channel:
    if not isinstance(row, dict) or not {"name", "url"} <= set(row):
        raise ChannelFileError(f"{where} needs a name and a url")
    unknown = set(row) - _KEYS
    if unknown:
        raise ChannelFileError(f"{where} has unknown keys: {', '.join(sorted(unknown))}")
    try:
        scope = Scope(str(row.get("scope", "")))
    except ValueError as wrong:
        raise ChannelFileError(f"{where}: {wrong}") from wrong
    return Channel(
        name=str(row["name"]), url=str(row["url"]), scope=scope, kinds=tuple(map(str, row.get("kinds", ()))),
        unit=str(row.get("unit", "")),
    )  # fmt: skip
