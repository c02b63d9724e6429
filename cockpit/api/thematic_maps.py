"""专题地图: `thematic/choropleth`, `thematic/density` and `grids/overlay`, on the figures of the drill-down."""

import threading
from collections import OrderedDict
from typing import Any

import msgspec
import shapely
from flask import Blueprint, Response, request

from cockpit.api.asked import answer, choice_of, page_of, scope_asked
from cockpit.api.indicators import Indicators, described
from cockpit.api.language import language
from cockpit.api.layers import Layers
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.division_figures import MapLevel, codes_of, coloured, density
from cockpit.services.drill_figures import Drilled
from cockpit.services.grid_overlay import Overlay, PatchKind, overlay
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.situation.indicators import BY_NAME, Indicator, Measure

_MOST_SLOTS, _MOST_GRIDS, _MOST_PATCHES, _KEPT = 96, 5_000, 500, 8
_USUAL = {6: MapLevel.STREET, 9: MapLevel.COMMUNITY, 12: MapLevel.GRID}


class ThematicMaps(Indicators):
    """The same questions as `indicators`, answered for all divisions of one level at once."""

    def __init__(self, figures: Indicators, *, city: City, layers: Layers | None) -> None:
        super().__init__(figures._instants, figures._drill)
        self._city, self._layers, self._scopes = city, layers, ScopeShapes(city)
        self._made: OrderedDict[tuple[object, ...], Overlay] = OrderedDict()
        self._lock = threading.Lock()

    def choropleth(self) -> Response:
        """`?indicator&level&scope&from&to&source&category&as_of`: each division's value; they and `rest` add up."""
        name = request.args.get("indicator", "reported_today")
        indicator = BY_NAME.get(name)
        if indicator is None:
            raise ProblemError(400, f"no indicator {clean(name[:100])}", field="indicator")
        drilled, words = self._drilled(), texts(language(request))
        scope = drilled.question.scope
        level = choice_of("level", MapLevel) or _USUAL.get(len(scope.code), MapLevel.GRID)
        codes = codes_of(self._city, scope, level)
        found = coloured(drilled, indicator, codes)
        items = [
            {"code": code, "name": self._city.name_of(code, words.lang), **_told(drilled, measure, indicator)}
            for code, measure in zip(codes, found.children, strict=True)
        ]
        about = {**described(indicator, words, drilled), **_told(drilled, found.whole, indicator)}
        return answer(
            {**frame(drilled), "level": level, "indicator": about, "items": items, "rest": _told(drilled, found.rest)}
        )

    def density(self) -> Response:
        """`?slots&scope&from&to&source&category&as_of`: reports of each grid in equal parts of the period."""
        text = request.args.get("slots", "24")
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= _MOST_SLOTS):
            raise ProblemError(400, f"slots must be a number from 1 to {_MOST_SLOTS}", field="slots")
        drilled = self._drilled()
        found = density(drilled, codes_of(self._city, drilled.question.scope, MapLevel.GRID), int(text))
        items = []
        for code, counts in zip(found.codes, found.counts.tolist(), strict=False):
            if any(counts):
                lon, lat = self._city.divisions[code].label
                items.append({"code": code, "lon": lon, "lat": lat, "counts": counts})
        told = {"total": int(found.counts.sum()), "rest": int(found.counts[-1].sum()), "edges": found.edges}
        return answer({**frame(drilled), **told, "items": items})

    def overlay(self) -> Response:
        """`?layer&scope&kind`: where an imported layer of areas leaves gaps in the grids, or has two owners."""
        if self._layers is None:
            raise ProblemError(404, "there are no layers here", rule="unknown_layer")
        name, scope, kind = request.args.get("layer", ""), scope_asked(), choice_of("kind", PatchKind)
        layer = self._layers.seen(name)
        version, shapes = self._layers.areas(layer.name, _MOST_GRIDS)
        if not shapes:
            raise ProblemError(
                409, f"layer {layer.name} has no areas to lay over the grids", rule="layer_without_areas"
            )
        made = self._overlaid((layer.name, version, scope.code), scope, shapes)
        patches = [patch for patch in made.patches if kind in (None, patch.kind)]
        items: list[object] = [
            {
                "kind": patch.kind, "ids": patch.ids[:20], "area_m2": round(patch.area_m2),
                "lon": round(at.x, 6), "lat": round(at.y, 6),
                "geometry": msgspec.Raw(shapely.to_geojson(shapely.set_precision(patch.shape, 1e-6)).encode()),
            }
            for patch in patches[:_MOST_PATCHES]
            for at in (patch.shape.representative_point(),)
        ]  # fmt: skip
        return page_of(
            self._instants.clock(), items, total=len(patches), layer=layer.name, version=version, scope=scope.code,
            ours_m2=round(made.ours_m2), theirs_m2=round(made.theirs_m2), shared_m2=round(made.shared_m2),
            totals={kind.value: round(made.total_m2(kind)) for kind in PatchKind},
            slivers=made.slivers, slivers_m2=round(made.slivers_m2),
        )  # fmt: skip

    def _overlaid(self, key: tuple[object, ...], scope: Scope, shapes: dict[str, bytes]) -> Overlay:
        """Made once for a version and a scope; areas are cut to the scope, what lies elsewhere is others' matter."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            every = self._scopes.all()
            ours = {code: shapely.from_wkb(every[code]) for code in codes_of(self._city, scope, MapLevel.GRID)}
            theirs = {name: shapely.from_wkb(shape) for name, shape in shapes.items()}
            cut = self._scopes.of(scope)
            if cut is not None:
                border = shapely.from_wkb(cut)
                theirs = {name: shapely.make_valid(shape).intersection(border) for name, shape in theirs.items()}
            self._made[key] = overlay(ours, theirs)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[key]


def _told(drilled: Drilled, measure: Measure, of: Indicator | None = None) -> dict[str, Any]:
    why = drilled.why(measure, of=of)
    value = None if why else measure.value
    return {"value": value, "numerator": measure.numerator, "denominator": measure.denominator, "why": why}


def frame(drilled: Drilled) -> dict[str, Any]:
    """What a map is of: instant, scope and period."""
    question = drilled.question
    return {
        "as_of": drilled.known.at, "scope": question.scope.code,
        "from": question.period.since, "to": question.period.until,
    }  # fmt: skip


def thematic_maps_blueprint(maps: ThematicMaps) -> Blueprint:
    """`/api/v1/thematic/…` and `/api/v1/grids/overlay`."""
    blueprint = Blueprint("thematic_maps", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/thematic/choropleth", "choropleth", maps.choropleth, methods=["GET"])
    blueprint.add_url_rule("/thematic/density", "density", maps.density, methods=["GET"])
    blueprint.add_url_rule("/grids/overlay", "overlay", maps.overlay, methods=["GET"])
    return blueprint
