"""设备组规则: what counts as stale and lost in each domain's group of devices. Data, not code: `groups.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import structlog

from cockpit.domain.device_group import GroupRule
from cockpit.services.alarm_kinds import IotDomain

log = structlog.get_logger(__name__)

#: in the directory `alarms` of a data dir
FILE = "groups.toml"
_NAMES = frozenset(field.name for field in fields(GroupRule))
_SHARES = frozenset({"stale_share", "lost_share"})
_PERIODS = frozenset({"stale_periods", "lost_periods"})


class GroupRules:
    """The rule of each domain; what no file says is as `usual`."""

    def __init__(self, usual: GroupRule, own: Mapping[IotDomain, GroupRule] | None = None) -> None:
        self._usual, self._own = usual, dict(own or {})

    def of(self, domain: IotDomain | None) -> GroupRule:
        return self._usual if domain is None else self._own.get(domain, self._usual)


def load_group_rules(directory: Path | None, usual: GroupRule) -> GroupRules:
    """The rules of a data dir's `alarms/groups.toml`; a file that is wrong is passed over and told in the log."""
    path = directory / FILE if directory else None
    if path is None or not path.is_file():
        return GroupRules(usual)
    try:
        return GroupRules(usual, _rules(path.read_text(encoding="utf-8"), usual))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as wrong:
        log.warning("rules of device groups passed over", file=str(path), error=str(wrong))
        return GroupRules(usual)


def _rules(text: str, usual: GroupRule) -> dict[IotDomain, GroupRule]:
    """ValueError names what is wrong with a group."""
    found = {}
    for name, told in tomllib.loads(text).items():
        if name not in list(IotDomain) or not isinstance(told, dict):
            raise ValueError(f"[{name}] is none of {', '.join(IotDomain)}")
        for key, value in told.items():
            _check(f"[{name}] {key}", key, value)
        found[IotDomain(name)] = replace(usual, **{key: float(value) for key, value in told.items()})
    return found


def _check(where: str, key: str, value: Any) -> None:
    if key not in _NAMES:
        raise ValueError(f"{where} is none of {', '.join(sorted(_NAMES))}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise ValueError(f"{where} must be a number above 0")
    if key in _SHARES and value > 1:
        raise ValueError(f"{where} is a part of 1")
    if key in _PERIODS and value < 1:
        raise ValueError(f"{where} must be at least 1")
