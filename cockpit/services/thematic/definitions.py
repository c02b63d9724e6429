"""图层定义: reads thematic layers from TOML, and says of a file that is wrong which field and why.

The shipped layers lie in `cockpit/layers`; a file of the same name in the data directory's `layers.d` stands in for
one, any other name is one more layer. A broken file is told and the others go on; if it would stand in for a shipped
layer, the shipped one stays. Files are read anew when they change.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from cockpit.domain.role import Role
from cockpit.domain.thematic_layer import (
    EVERYTHING,
    FieldForm,
    LayerGeometry,
    LayerGroup,
    LayerKind,
    LayerState,
    LayerSymbol,
    PopupField,
    ThematicLayer,
)
from cockpit.services.toml_files import BrokenFile, TomlBook, TomlFileError, read_each, told_in, words_of

#: codes of kinds are one byte or two in a tile; a legend of more is none
_MOST_KINDS, _MOST_STATES, _MOST_FIELDS = 500, 200, 60
#: shapes that cannot be taken for an event's status (a triangle, a diamond, a full disc)
SHAPES = ("round", "ring", "square", "hexagon", "pentagon", "cross", "drop", "house", "flag", "line", "area")
#: who sees a layer that says nothing of it; a feed only brings
_USUAL_ROLES: list[Role] = [role for role in Role if role is not Role.FEED]

LAYER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Key = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
_Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
_Zoom = Annotated[int, Field(ge=0, le=22, strict=True)]
_Pixels = Annotated[float, Field(gt=0, le=64)]


class Definitions(NamedTuple):
    """The layers by name, and what is broken."""

    layers: dict[str, ThematicLayer]
    broken: tuple[BrokenFile, ...]


class _Part(BaseModel):
    """A part of a layer's file: a name that no layer has is refused, so that a slip is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Titled(_Part):
    key: _Key
    title: _Text
    title_en: _Text | None = None


class _KindPart(_Titled):
    colour: _Colour = "#9aa9bc"


class _PopupPart(_Part):
    field: _Key
    title: _Text
    title_en: _Text | None = None
    form: FieldForm = FieldForm.TEXT


