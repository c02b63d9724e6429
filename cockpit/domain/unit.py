"""部门: a unit that orders may go to: where it belongs, at which level, and its duty phone.

Nobody of a unit carries our phone: an officer calls the duty phone and says for the unit how far its order has come. So
a unit is never off duty, may have orders for many events at once, and nobody else stands in for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibility, level_of_code

#: the kind under which a unit's office is registered, with its duty phone
UNIT_KIND = "unit"
_CODE_LENGTHS = (15, 12, 9, 6, 4, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One unit. `code` is the smallest division that holds all that it is responsible for."""

    unit_id: str
    name: str
    code: str
    level: Level
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """Where a unit's office is registered, under the id that is the unit's too."""

    unit_id: str
    name: str
    code: str
    phone: str = ""


def units_of(entries: Iterable[Responsibility], offices: Iterable[Office], *, city_code: str = "") -> dict[str, Unit]:
    """Every unit that the list (权责清单) names or whose office is registered, by id.

    A unit without an office is known as `unit:` and its name. An office that the list does not name belongs where it
    stands; an entry for every place belongs to `city_code`.
    """
    named: dict[str, list[Responsibility]] = {}
    for entry in entries:
        named.setdefault(entry.unit, []).append(entry)
    by_name: dict[str, Office] = {}
    for office in offices:
        by_name.setdefault(office.name, office)
    listed = (_named(name, told, by_name, city_code) for name, told in named.items())
    alone = (_alone(office, city_code) for name, office in by_name.items() if name not in named)
    return {unit.unit_id: unit for unit in (*listed, *alone)}


def division_of(codes: Iterable[str]) -> str:
    """The smallest division that holds all of these; empty if there is none but everything."""
    first, *others = codes
    beginnings = (first[:length] for length in _CODE_LENGTHS if len(first) >= length)
    return next((code for code in beginnings if all(other.startswith(code) for other in others)), "")


def _named(name: str, entries: list[Responsibility], offices: Mapping[str, Office], city_code: str) -> Unit:
    office = offices.get(name)
    return Unit(
        unit_id=office.unit_id if office else f"{UNIT_KIND}:{name}",
        name=name,
        code=division_of(entry.code for entry in entries) or city_code,
        level=min((entry.level for entry in entries), key=lambda level: level.depth),
        phone=office.phone if office else "",
    )


def _alone(office: Office, city_code: str) -> Unit:
    code = office.code or city_code
    return Unit(unit_id=office.unit_id, name=office.name, code=code, level=level_of_code(code), phone=office.phone)
