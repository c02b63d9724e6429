"""专题图层: one theme of the one map — what its things are, who answers for them, and who may see what of them.

A layer is data (`cockpit/layers/NAME.toml`), never code. The things themselves lie in versions beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cockpit.domain.plan import NO_WORDS, Words
from cockpit.domain.resource import masked_name, masked_phone
from cockpit.domain.role import Role

#: in a mask: the name and every field of a thing
EVERYTHING = "*"
#: what stands for a value that may not be read and has no shorter form
HIDDEN = "***"


class LayerGroup(StrEnum):
    """人 事 地 物 情 组织: where in the catalogue a layer stands."""

    PERSON = "person"
    EVENT = "event"
    PLACE = "place"
    THING = "thing"
    MOOD = "mood"
    ORGANISATION = "organisation"


class LayerGeometry(StrEnum):
    """What the things of a layer are on the map."""

    POINT = "point"
    LINE = "line"
    AREA = "area"


class FieldForm(StrEnum):
    """How a field reads, and so how it is masked."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PHONE = "phone"


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerKind:
    """A kind of thing on a layer, with its colour in the legend (`#rrggbb`)."""

    key: str
    title: Words
    colour: str = "#9aa9bc"


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerState:
    """A state that things of a layer can be in; the first of a layer is the usual one."""

    key: str
    title: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class PopupField:
    """A field that a thing's popup shows, in this order."""

    field: str
    title: Words
    form: FieldForm = FieldForm.TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerSymbol:
    """How a thing is drawn: its shape, the one sign in it, and its size in pixels from a zoom on."""

    shape: str = "round"
    mark: str = ""
    #: from this zoom on single things are drawn; below it only counts
    min_zoom: int = 11
    #: from this zoom on with the name beside it
    label_zoom: int = 17
    #: (zoom, pixels), ascending
    sizes: tuple[tuple[int, float], ...] = ((11, 8.0), (15, 14.0), (18, 20.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class ThematicLayer:
    """One layer of the catalogue. `taken_from` names the book that already keeps its things: nothing is kept twice."""

    name: str
    title: Words
    group: LayerGroup
    geometry: LayerGeometry
    owner: Words
    source: Words
    legend: Words = NO_WORDS
    #: `import`, `resources:KIND,KIND`, `roster`, `divisions:grid`
    taken_from: str = "import"
    roles: frozenset[Role]
    masks: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    kinds: tuple[LayerKind, ...]
    states: tuple[LayerState, ...] = ()
    symbol: LayerSymbol = LayerSymbol()
    popup: tuple[PopupField, ...] = ()
    stale_after_days: int = 365

    def may_see(self, role: Role) -> bool:
        """Whether the layer exists at all for this role; a feed sees none."""
        return role in self.roles

    def hides_name(self, role: Role) -> bool:
        """Whether this role reads names of things masked."""
        return bool(self.masks.get(role, frozenset()) & {"name", EVERYTHING})

    def name_for(self, role: Role, name: str) -> str:
        """A thing's name as this role may read it."""
        return masked_name(name) if self.hides_name(role) else name

    def fields_for(self, role: Role, attributes: Mapping[str, object]) -> dict[str, object]:
        """The popup's fields as this role may read them, in the popup's order; a field without a value is left out."""
        hidden = self.masks.get(role, frozenset())
        return {
            told.field: _masked(told.form, value) if hidden & {told.field, EVERYTHING} else value
            for told in self.popup
            if (value := attributes.get(told.field)) not in (None, "")
        }

    def is_stale(self, as_of: datetime, now: datetime) -> bool:
        """Whether what is shown is older than the layer's owner promises."""
        return now - as_of > timedelta(days=self.stale_after_days)


def _masked(form: FieldForm, value: object) -> str:
    match form:
        case FieldForm.PERSON:
            return masked_name(str(value))
        case FieldForm.PHONE:
            return masked_phone(str(value))
        case _:
            return HIDDEN
