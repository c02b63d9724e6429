"""大屏: the wall as it is opened, before and without any push."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.catalogue import texts
from cockpit.domain.mode import Mode
from layouts.page import ScreenPage
from layouts.panels import panel_trees
from layouts.problem import problem, problem_page
from layouts.screen import screen
from layouts.signin import signin_page
from layouts.wall import STANDARD, WALLS
from tests.layouts.sample import AS_OF, COUNTY, a_day, surroundings
from tests.layouts.trees import having, nodes, words

PAGE = ScreenPage(scope=COUNTY, city="余杭区", demo=True, may_switch=True, csrf="secret", notice="街道与网格为示意划分")
ZH = texts("zh-CN")
ASSETS = Path(__file__).resolve().parents[2] / "assets"


@pytest.mark.parametrize("stage", sorted(WALLS))
def test_every_component_id_is_there_once_and_every_panel_has_its_place(stage: str) -> None:
    tree = screen(replace(PAGE, stage=stage), ZH)
    ids = [n["id"] for n in nodes(tree) if "id" in n]
    assert len(ids) == len(set(ids))
    assert set(panel_trees(a_day(), surroundings(), ZH, stage)) <= set(ids)


def test_the_root_tells_the_scripts_what_page_this_is() -> None:
    (root,) = having(screen(replace(PAGE, as_of=AS_OF), ZH), "id", "stage")
    assert (root["data-scope"], root["data-lang"], root["data-stage"]) == (COUNTY, "zh-CN", "1920x1080")
    assert root["data-as-of"] == AS_OF.isoformat()
    assert json.loads(root["data-texts"])["colour.overtime"] == "已超时"


def test_the_mode_is_shown_and_only_who_may_switch_can_press_it() -> None:
    tree = screen(replace(PAGE, mode=Mode.WARTIME, may_switch=False), ZH)
    (mode,) = having(tree, "id", "mode")
    (root,) = having(tree, "id", "stage")
    assert (mode["data-mode"], mode["data-may-switch"], root["data-mode"]) == ("wartime", "false", "war")
    assert all(button["disabled"] for button in having(mode["children"], "data-action"))


def test_probes_of_the_contract_are_on_a_filled_wall() -> None:
    tree = screen(replace(PAGE, trees=panel_trees(a_day(), surroundings(), ZH, STANDARD.name)), ZH)
    for name in ("green", "blue", "red", "at_risk", "overtime"):
        assert len(having(tree, "data-count", name)) == 1
    for attribute in ("data-indicator", "data-feed", "data-event-id", "data-action"):
        assert having(tree, attribute)


def test_a_wall_waits_with_grey_rows_and_no_figure() -> None:
    tree = screen(PAGE, ZH)
    assert having(tree, "className", "row waiting")
    assert not having(tree, "data-count")
    assert "演示数据" in words(tree)
    assert "街道与网格为示意划分" in words(tree)


def test_a_moment_in_history_says_which_in_the_citys_time() -> None:
    assert "历史时刻 2026-11-19 14:32:05" in words(screen(replace(PAGE, as_of=AS_OF), ZH))


def test_a_moment_in_history_makes_no_sound() -> None:
    assert having(screen(PAGE, ZH), "id", "sound")
    assert not having(screen(replace(PAGE, as_of=AS_OF), ZH), "id", "sound")


def test_the_sign_in_page_posts_a_token_and_escapes_where_it_goes_on() -> None:
    page = signin_page("zh-CN", "signin.wrong", '/screen?"><script>')
    assert 'method="post" action="/signin"' in page
    assert "令牌无效" in page
    assert "<script" not in page


def test_a_problem_says_what_to_do_next() -> None:
    assert "没有这一页" in problem_page(404, ZH)
    assert 'http-equiv="refresh"' in problem_page(503, ZH)
    assert "&lt;b&gt;" not in words(problem("<b>", ZH, detail="640x480"))
    assert "640x480" in words(problem(ZH["problem.stage"], ZH, detail="640x480"))


def test_every_glyph_that_a_tree_names_is_drawn() -> None:
    css = "".join(sheet.read_text(encoding="utf-8") for sheet in (ASSETS / "css").glob("*.css"))
    trees = [screen(PAGE, ZH), *panel_trees(a_day(), surroundings(), ZH, STANDARD.name).values()]
    used = {c for n in nodes(trees) for c in str(n.get("className", "")).split() if c.startswith("g-")}
    assert used
    assert all(f".{name}" in css for name in used)


def test_nothing_on_a_wall_comes_from_the_network() -> None:
    for sheet in (ASSETS / "css").glob("*.css"):
        text = sheet.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text and "@import" not in text, sheet.name