class _SymbolPart(_Part):
    shape: str = "round"
    mark: Annotated[str, StringConstraints(max_length=4)] = ""
    min_zoom: _Zoom = 11
    label_zoom: _Zoom = 17
    sizes: Annotated[list[tuple[_Zoom, _Pixels]], Field(min_length=1, max_length=20)] = [(11, 8), (15, 14), (18, 20)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.shape not in SHAPES:
            raise PydanticCustomError(
                "shape", "shape {shape} is none of {known}", {"shape": self.shape, "known": ", ".join(SHAPES)}
            )
        if [zoom for zoom, _ in self.sizes] != sorted({zoom for zoom, _ in self.sizes}):
            raise PydanticCustomError("sizes", "sizes must rise from zoom to zoom")
        return self


class LayerFile(_Part):
    """What a layer's file may say (docs/layers.md has a table of it, which a test compares)."""

    title: _Text = Field(description="its name in the catalogue")
    title_en: _Text | None = Field(None, description="the same in English")
    group: LayerGroup = Field(
        description="人 `person`, 事 `event`, 地 `place`, 物 `thing`, 情 `mood`, 组织 `organisation`"
    )
    geometry: LayerGeometry = Field(LayerGeometry.POINT, description="`point`, `line` or `area`")
    owner: _Text = Field(description="the unit that answers for it")
    owner_en: _Text | None = Field(None, description="the same in English")
    source: _Text = Field(description="the system or survey that its things come from")
    source_en: _Text | None = Field(None, description="the same in English")
    taken_from: Annotated[
        str, StringConstraints(pattern=r"^(import|roster|divisions:grid|resources:[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*)$")
    ] = Field("import", description="a book that keeps its things: `resources:KIND,…`, `roster`, `divisions:grid`")
    stale_after_days: Annotated[int, Field(ge=1, le=36_500, strict=True)] = Field(
        365, description="older than this it is shown as out of date"
    )
    roles: Annotated[list[Role], Field(min_length=1)] = Field(
        default_factory=lambda: list(_USUAL_ROLES), description="who sees it at all; without it every role but `feed`"
    )
    masks: dict[Role, list[_Key]] = Field(
        default_factory=dict, description="role → fields that it reads masked; `name`, or `*` for all"
    )
    legend: _Text | None = Field(None, description="a line under the legend")
    legend_en: _Text | None = Field(None, description="the same in English")
    symbol: _SymbolPart = Field(
        default_factory=lambda: _SymbolPart(),
        description="`shape`, `mark` (a sign in it), `min_zoom`, `label_zoom`, `sizes` ([[zoom, pixels], …])",
    )
    kinds: Annotated[list[_KindPart], Field(min_length=1, max_length=_MOST_KINDS)] = Field(
        description="`key`, `title`, `title_en`, `colour` of each kind; the first is of things that tell none"
    )
    states: Annotated[list[_Titled], Field(max_length=_MOST_STATES)] = Field(
        default_factory=list, description="`key`, `title`, `title_en` of each state; the first is the usual one"
    )
    popup: Annotated[list[_PopupPart], Field(max_length=_MOST_FIELDS)] = Field(
        default_factory=list,
        description="`field`, `title`, `title_en`, `form` (`text` `number` `date` `person` `phone`) in order",
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if Role.FEED in self.roles:
            raise PydanticCustomError("roles", "a feed reads no layer")
        for name, keys in (
            ("kinds", [kind.key for kind in self.kinds]),
            ("states", [state.key for state in self.states]),
            ("popup", [told.field for told in self.popup]),
        ):
            if len(set(keys)) != len(keys):
                raise PydanticCustomError("twice", "{name} has two of one key", {"name": name})
        known = {told.field for told in self.popup} | {"name", EVERYTHING}
        unknown = next((f for hidden in self.masks.values() for f in hidden if f not in known), None)
        if unknown is not None:
            raise PydanticCustomError("masks", "masks {field}, which no popup field is called", {"field": unknown})
        return self


class LayerCatalogue(TomlBook[Definitions]):
    """The definitions in use, in the catalogue's order."""

    def __init__(self, *directories: Path) -> None:
        """`directories` in order: a later one stands in for an earlier one."""
        super().__init__(read_layers, *directories)


def shipped_layers() -> Path:
    """The directory of the definitions that come with the program."""
    return Path(__file__).parent.parent.parent / "layers"


def read_layers(files: Sequence[Path]) -> Definitions:
    """The layers of these files by name, and what is broken."""
    layers, broken = read_each(files, read_layer)
    order = list(LayerGroup)
    ordered = sorted(layers.values(), key=lambda layer: (order.index(layer.group), layer.name))
    return Definitions({layer.name: layer for layer in ordered}, broken)


def read_layer(file: Path) -> ThematicLayer:
    """One layer. Raises TomlFileError."""
    if not LAYER_NAME.fullmatch(file.stem):
        raise TomlFileError("", "the file's name must be lower-case letters, digits and underscores")
    return _layer_of(file.stem, told_in(file, LayerFile))


def _layer_of(name: str, told: LayerFile) -> ThematicLayer:
    return ThematicLayer(
        name=name,
        title=words_of(told.title, told.title_en),
        group=told.group,
        geometry=told.geometry,
        owner=words_of(told.owner, told.owner_en),
        source=words_of(told.source, told.source_en),
        legend=words_of(told.legend, told.legend_en),
        taken_from=told.taken_from,
        roles=frozenset(told.roles),
        masks={role: frozenset(fields) for role, fields in told.masks.items()},
        kinds=tuple(LayerKind(key=k.key, title=words_of(k.title, k.title_en), colour=k.colour) for k in told.kinds),
        states=tuple(LayerState(key=s.key, title=words_of(s.title, s.title_en)) for s in told.states),
        symbol=LayerSymbol(
            shape=told.symbol.shape, mark=told.symbol.mark, min_zoom=told.symbol.min_zoom,
            label_zoom=told.symbol.label_zoom, sizes=tuple(told.symbol.sizes),
        ),
        popup=tuple(
            PopupField(field=p.field, title=words_of(p.title, p.title_en), form=p.form) for p in told.popup
        ),
        stale_after_days=told.stale_after_days,
    )  # fmt: skip
