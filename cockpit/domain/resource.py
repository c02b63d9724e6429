"""资源: what is registered at a place and helps when something happens: stations, hydrants, cameras, volunteers.

A kind is a word of data, not of code: a city may bring its own. The kinds below have a title in the catalogue.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.travel import Travel

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


class ResourceState(StrEnum):
    """Whether a registered thing can be counted on."""

    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    #: no longer on the list it came with; kept for what refers to it
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceKind:
    """What is known about a kind of thing or of mover."""

    name: str
    #: how it comes, or how one goes there if it stays where it is
    travel: Travel = Travel.FOOT
    #: somebody comes from there when asked
    comes: bool = False
    #: it helps where it is; nobody has to go there
    works_from_afar: bool = False
    #: one person: name and phone are shown masked, and one order at a time is enough
    is_person: bool = False


_KINDS = (
    ResourceKind(name="police", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="fire_station", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="hospital", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="clinic", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="rescue_team", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="repair_team", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="volunteer", travel=Travel.EBIKE, comes=True, is_person=True),
    ResourceKind(name="party_organisation", travel=Travel.FOOT, comes=True),
    # an office: orders to it are answered by telephone, and nobody is sent for in its stead
    ResourceKind(name="unit", travel=Travel.VEHICLE),
    ResourceKind(name="shelter"),
    ResourceKind(name="hydrant"),
    ResourceKind(name="aed"),
    ResourceKind(name="camera", works_from_afar=True),
    ResourceKind(name="depot", travel=Travel.VEHICLE),
    ResourceKind(name="gridworker", travel=Travel.EBIKE, comes=True, is_person=True),
    ResourceKind(name="vehicle", travel=Travel.VEHICLE, comes=True),
    ResourceKind(name="drone", travel=Travel.AIR, comes=True),
)
KINDS = {kind.name: kind for kind in _KINDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """One registered thing, in WGS-84. `code` is the grid or division it lies in."""

    resource_id: str
    kind: str
    name: str
    lon: float
    lat: float
    code: str
    phone: str = ""
    capacity: int | None = None
    skills: tuple[str, ...] = ()
    state: ResourceState = ResourceState.IN_SERVICE
    #: a camera's own address, where the template of all does not lead to it; http(s), without a secret in it
    stream_url: str = ""


def is_kind(word: str) -> bool:
    """True for a word that can name a kind: lower case letters, digits and underscores."""
    return _KIND.fullmatch(word) is not None


def kind_of(name: str) -> ResourceKind:
    """What is known about a kind; of one that a city brought itself, that one walks there."""
    return KINDS.get(name) or ResourceKind(name=name)


def masked_name(name: str) -> str:
    """王小明 as 王**: who may not read a person's name reads this."""
    return name[:1] + "*" * len(name[1:])


def masked_phone(phone: str) -> str:
    """The first three and the last four digits of a number; nothing of a short one."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) >= 8 else "*" * len(phone)
