"""流向与聚集: `thematic/flows`, `thematic/clusters` and the lists behind each of their counts."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np
import shapely
from flask import Blueprint, Response, request
from numpy.typing import NDArray

from cockpit.api.asked import answer, cursor_after, cursor_asked, limit_asked, page_of
from cockpit.api.indicators import Indicators
from cockpit.api.items import event_item
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.api.thematic_maps import frame
from cockpit.catalogue import texts
from cockpit.domain.category import category_of
from cockpit.services.analyses.picking import places_of, units_of
from cockpit.services.city import City
from cockpit.services.drill_down import first_of
from cockpit.services.drill_figures import Drilled
from cockpit.services.kind_names import kind_names
from cockpit.services.place_clusters import Clusters, clusters_of
from cockpit.services.place_flows import Flows, UnitPlaces, flows_of
from cockpit.services.standards import StandardsBook
from cockpit.services.units import UnitBook
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.listing import Place
from cockpit.situation.table import Mask

_MOST_CLUSTERS = 300
_RADII_M = (100, 200, 400)
#: in the list behind: what is in no cluster
SCATTERED, UNPLACED = "scattered", "unplaced"


class FlowMaps(Indicators):
    """The reports of a period by where they come from and who carries them, and by where they lie together."""

    def __init__(self, figures: Indicators, *, city: City, units: UnitBook, standards: StandardsBook) -> None:
        super().__init__(figures._instants, figures._drill)
        self._city, self._units, self._standards = city, units, standards
        # a cluster map takes a second of one core: not several at once
        self._lock = threading.Lock()

    def flows(self) -> Response:
        """`?scope&from&to&source&category&as_of`: counts from each child to each carrier; they add up to the total."""
        drilled, words = self._drilled(), texts(language(request))
        _, found = self._flows(drilled)
        return answer(
            {
                **frame(drilled), "total": len(found.origin),
                "origins": [
                    {**self._named(code, words.lang), "count": count}
                    for code, count in zip(found.origins, found.counts(), strict=True)
                ],
                "carriers": [
                    {**self._named(c.key, words.lang), "unit": c.unit, "units": c.units, "count": c.count}
                    for c in found.carriers
                ],
                "links": [{"from": begin, "to": end, "count": count} for begin, end, count in found.links()],
            }
        )  # fmt: skip

    def flow_records(self) -> Response:
        """`?link=FROM>TO` and the same filters: the events behind one flow; `any` is every end."""
        drilled, link = self._drilled(), request.args.get("link", "")
        rows, found = self._flows(drilled)
        mask = found.mask(link)
        return self._listed(drilled, rows, np.zeros(0, dtype=bool) if mask is None else mask, link=clean(link[:200]))

    def clusters(self) -> Response:
        """`?radius&fewest&scope&from&to…`: places where reports lie close together; all parts add up to the total."""
        drilled, words = self._drilled(), texts(language(request))
        rows, found = self._clusters(drilled)
        names, categories = self._kinds(drilled), drilled.rows.rows["category"]
        items: list[dict[str, Any]] = []
        for number, cluster in enumerate(found.clusters[:_MOST_CLUSTERS]):
            kinds, counts = np.unique(categories[rows[cluster.rows]], return_counts=True)
            most = int(np.argmax(counts))
            kind = category_of(int(kinds[most]))
            code = self._city.locate(cluster.lon, cluster.lat) or ""
            items.append(
                {
                    "cluster": number, "count": cluster.count, "lon": round(cluster.lon, 6),
                    "lat": round(cluster.lat, 6), "across_m": round(cluster.across_m),
                    "code": code, "name": self._city.name_of(code[:12], words.lang) if code else "",
                    "kind": kind, "kind_title": names.get(kind, kind), "kind_count": int(counts[most]),
                    "geometry": msgspec.Raw(shapely.to_geojson(shapely.set_precision(cluster.outline, 1e-6)).encode()),
                }
            )  # fmt: skip
        small = sum(cluster.count for cluster in found.clusters[_MOST_CLUSTERS:])
        told = {"clusters": len(found.clusters), "clustered": sum(c.count for c in found.clusters), "unlisted": small}
        return answer(
            {
                **frame(drilled), "radius_m": self._radius(), "fewest": found.fewest, "total": len(rows), **told,
                SCATTERED: len(found.scattered), UNPLACED: len(found.unplaced), "items": items,
            }
        )  # fmt: skip

    def cluster_records(self) -> Response:
        """`?cluster=` its number, `scattered` or `unplaced`, and the same filters: the events there."""
        drilled, asked = self._drilled(), request.args.get("cluster", "")
        rows, found = self._clusters(drilled)
        mask = np.zeros(len(rows), dtype=bool)
        if asked in (SCATTERED, UNPLACED):
            mask[found.scattered if asked == SCATTERED else found.unplaced] = True
        elif asked.isascii() and asked.isdigit() and len(asked) < 7 and int(asked) < len(found.clusters):
            mask[found.clusters[int(asked)].rows] = True
        else:
            raise ProblemError(404, f"no cluster {clean(asked[:40])}")
        return self._listed(drilled, rows, mask, cluster=asked)

    def _reported(self, drilled: Drilled) -> NDArray[np.int64]:
        """The rows of the figure that the maps are about: what was reported in the period."""
        mask = BY_NAME["reported_today"].numerator(drilled.rows, drilled.question.period.moment)
        return np.flatnonzero(mask)

    def _flows(self, drilled: Drilled) -> tuple[NDArray[np.int64], Flows]:
        rows = self._reported(drilled)
        units = units_of(self._drill, drilled, rows, self._instants.past())
        registered = {unit.name: unit.code for unit in self._units.now().values() if len(unit.code) >= 9}
        places = UnitPlaces(self._city, registered)
        return rows, flows_of(drilled.rows.rows["code"][rows], units, drilled.children, places)

    def _clusters(self, drilled: Drilled) -> tuple[NDArray[np.int64], Clusters]:
        rows, (lon, lat) = self._reported(drilled), places_of(drilled)
        fewest = request.args.get("fewest")
        if fewest and not (fewest.isascii() and fewest.isdigit() and len(fewest) < 6 and int(fewest) > 1):
            raise ProblemError(400, "fewest must be a number from 2", field="fewest")
        radius = self._radius()
        with self._lock:
            return rows, clusters_of(lon[rows], lat[rows], radius_m=radius, fewest=int(fewest) if fewest else None)

    def _radius(self) -> int:
        radius = request.args.get("radius", str(_RADII_M[0]))
        if radius not in map(str, _RADII_M):
            raise ProblemError(400, f"radius must be one of {', '.join(map(str, _RADII_M))} metres", field="radius")
        return int(radius)

    def _listed(self, drilled: Drilled, rows: NDArray[np.int64], picked: Mask, **about: str) -> Response:
        """A page of the events of some of the rows, newest first."""
        if "link" in about and len(picked) != len(rows):
            raise ProblemError(404, f"no flow {about['link']}")
        limit, cursor, known = limit_asked(40), cursor_asked(), drilled.known
        mask = np.zeros(len(drilled.rows), dtype=bool)
        mask[rows[picked]] = True
        after = None if cursor is None else Place(*cursor)
        places = first_of(known, drilled.rows, mask, count=limit + 1, after=after)
        events = self._drill.events(known, drilled.rows, places[:limit], self._instants.past())
        names = self._kinds(drilled)
        items: list[object] = [
            {**event_item(event, known.at, known.timing), "kind_title": names.get(event.report.category, "")}
            for event in events
        ]
        behind = cursor_after(*places[limit - 1][0]) if len(places) > limit else None
        shown = {name: value for name, value in frame(drilled).items() if name != "as_of"}
        return page_of(known.at, items, total=int(mask.sum()), after=behind, **about, **shown)

    def _kinds(self, drilled: Drilled) -> Mapping[str, str]:
        return kind_names(self._standards.now().rows_at(drilled.known.at), language(request))

    def _named(self, key: str, lang: str) -> dict[str, Any]:
        """Name and place of a division; only the key of what is none."""
        division = self._city.divisions.get(key)
        if division is None:
            return {"key": key, "name": "", "lon": None, "lat": None}
        lon, lat = division.label
        return {"key": key, "name": self._city.name_of(key, lang), "lon": lon, "lat": lat}


def flow_maps_blueprint(maps: FlowMaps) -> Blueprint:
    """`/api/v1/thematic/flows`, `…/clusters` and the records behind each."""
    blueprint = Blueprint("flow_maps", __name__, url_prefix="/api/v1/thematic")
    views: dict[str, Callable[[], Response]] = {
        "flows": maps.flows, "flows/records": maps.flow_records,
        "clusters": maps.clusters, "clusters/records": maps.cluster_records,
    }  # fmt: skip
    for path, view in views.items():
        blueprint.add_url_rule(f"/{path}", path.replace("/", "_"), view, methods=["GET"])
    return blueprint
