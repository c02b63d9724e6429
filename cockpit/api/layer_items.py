"""A layer and its things as JSON: titles in the reader's language, fields as the reader's role may read them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from cockpit.catalogue import LANGS, texts
from cockpit.domain.role import Role
from cockpit.domain.thematic_layer import LayerKind, LayerState, ThematicLayer
from cockpit.services.thematic.shelf import Shelved
from cockpit.store.layer_columns import Count, Feature

#: who reads fields that no popup shows
_REGISTERING = frozenset({Role.DUTY, Role.ADMIN})
#: the colour of a kind that no definition knows
_PLAIN = "#9aa9bc"


def layer_item(
    layer: ThematicLayer,
    shelved: Shelved | None,
    count: Count | None,
    *,
    role: Role,
    lang: str,
    now: datetime,
) -> dict[str, Any]:
    """The layer as a catalogue lists it; without `shelved` it has no things here (yet)."""
    symbol, colours = layer.symbol, {kind.key: kind.colour for kind in layer.kinds}
    return {
        "name": layer.name,
        "title": layer.title.of(lang),
        "group": layer.group,
        "group_title": texts(lang)[f"layer_group.{layer.group}"],
        "geometry": layer.geometry,
        "owner": layer.owner.of(lang),
        "source": layer.source.of(lang),
        "legend": layer.legend.of(lang),
        "total": count.total if count else 0,
        "by_kind": dict(count.by_kind) if count else {},
        "as_of": shelved.as_of.astimezone(UTC) if shelved else None,
        "version": shelved.version if shelved else None,
        "stale": shelved is not None and layer.is_stale(shelved.as_of, now),
        "stale_after_days": layer.stale_after_days,
        "kinds": [
            {
                **told,
                "colour": colours.get(told["key"], _PLAIN),
                "count": count.by_kind.get(told["key"], 0) if count else 0,
            }
            for told in _coded(layer.kinds, shelved.columns.kinds if shelved else (), lang)
        ],
        "states": _coded(layer.states, shelved.columns.states if shelved else (), lang),
        "usual_state": layer.states[0].key if layer.states else None,
        "popup": [{"field": p.field, "title": p.title.of(lang), "form": p.form} for p in layer.popup],
        "names_masked": layer.hides_name(role),
        "min_zoom": symbol.min_zoom,
        "symbol": {
            "shape": symbol.shape,
            "mark": symbol.mark,
            "min_zoom": symbol.min_zoom,
            "label_zoom": symbol.label_zoom,
            "sizes": [list(size) for size in symbol.sizes],
        },
    }


def thing_item(layer: ThematicLayer, feature: Feature, *, role: Role, lang: str = LANGS[0]) -> dict[str, Any]:
    """One thing of a layer; what its popup does not show is for those who work with the register itself."""
    shown = {told.field for told in layer.popup}
    more = {name: value for name, value in feature.attributes.items() if name not in shown}
    return {
        "id": feature.id,
        "row": feature.row,
        "name": layer.name_for(role, feature.name),
        "kind": feature.kind,
        "state": feature.state,
        "owner": feature.owner,
        "lon": feature.lon,
        "lat": feature.lat,
        "fields": _worded(layer.fields_for(role, feature.attributes), lang),
        "more": more if role in _REGISTERING and not layer.masks.get(role) else {},
    }


def _worded(fields: dict[str, object], lang: str) -> dict[str, object]:
    """Skills are codes in the books that a layer is taken from; here they are words."""
    skills = fields.get("skills")
    if isinstance(skills, str):
        words = texts(lang)
        between = ", " if lang == "en" else "、"
        fields["skills"] = between.join(words.find(f"skill.{code}", code) for code in skills.split("、"))
    return fields


def shape_item(layer: ThematicLayer, feature: Feature, geometry: str, *, role: Role) -> dict[str, Any]:
    """A thing with its shape (GeoJSON text) as a GeoJSON feature."""
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": {
            "row": feature.row,
            "name": layer.name_for(role, feature.name),
            "kind": feature.kind,
            "state": feature.state,
            "owner": feature.owner,
        },
        "geometry": msgspec.Raw(geometry.encode()),
    }


def _coded(titled: Sequence[LayerKind | LayerState], told: Sequence[str], lang: str) -> list[dict[str, Any]]:
    """Codes as tiles have them first; what the definition knows and nothing is of comes after, without a code."""
    titles = {one.key: one.title.of(lang) for one in titled}
    keys = [*told, *(key for key in titles if key not in told)]
    return [
        {"code": code if code < len(told) else None, "key": key, "title": titles.get(key, key)}
        for code, key in enumerate(keys)
    ]
