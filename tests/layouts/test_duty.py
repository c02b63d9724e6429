"""值班席: the frame of the desk, before and without any push."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cockpit.catalogue import LANGS, texts
from cockpit.domain.mode import Mode
from cockpit.domain.source import FeedStatus
from layouts.address import parse_as_of
from layouts.duty import DESK, DeskPage, duty
from layouts.duty.keys import BAR
from layouts.duty.panels import desk_trees, feed_summary
from tests.layouts.sample import COUNTY, STREETS, UNHEARD, a_day, surroundings
from tests.layouts.trees import having, nodes, words

PAGE = DeskPage(
    scope=COUNTY, city="余杭区", demo=True, may_switch=True, csrf="secret", officer="duty-1",
    divisions={code: zh for code, (zh, _) in STREETS.items()}, notice="街道与网格为示意划分",
)  # fmt: skip
ZH = texts("zh-CN")
ASSETS = Path(__file__).resolve().parents[2] / "assets"


@pytest.mark.parametrize("lang", LANGS)
def test_every_component_id_is_there_once_and_what_is_pushed_has_its_place(lang: str) -> None:
    tree = duty(replace(PAGE, lang=lang), texts(lang))
    ids = [n["id"] for n in nodes(tree) if "id" in n]
    assert len(ids) == len(set(ids))
    assert set(desk_trees(a_day(), surroundings(), texts(lang))) <= set(ids)


def test_the_root_tells_the_scripts_whose_desk_this_is() -> None:
    (root,) = having(duty(PAGE, ZH), "id", "stage")
    assert (root["data-page"], root["data-stage"], root["data-density"]) == ("duty", DESK.name, "desk")
    assert (root["data-officer"], root["data-scope"], root["data-csrf"]) == ("duty-1", COUNTY, "secret")
    assert json.loads(root["data-divisions"])["330110012"] == "仓前街道"
    assert json.loads(root["data-texts"])["queue.fresh"] == "{n} 条新上报 ↑"


def test_a_desk_waits_with_grey_rows_and_no_figure() -> None:
    tree = duty(PAGE, ZH)
    assert having(tree, "className", "row waiting")
    assert [words(n["children"]) for n in having(tree, "data-chip-count")] == ["—"] * 4
    assert "未选事件" in words(tree)
    assert "演示数据" in words(tree)


def test_wartime_is_the_same_desk_in_another_colour() -> None:
    (root,) = having(duty(replace(PAGE, mode=Mode.WARTIME), ZH), "id", "stage")
    assert root["data-mode"] == "war"


def test_everything_that_is_pressed_has_a_name_for_who_cannot_see_it() -> None:
    buttons = [n for n in nodes(duty(PAGE, ZH)) if n.get("type") == "button"]
    assert len(buttons) > 10
    hidden = {"queue-fresh"}  # has its words when it is shown
    unnamed = [n for n in buttons if not (words(n["children"]).strip() or n.get("aria-label") or n.get("id") in hidden)]
    assert unnamed == []


def test_sources_are_summed_up_in_the_colour_of_the_worst() -> None:
    late = surroundings(video_ai=(FeedStatus.STALE, 48.0))
    lost = surroundings(video_ai=(FeedStatus.STALE, 48.0), drone=(FeedStatus.LOST, 250.0))
    assert [words(feed_summary(c, ZH)) for c in (surroundings(), late, lost)] == [
        "9 / 9 源正常",
        "8 / 9 源正常",
        "7 / 9 源正常",
    ]
    shapes = [having(feed_summary(c, ZH), "className")[0]["className"] for c in (surroundings(), late, lost)]
    assert shapes == ["trust fresh", "trust late", "trust dead"]
    assert having(feed_summary(surroundings(**UNHEARD), ZH), "className", "trust hollow")


def test_every_source_is_on_the_desk_with_its_state() -> None:
    tree = desk_trees(a_day(), surroundings(), ZH)["feeds"]
    assert len(having(tree, "data-feed")) == 9


def test_every_glyph_that_the_desk_names_is_drawn() -> None:
    css = "".join(sheet.read_text(encoding="utf-8") for sheet in (ASSETS / "css").glob("*.css"))
    trees = [duty(PAGE, ZH), *desk_trees(a_day(), surroundings(), ZH).values()]
    used = {c for n in nodes(trees) for c in str(n.get("className", "")).split() if c.startswith("g-")}
    assert {"g-search", "g-filter"} <= used
    assert all(f".{name}" in css for name in used)


def test_the_bar_at_the_foot_names_keys_that_the_desk_obeys() -> None:
    scripts = [*(ASSETS / "js").glob("7*-desk-*.js"), *(ASSETS / "js").glob("8*-dispatch-*.js")]
    obeyed = "".join(path.read_text(encoding="utf-8") for path in scripts)
    names = {"↑": "ArrowUp", "↓": "ArrowDown"}
    missing = [key for keys, _ in BAR for key in keys if f"'{names.get(key, key)}'" not in obeyed]
    assert missing == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_desk_that_is_asked_for_the_past_says_that_it_works_on_now_and_where_the_past_is_shown(lang: str) -> None:
    asked = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    page = replace(PAGE, lang=lang, opens=frozenset({"leader"}))
    (line,) = having(duty(page, texts(lang), asked=asked), "id", "desk-only-now")
    assert "2026-11-20 14:30:00" in words(line["children"])
    ways = {urlsplit(a["href"]).path: parse_qs(urlsplit(a["href"]).query) for a in having(line["children"], "href")}
    assert set(ways) == {"/screen", "/leader"}
    for query in ways.values():
        assert parse_as_of(query["as_of"][0]) == asked
        assert (query["scope"], query["lang"]) == ([COUNTY], [lang])
    # who may not open the drill-down is not led there, and a desk of now says nothing
    (line,) = having(duty(PAGE, ZH, asked=asked), "id", "desk-only-now")
    assert [urlsplit(a["href"]).path for a in having(line["children"], "href")] == ["/screen"]
    assert not having(duty(page, texts(lang)), "id", "desk-only-now")
