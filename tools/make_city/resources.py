"""资源 — resources.csv of the demo city: invented stations, hydrants, cameras, people; and what gridworkers can do.

Everything stands on a road or a building of the city that is there already, so this table can be made again alone. The
counts are those that a district of three million people might have; 4,300 cameras are the articles' own figure.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from . import names, plane

HEAD = ["id", "kind", "name", "lon", "lat", "phone", "capacity", "skills"]
SEED = 17
CAMERAS, HYDRANTS, AEDS, SHELTERS, HOSPITALS, DEPOTS = 4300, 2600, 420, 86, 14, 30
VOLUNTEERS_A_COMMUNITY = 3
#: how many of a hundred people can do each
SKILLS = {
    "first_aid": 14, "fire_fighting": 6, "mediation": 10, "dialect": 8, "electricity": 3, "water": 3, "traffic": 6,
    "drone_pilot": 1, "machinery": 2, "rescue": 4,
}  # fmt: skip
_TEAMS = (("供水抢修队", "water"), ("燃气抢修队", "gas"), ("电力抢修队", "electricity"))
_CLASS_WEIGHT = {"arterial": 6.0, "street": 3.0, "lane": 0.5}
_WHERE_CAMERAS_LOOK = ("路口", "球机", "枪机", "卡口")

Row = list[str]
Chance = np.random.Generator


class Ground:
    """What the city's files say: roads, building middles, and where streets and communities have their label."""

    def __init__(self, city: Path) -> None:
        told = json.loads((city / "roads.json").read_text(encoding="utf-8"))
        self.nodes = np.array(told["nodes"])
        self.ends = np.array([edge[:2] for edge in told["edges"]])
        self.length_m = np.array([edge[2] for edge in told["edges"]])
        self.weight = np.array([_CLASS_WEIGHT[edge[3]] for edge in told["edges"]])
        self.road = [told["names"][i] if i >= 0 else "" for i in told["edge_names"]]
        corners = np.fromfile(city / "buildings.bin", dtype="<i4").reshape(-1, 4, 2) / 1e6
        self.buildings = corners.mean(axis=1)
        features = json.loads((city / "divisions.geojson").read_text(encoding="utf-8"))["features"]
        self.divisions = sorted((f["properties"] for f in features), key=lambda p: p["code"])
        areas = {f["properties"]["code"]: shape(f["geometry"]) for f in features}
        self.communities = [p for p in self.divisions if p["level"] == "community"]
        self.streets = [p for p in self.divisions if p["level"] == "street"]
        self._tree = shapely.STRtree([areas[p["code"]] for p in self.communities])
        self.density = plane.density_of(plane.to_plane(self.buildings))

    def community_of(self, at: np.ndarray) -> np.ndarray:
        """Index of the community of each place, -1 in none."""
        found = np.full(len(at), -1)
        place, cell = self._tree.query(shapely.points(at), predicate="intersects")
        found[place] = cell
        return found

    def building_near(self, lon: float, lat: float, rng: Chance, among: int = 12) -> np.ndarray:
        """The middle of one of the nearest buildings."""
        far = np.hypot(*((self.buildings - (lon, lat)) * (plane.M_PER_LON, plane.M_PER_LAT)).T)
        return self.buildings[np.argpartition(far, among)[:among]][rng.integers(among)]


def rows(city: Path) -> Iterator[Row]:
    """Every registered thing of the demo city, the same for the same city."""
    ground = Ground(city)
    yield from _cameras(ground, np.random.default_rng([SEED, 1]))
    yield from _hydrants(ground, np.random.default_rng([SEED, 2]))
    yield from _aeds(ground, np.random.default_rng([SEED, 3]))
    yield from _of_streets(ground, np.random.default_rng([SEED, 4]))
    yield from _of_communities(ground, np.random.default_rng([SEED, 5]))
    yield from _volunteers(ground, np.random.default_rng([SEED, 6]))
    yield from _units(ground, np.random.default_rng([SEED, 8]), city / "responsibilities.csv")


def _row(
    number: int, kind: str, name: str, at: np.ndarray, phone: str = "", capacity: int | None = None, skills: str = ""
) -> Row:
    told = "" if capacity is None else str(capacity)
    lon, lat = (f"{float(v):.5f}" for v in at)
    return [f"demo-{kind}-{number:04d}", kind, name, lon, lat, phone, told, skills]


