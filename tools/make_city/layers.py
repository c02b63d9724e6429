"""专题图层 — the things of the demo city's thematic layers: invented, on roads and buildings that are there already.

Kinds, states and fields are those of the definitions in cockpit/layers, so a layer and its data cannot drift apart; the
sizes are those of a district, made smaller where only a look is wanted. `python -m tools.make_city.layers` writes
them anew: one gzipped CSV each, the same bytes for the same seed.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from . import names, plane
from .resources import Chance, Ground

SEED = 41
DEFINITIONS = Path(__file__).parents[2] / "cockpit/layers"
#: how many of each: a district's order of size; lamps, covers and pipes are a part of a district's
SIZES = {
    "rented_home": 6000, "fire_unit": 1800, "work_safety_unit": 900, "illegal_finance_risk": 120,
    "parcel_outlet": 800, "sensitive_goods_seller": 260, "non_commodity_housing": 90, "training_institution": 420,
    "convenience_service": 2600, "school": 260, "elderly_care": 180, "manhole": 9000, "street_lamp": 9000,
    "construction_site": 110, "pipe_network": 3200, "key_place": 420, "risk": 900, "dispute": 650,
    "low_income_aid": 1200,
}  # fmt: skip
#: along roads rather than at buildings
_ON_ROADS = frozenset({"manhole", "street_lamp", "pipe_network"})
#: how the last day of the data stands in it
_TODAY = date(2026, 11, 20)
#: the share of things that are in another state than the usual one
_UNUSUAL = {"risk": 0.7, "dispute": 0.6, "illegal_finance_risk": 0.5, "non_commodity_housing": 0.6}
#: the word after a place's name, where the kind's title alone would not do
_CALLED = {
    "rented_home": "{road}{no}号{kind}", "dispute": "{community}{kind}纠纷第{n}号", "risk": "{road}{no}号{kind}",
    "low_income_aid": "{person}户", "manhole": "{road}{kind}井盖{n}", "street_lamp": "{road}路灯{n}",
    "pipe_network": "{road}{kind}管{n}", "construction_site": "{community}{kind}项目{n}",
    "key_place": "{brand}{kind}", "convenience_service": "{brand}{kind}", "school": "{brand}{kind}",
    "training_institution": "{brand}{kind}培训中心", "elderly_care": "{community}{kind}",
    "parcel_outlet": "{community}{kind}{n}", "non_commodity_housing": "{brand}{kind}", "fire_unit": "{brand}{place}",
    "work_safety_unit": "{brand}{works}", "illegal_finance_risk": "{brand}{firm}",
    "sensitive_goods_seller": "{brand}{kind}店",
}  # fmt: skip
_PLACES = ("商场", "酒店", "写字楼", "餐厅", "网吧", "超市", "仓库")
_WORKS = ("机械厂", "化工厂", "家具厂", "印刷厂", "五金厂")
_FIRMS = ("投资管理公司", "信息咨询公司", "健康管理公司", "商贸公司")
_SYLLABLES = "良渚仓前闲林径山永和瑞祥海曙文澜云谷梦溪金桥华丰"
_TEXTS = {
    "material": ("球墨铸铁", "铸铁", "PE", "混凝土", "复合材料"),
    "level": ("较大", "一般", "低"),
    "brand": ("中通", "圆通", "顺丰", "韵达", "邮政"),
    "phase": ("前期", "主体施工", "装饰装修", "竣工验收", "已交付"),
    "risk_level": ("高", "中", "低"),
    "fund_watched": ("已纳入", "未纳入"),
    "open_hours": ("06:00–21:00", "07:00–22:00", "08:00–20:00", "24 小时"),
    "measures": ("张贴警示，限期整改", "专人巡查", "拉设警戒，停止使用"),
    "developer": ("区城建集团", "良渚建设", "未来城投", "街道资产公司"),
    "builder": ("浙江一建", "城建四公司", "华丰建工", "中天建设"),
    "address": ("沿街商铺", "社区配套用房", "综合体一层"),
}
_NUMBERS = {
    "rooms": (1, 9), "tenants": (0, 12), "floor_area_m2": (80, 24_000), "staff": (5, 800), "amount_10k": (20, 9_000),
    "parcels_day": (80, 6_000), "homes": (60, 2_400), "pupils": (40, 1_900), "classes": (3, 48), "beds": (0, 300),
    "residents": (0, 240), "disabled": (0, 80), "diameter_mm": (200, 1_200), "power_w": (60, 400), "height_m": (5, 14),
    "laid_year": (1992, 2025), "crowd": (200, 40_000), "people": (2, 30), "members": (1, 6), "aid_month": (400, 3_200),
}  # fmt: skip


class Maker:
    """Makes the things of one layer from its definition."""

    def __init__(self, name: str, ground: Ground, rng: Chance) -> None:
        self.name, self._ground, self._rng = name, ground, rng
        self.definition: dict[str, Any] = tomllib.loads((DEFINITIONS / f"{name}.toml").read_text(encoding="utf-8"))
        self._kinds: list[dict[str, str]] = self.definition["kinds"]
        self._states: list[dict[str, str]] = self.definition.get("states", [])
        weight = 1 / np.arange(1, len(self._kinds) + 1) ** 0.7
        self._kind_weight = weight / weight.sum()

    def places(self, count: int) -> tuple[np.ndarray, list[str]]:
        """Where they are, and the road that each stands at."""
        ground, rng = self._ground, self._rng
        middle = ground.nodes[ground.ends].mean(axis=1)
        if self.name in _ON_ROADS:
            weight = ground.length_m * ground.weight * (0.03 + plane.density_of(plane.to_plane(middle)))
            edges = np.sort(rng.choice(len(middle), count, p=weight / weight.sum()))
            share = rng.uniform(0.05, 0.95, (count, 1))
            first, last = ground.nodes[ground.ends[edges, 0]], ground.nodes[ground.ends[edges, 1]]
            return first + (last - first) * share + rng.uniform(-1, 1, (count, 2)) * 5e-5, [
                ground.road[e] for e in edges
            ]
        weight = 0.02 + ground.density
        picked = np.sort(rng.choice(len(ground.buildings), count, replace=False, p=weight / weight.sum()))
        at = ground.buildings[picked]
        near = shapely.STRtree(shapely.points(middle)).nearest(shapely.points(at))
        return at + rng.uniform(-1, 1, (count, 2)) * 2e-5, [ground.road[edge] for edge in near]

    def things(self, at: np.ndarray, roads: list[str]) -> Iterator[dict[str, Any]]:
        """Id, name, kind, state and fields of each place."""
        rng, communities = self._rng, self._ground.communities
        seen: dict[str, int] = {}
        for number, (home, road) in enumerate(zip(self._ground.community_of(at).tolist(), roads, strict=True), 1):
            kind = self._kinds[rng.choice(len(self._kinds), p=self._kind_weight)]
            usual = not self._states or rng.random() > _UNUSUAL.get(self.name, 0.06)
            state = self._states[0 if usual else rng.integers(len(self._states))]["key"] if self._states else ""
            community = communities[home]["name"] if home >= 0 else "区"
            seen[road or community] = n = seen.get(road or community, 0) + 1
            person = names.person(rng)
            called = _CALLED[self.name].format(
                road=road or community, community=community, no=int(rng.integers(1, 480)), n=n, kind=kind["title"],
                person=person, brand=self._word(), place=rng.choice(_PLACES), works=rng.choice(_WORKS),
                firm=rng.choice(_FIRMS),
            )  # fmt: skip
            fields = {told["field"]: self._field(told, number) for told in self.definition.get("popup", [])}
            if self.name == "low_income_aid":
                fields["person"] = person
            yield {
                "id": f"demo-{self.name}-{number:05d}", "name": called, "kind": kind["key"], "state": state, **fields
            }  # fmt: skip

    def _word(self) -> str:
        rng = self._rng
        return "".join(rng.choice(list(_SYLLABLES), 2).tolist())

    def _field(self, told: dict[str, str], number: int) -> object:
        rng, field = self._rng, told["field"]
        match told.get("form", "text"):
            case "person":
                return names.person(rng)
            case "phone":
                return f"1{rng.integers(30, 99)}****{rng.integers(10_000):04d}"
            case "date":
                ahead = field in ("due_on", "finish_on")
                days = int(rng.integers(5, 400)) if ahead else -int(rng.exponential(90))
                return (_TODAY + timedelta(days=days)).isoformat()
            case "number":
                low, high = _NUMBERS.get(field, (1, 100))
                return int(low + (high - low) * rng.random() ** 2)
        if field in _TEXTS:
            return str(rng.choice(_TEXTS[field]))
        if field in ("mediator", "helper"):
            return names.person(rng)
        return f"{field[:2].upper()}{number:05d}"


def points(maker: Maker, count: int) -> bytes:
    """Things at one place each."""
    at, roads = maker.places(count)
    things = maker.things(at, roads)
    return _table({**thing, "lon": f"{x:.6f}", "lat": f"{y:.6f}"} for (x, y), thing in zip(at, things, strict=True))


def pipes(maker: Maker, ground: Ground, rng: Chance, count: int) -> bytes:
    """Lines beside the roads: the wider the road, the more of them lie under it."""
    density = plane.density_of(plane.to_plane(ground.nodes[ground.ends].mean(axis=1)))
    weight = ground.length_m * ground.weight * (0.03 + density)
    # whole neighbourhoods rather than single stretches, so that a net shows
    edges = np.argsort(-(weight * rng.uniform(0.6, 1.0, len(weight))), kind="stable")[: count // 2]
    edges = np.sort(np.concatenate([edges, edges]))
    first, last = (
        plane.to_plane(ground.nodes[ground.ends[edges, 0]]),
        plane.to_plane(ground.nodes[ground.ends[edges, 1]]),
    )
    along = last - first
    length = np.hypot(*along.T)
    aside = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(length, 1)[:, None]
    side = np.where(np.arange(len(edges)) % 2, 1, -1)[:, None] * rng.uniform(3, 7, (len(edges), 1))
    lines = np.stack([plane.to_lonlat(first + aside * side), plane.to_lonlat(last + aside * side)], axis=1)
    things = maker.things(lines.mean(axis=1), [ground.road[edge] for edge in edges])
    drawn = zip(shapely.linestrings(lines), length.tolist(), things, strict=True)
    return _table(_drawn({**thing, "length_m": round(metres)}, line) for line, metres, thing in drawn)


def sites(maker: Maker, rng: Chance, count: int) -> bytes:
    """Areas: blocks of some sixty to two hundred metres, turned as their street is."""
    at, roads = maker.places(count)
    rows = []
    for (lon, lat), thing in zip(at, maker.things(at, roads), strict=True):
        wide, high, turn = rng.uniform(60, 200), rng.uniform(60, 160), rng.uniform(0, np.pi)
        corners = np.array([[-wide, -high], [wide, -high], [wide, high * 0.6], [wide * 0.5, high], [-wide, high]]) / 2
        turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        rows.append(_drawn(thing, shapely.Polygon((lon, lat) + turned / (plane.M_PER_LON, plane.M_PER_LAT))))
    return _table(rows)


#: kind, state, streets by the end of their code, level, advice
_WARNINGS = (
    ("rainstorm", "yellow", ("008", "009", "010", "011"), "黄色", "山区注意山洪与地质灾害，低洼处做好排水"),
    ("fog", "orange", ("004", "005"), "橙色", "能见度低，减速慢行，学校可推迟上学"),
    ("thunder", "blue", ("012", "007"), "蓝色", "停止户外高空作业，远离高压线和孤立大树"),
)


def warnings(city: Path) -> bytes:
    """气象预警: each over some streets, whose names it takes."""
    told = json.loads((city / "divisions.geojson").read_text(encoding="utf-8"))["features"]
    streets = {f["properties"]["code"]: f for f in told if f["properties"]["level"] == "street"}
    definition = tomllib.loads((DEFINITIONS / "weather_warning.toml").read_text(encoding="utf-8"))
    titles = {kind["key"]: kind["title"] for kind in definition["kinds"]}
    rows = []
    for number, (kind, state, ends, level, advice) in enumerate(_WARNINGS, 1):
        over = [f for code, f in sorted(streets.items()) if code[6:] in ends]
        area = shapely.union_all([shape(f["geometry"]) for f in over]).simplify(2e-4)
        thing = {
            "id": f"demo-weather_warning-{number}", "name": f"{titles[kind]}{level}预警", "kind": kind, "state": state,
            "level": level, "issued_at": f"{_TODAY} 06:30", "until_at": f"{_TODAY + timedelta(days=1)} 06:30",
            "advice": advice,
        }  # fmt: skip
        rows.append(_drawn(thing, area))
    return _table(rows)


def write_layers(city: Path) -> dict[str, int]:
    """Every layer's file into the city's directory; bytes by name."""
    ground, folder = Ground(city), city / "layers"
    folder.mkdir(exist_ok=True)
    written: dict[str, int] = {}
    made: dict[str, Callable[[Maker, Chance, int], bytes]] = {
        "pipe_network": lambda maker, rng, count: pipes(maker, ground, rng, count),
        "construction_site": lambda maker, rng, count: sites(maker, rng, count),
    }
    for number, (name, count) in enumerate(SIZES.items()):
        rng = np.random.default_rng([SEED, number])
        maker = Maker(name, ground, rng)
        told = made[name](maker, rng, count) if name in made else points(maker, count)
        written[name] = _write(folder / f"{name}.csv.gz", told)
    written["weather_warning"] = _write(folder / "weather_warning.csv.gz", warnings(city))
    return written


def _write(file: Path, told: bytes) -> int:
    file.write_bytes(gzip.compress(told, 9, mtime=0))
    return file.stat().st_size


def _drawn(thing: dict[str, Any], line_or_area: Any) -> dict[str, Any]:
    return {**thing, "geometry": shapely.to_wkt(line_or_area, rounding_precision=6)}


def _table(rows: Iterable[dict[str, Any]]) -> bytes:
    """A CSV with one thing a row."""
    listed = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode()


if __name__ == "__main__":
    for layer, size in write_layers(Path(__file__).parents[2] / "cockpit/cities/yuhang").items():
        print(f"{layer:<26}{size:>9}")
