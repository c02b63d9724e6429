"""清单 — city.toml: what the city is called, where it lies, what feeds it and which files hold the rest."""

from __future__ import annotations

from collections import Counter

from . import roster, terrain
from .divisions import Place

FEEDS = [  # name, 中文, English, seconds after which a silent feed is no longer fresh
    ("gridworker", "网格通", "Gridworkers", 10),
    ("hotline_12345", "12345", "12345", 10),
    ("citizen", "随手拍", "Citizens", 10),
    ("video_ai", "AI 巡查", "AI patrol", 10),
    ("department", "部门", "Depts", 10),
    ("iot", "物联", "IoT", 10),
    ("positions", "定位", "Positions", 5),
    ("higher_level", "上级", "Higher level", 10),
    ("drone", "无人机", "Drones", 10),
]


def text(places: list[Place], buildings: int) -> str:
    county = places[0]
    levels = Counter(p.level for p in places)
    w, s, e, n = (round(v, 5) for v in county.geometry.bounds)
    tw, ts, te, tn = terrain.BOUNDS
    lines = [
        "# 演示城市 — written by `python -m tools.make_city`; the formats are in docs/demo-city.md",
        f'code = "{county.code}"',
        f'name_zh = "{county.name}"',
        f'name_en = "{county.name_en}"',
        "demo = true",
        'tz = "Asia/Shanghai"',
        f"centre = [{round((w + e) / 2, 5)}, {round((s + n) / 2, 5)}]",
        f"bounds = [{w}, {s}, {e}, {n}]",
        'notice_zh = "街道与网格为示意划分"',
        'notice_en = "Boundaries are schematic"',
        "",
        "[counts]",
        f"streets = {levels['street']}",
        f"communities = {levels['community']}",
        f"grids = {levels['grid']}",
        f"gridworkers = {roster.SIZE}",
        "",
        "[terrain]  # image rows are linear in Web Mercator y, columns in longitude",
        'file = "terrain.webp"',
        f"bounds = [{tw}, {ts}, {te}, {tn}]",
        "",
        "[buildings]  # 4 corners × (lon, lat) int32 little-endian in 1e-6 degrees = 32 bytes each, sorted by tile",
        'file = "buildings.bin"',
        'index = "buildings.json"  # {"zoom": 14, "tiles": [[x, y, first, count], …]}',
        f"count = {buildings}",
        "min_zoom = 15",
        "",
        "[cameras]  # {n} is one of the four clips of assets/clips, the same for a camera always",
        'url = "/assets/clips/street-{n}.webm"',
        "demo = true",
    ]
    for name, zh, en, period in FEEDS:
        lines += [
            "",
            "[[feeds]]",
            f'name = "{name}"',
            f'title_zh = "{zh}"',
            f'title_en = "{en}"',
            f"period_s = {period}",
        ]
    return "\n".join(lines) + "\n"