def _cameras(ground: Ground, rng: Chance) -> Iterator[Row]:
    weight, road = np.zeros(len(ground.nodes)), [""] * len(ground.nodes)
    for edge in np.argsort(ground.weight, kind="stable").tolist():
        for node in ground.ends[edge].tolist():
            weight[node] = max(weight[node], ground.weight[edge])
            road[node] = ground.road[edge] or road[node]
    weight *= 0.05 + plane.density_of(plane.to_plane(ground.nodes))
    picked = np.sort(rng.choice(len(ground.nodes), CAMERAS, replace=False, p=weight / weight.sum()))
    at = ground.nodes[picked] + rng.uniform(-1, 1, (CAMERAS, 2)) * 6e-5
    home = ground.community_of(at)
    seen: dict[str, int] = {}
    for number, node in enumerate(picked.tolist(), 1):
        where = road[node] or (ground.communities[home[number - 1]]["name"] if home[number - 1] >= 0 else "区道")
        seen[where] = seen.get(where, 0) + 1
        yield _row(number, "camera", f"{where}{rng.choice(_WHERE_CAMERAS_LOOK)}{seen[where]:02d}", at[number - 1])


def _hydrants(ground: Ground, rng: Chance) -> Iterator[Row]:
    middle = ground.nodes[ground.ends].mean(axis=1)
    weight = ground.length_m * ground.weight * (0.04 + plane.density_of(plane.to_plane(middle)))
    picked = np.sort(rng.choice(len(middle), HYDRANTS, replace=False, p=weight / weight.sum()))
    share = rng.uniform(0.1, 0.9, (HYDRANTS, 1))
    first, last = ground.nodes[ground.ends[picked, 0]], ground.nodes[ground.ends[picked, 1]]
    at = first + (last - first) * share + rng.uniform(-1, 1, (HYDRANTS, 2)) * 4e-5
    home = ground.community_of(at)
    seen: dict[str, int] = {}
    for number, edge in enumerate(picked.tolist(), 1):
        where = ground.road[edge] or (ground.communities[home[number - 1]]["name"] if home[number - 1] >= 0 else "区道")
        seen[where] = seen.get(where, 0) + 1
        yield _row(number, "hydrant", f"{where}消火栓{seen[where]:02d}", at[number - 1])


def _aeds(ground: Ground, rng: Chance) -> Iterator[Row]:
    weight = 0.02 + ground.density
    picked = np.sort(rng.choice(len(ground.buildings), AEDS, replace=False, p=weight / weight.sum()))
    at = ground.buildings[picked]
    seen: dict[str, int] = {}
    for number, (home, place) in enumerate(zip(ground.community_of(at).tolist(), at, strict=True), 1):
        where = ground.communities[home]["name"] if home >= 0 else "区"
        seen[where] = seen.get(where, 0) + 1
        yield _row(number, "aed", f"{where}AED{seen[where]}", place)


