"""Ids: one thing each within a page, and on another page the same thing or another name."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from cockpit.catalogue import texts
from cockpit.domain.mode import Mode
from cockpit.services.reports.schedule import Schedule
from layouts.duty import DeskPage, duty
from layouts.iot import iot_page
from layouts.page import ScreenPage
from layouts.patrol import patrol_page
from layouts.phone import phone_page
from layouts.reports.page import ReportsPage, reports_page
from layouts.screen import screen
from layouts.thematic import ThematicPage, thematic_page
from layouts.tracks import tracks_page
from layouts.wall import WALLS
from tests.layouts.sample import COUNTY
from tests.layouts.test_leader import desk_of, house
from tests.layouts.trees import nodes

__all__ = ["house"]

PROJECT = Path(__file__).resolve().parents[2]
ZH = texts("zh-CN")
#: what several pages have, and what it is on each of them
SAME_THING = {
    "stage": "the root of every page with a push",
    "title-bar": "the bar at its head",
    "feeds": "the sources in that bar",
    "mode": "what the scripts of the mode read: peacetime or wartime",
    "war-clock": "how long wartime lasts, in that bar",
    "panel-map": "the panel with the map",
    "panel-{name}": "a panel by its name; no page has two kinds of them",
}


def desk_page(name: str) -> DeskPage:
    return DeskPage(name=name, scope=COUNTY, city="余杭区", may_switch=True, officer="duty-1")


def pages() -> Iterator[tuple[str, Any]]:
    for stage in WALLS:
        for mode in Mode:
            yield f"screen {stage} {mode}", screen(ScreenPage(scope=COUNTY, city="余杭区", stage=stage, mode=mode), ZH)
    yield "duty", duty(desk_page("duty"), ZH)
    for name, page in (("iot", iot_page), ("patrol", patrol_page), ("tracks", tracks_page)):
        yield name, page(desk_page(name), ZH)
    plain: dict[str, Any] = {
        "texts": ZH, "scope": COUNTY, "city": "余杭区", "demo": True, "tz": "Asia/Shanghai", "may_command": True,
        "divisions": {COUNTY: "余杭区"},
    }  # fmt: skip
    yield "thematic", thematic_page(ThematicPage(**plain, indicators={}))
    schedule = Schedule(kinds=(), codes=(), at=time(1), lang="zh-CN")
    yield "reports", reports_page(ReportsPage(**plain, csrf="", schedule=schedule, kept_days=30))


PAGES = dict(pages())


def twice(ids: list[str]) -> dict[str, int]:
    return {each: n for each, n in Counter(ids).items() if n > 1}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_an_id_twice(page: str) -> None:
    ids = [str(node["id"]) for node in nodes(PAGES[page]) if "id" in node]
    assert ids and not twice(ids)


def test_the_drill_down_and_the_phone_have_no_id_twice(house: Any) -> None:
    desk, _ = desk_of(house)
    ids = [str(node["id"]) for node in nodes(desk.body({"scope": COUNTY, "part": "denominator"})) if "id" in node]
    assert ids and not twice(ids)
    phone = re.findall(r'\bid="([^"]+)"', phone_page(styles=(), scripts=()))
    assert phone and not twice(phone)


def test_an_id_belongs_to_one_part_of_the_pages_because_scripts_look_for_it_on_all_of_them() -> None:
    owners = defaultdict(set)
    for file in (PROJECT / "layouts").rglob("*.py"):
        for found in re.findall(r'\bid=f?"([^"]+)"|"id": f?"([^"]+)"', file.read_text(encoding="utf-8")):
            owners["".join(found)].add(file.relative_to(PROJECT).as_posix())
    shared = {each: sorted(files) for each, files in owners.items() if len(files) > 1}
    assert shared.keys() == SAME_THING.keys(), "another name, or say above what it is on both"


def test_no_script_makes_an_element_with_an_id_that_something_else_has() -> None:
    made = defaultdict(set)
    for file in (PROJECT / "assets" / "js").glob("*.js"):
        for found in re.findall(r"\bid: '([\w-]+)'|\.id = '([\w-]+)'", file.read_text(encoding="utf-8")):
            made["".join(found)].add(file.name)
    laid_out = {str(node["id"]) for tree in PAGES.values() for node in nodes(tree) if "id" in node}
    assert made and not {each: files for each, files in made.items() if len(files) > 1}
    assert not made.keys() & laid_out
