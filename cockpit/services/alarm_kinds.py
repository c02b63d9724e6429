"""报警种类: which domain of the city a kind of alarm belongs to, and what event it becomes. Data, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import structlog

log = structlog.get_logger(__name__)

#: the file's name, shipped and in the directory `alarms` of a data dir
FILE = "kinds.toml"


class IotDomain(StrEnum):
    """What the devices of a city watch over."""

    FIRE = "fire"  # 消防
    SECURITY = "security"  # 安防
    ENVIRONMENT = "environment"  # 环保
    WATER = "water"  # 水务
    MUNICIPAL = "municipal"  # 市政


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmKind:
    """One kind. `domain` is None for one that nobody has described."""

    name: str
    domain: IotDomain | None = None
    category: str = ""
    title: str = ""


class AlarmKinds:
    """The kinds that are described; every other is a kind of no domain."""

    def __init__(self, kinds: Mapping[str, AlarmKind]) -> None:
        self.by_name: Mapping[str, AlarmKind] = MappingProxyType(dict(kinds))

    def of(self, name: str) -> AlarmKind:
        return self.by_name.get(name) or AlarmKind(name=name)

    def event_of(self, name: str) -> tuple[str, str]:
        """Category and title of the event that an alarm of this kind becomes."""
        kind = self.of(name)
        return kind.category, kind.title

    def in_domain(self, domain: IotDomain) -> list[str]:
        return [kind.name for kind in self.by_name.values() if kind.domain is domain]


def load_alarm_kinds(own: Path | None = None) -> AlarmKinds:
    """The shipped kinds, and those of `own` over them; a file that is wrong is passed over and told in the log."""
    shipped = files("cockpit").joinpath("alarm_rules", FILE).read_text(encoding="utf-8")
    kinds = _kinds(shipped)
    path = own / FILE if own else None
    if path is not None and path.is_file():
        try:
            kinds |= _kinds(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as wrong:
            log.warning("kinds of alarms passed over", file=str(path), error=str(wrong))
    return AlarmKinds(kinds)


def _kinds(text: str) -> dict[str, AlarmKind]:
    """ValueError names what is wrong with a kind."""
    found = {}
    for name, given in tomllib.loads(text).items():
        if not isinstance(given, dict):
            raise ValueError(f"{name} is not a table")
        domain = given.get("domain")
        if domain is not None and domain not in list(IotDomain):
            raise ValueError(f"{name}: domain must be one of {', '.join(IotDomain)}")
        found[name] = AlarmKind(
            name=name,
            domain=IotDomain(domain) if domain else None,
            category=str(given.get("category", "")),
            title=str(given.get("title", "")),
        )
    return found