def _of_streets(ground: Ground, rng: Chance) -> Iterator[Row]:
    counts: dict[str, int] = {}

    def row(kind: str, name: str, at: np.ndarray, capacity: int | None = None, skills: str = "") -> Row:
        counts[kind] = counts.get(kind, 0) + 1
        phone = f"0571-88****{rng.integers(0, 100):02d}"
        return _row(counts[kind], kind, name, at, phone, capacity, skills)

    for n, street in enumerate(ground.streets):
        own = [c for c in ground.communities if c["code"].startswith(street["code"])]
        title = street["name"].removesuffix("街道").removesuffix("镇")

        def somewhere(own: list[dict[str, float]] = own) -> np.ndarray:
            home = own[int(rng.integers(len(own)))]
            return ground.building_near(home["label_lon"], home["label_lat"], rng)

        yield row("police", f"{title}派出所", somewhere())
        yield row("police", f"{title}第二派出所", somewhere())
        yield row("fire_station", f"{title}消防救援站", somewhere())
        if n % 3 == 0:
            yield row("fire_station", f"{title}小型消防站", somewhere())
        if n < HOSPITALS - 2:
            yield row("hospital", f"{title}医院", somewhere(), int(rng.integers(8, 60)) * 10)
        for k in range(DEPOTS // len(ground.streets) + (n < DEPOTS % len(ground.streets))):
            yield row("depot", f"{title}应急物资库{k + 1}", somewhere())
        yield row("rescue_team", f"{title}应急救援队", somewhere(), 12, "rescue;first_aid;machinery")
        for k in (n % 3, (n + 1) % 3)[: 1 + (n % 2)]:
            yield row("repair_team", f"{title}{_TEAMS[k][0]}", somewhere(), 6, _TEAMS[k][1])
        yield row("party_organisation", f"{street['name']}党工委", somewhere())
    for name in ("余杭演示综合医院", "余杭演示中医院"):
        home = ground.communities[int(rng.integers(len(ground.communities)))]
        yield row("hospital", name, ground.building_near(home["label_lon"], home["label_lat"], rng), 900)


def _of_communities(ground: Ground, rng: Chance) -> Iterator[Row]:
    shelters = set(rng.choice(len(ground.communities), SHELTERS, replace=False).tolist())
    counts = {"party_organisation": len(ground.streets)}
    for n, home in enumerate(ground.communities):
        at = [ground.building_near(home["label_lon"], home["label_lat"], rng) for _ in range(3)]
        title = home["name"].removesuffix("村委会").removesuffix("居委会")
        told = [("party_organisation", f"{title}党组织", None)]
        if n % 2 == 0:
            told.append(("clinic", f"{title}卫生服务站", None))
        if n in shelters:
            told.append(("shelter", f"{title}避难场所", int(rng.integers(4, 60)) * 50))
        for (kind, name, capacity), place in zip(told, at, strict=False):
            counts[kind] = counts.get(kind, 0) + 1
            yield _row(counts[kind], kind, name, place, f"0571-88****{rng.integers(0, 100):02d}", capacity)


def _volunteers(ground: Ground, rng: Chance) -> Iterator[Row]:
    number = 0
    for home in ground.communities:
        for _ in range(VOLUNTEERS_A_COMMUNITY):
            number += 1
            at = ground.building_near(home["label_lon"], home["label_lat"], rng, 60)
            phone = f"1{rng.choice([3, 5, 7, 8])}{rng.integers(0, 10)}****{rng.integers(0, 10000):04d}"
            yield _row(number, "volunteer", names.person(rng), at, phone, None, skills_of_one(rng))


def _units(ground: Ground, rng: Chance, responsibilities: Path) -> Iterator[Row]:
    """The office of each unit that the list names, in its street, with a duty phone."""
    with responsibilities.open(encoding="utf-8", newline="") as file:
        named = sorted({row["unit"] for row in csv.DictReader(file)})
    for number, name in enumerate(named, 1):
        own = [street for street in ground.streets if name.startswith(street["name"])]
        home = own[0] if own else ground.streets[int(rng.integers(len(ground.streets)))]
        at = ground.building_near(home["label_lon"], home["label_lat"], rng, 40)
        yield _row(number, "unit", name, at, f"0571-86****{rng.integers(0, 100):02d}", None)


def skills_of_one(rng: Chance) -> str:
    """What a person of the city can do, mostly nothing special."""
    luck = rng.random(len(SKILLS)) * 100
    return ";".join(skill for skill, one in zip(SKILLS, luck, strict=True) if one < SKILLS[skill])


def write_resources(city: Path) -> int:
    """Write `resources.csv` beside the files that it is made from; how many rows."""
    listed = list(rows(city))
    with (city / "resources.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEAD)
        table.writerows(listed)
    return len(listed)


def give_skills(roster: Path) -> None:
    """Put a column `skills` into gridworkers.csv; whoever stands in the same line can always do the same."""
    with roster.open(encoding="utf-8", newline="") as file:
        head, *people = list(csv.reader(file))
    width = head.index("skills") if "skills" in head else len(head)
    rng = np.random.default_rng([SEED, 7])
    with roster.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*head[:width], "skills"])
        table.writerows([*person[:width], skills_of_one(rng)] for person in people)


def main() -> None:
    """`python -m tools.make_city.resources [CITY]`: these two tables alone."""
    import sys

    city = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("cockpit/cities/yuhang")
    give_skills(city / "gridworkers.csv")
    print(f"{write_resources(city)} rows: {city / 'resources.csv'}")


if __name__ == "__main__":
    main()
