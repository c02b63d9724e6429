"""预案文件: the seven that are shipped, one's own before them, and what is said of a file that is wrong."""

import re
from pathlib import Path

import pytest

from cockpit.domain.mode import Mode
from cockpit.services.plan_files import PlanBook, PlanFile, read_plan, shipped_plans
from cockpit.services.toml_files import TomlFileError
from tests.architecture.source import PROJECT

GOOD = """
title = "道路塌陷"
version = 3
mode = "wartime"

[trigger]
words = ["塌陷"]
"""


def written(directory: Path, name: str, text: str) -> Path:
    directory.mkdir(exist_ok=True)
    file = directory / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_seven_plans_are_shipped_and_each_says_everything_in_both_languages() -> None:
    plans, broken = PlanBook(shipped_plans()).now()
    assert broken == ()
    assert set(plans) == {
        "road_collapse", "high_rise_fire", "flood_and_rain", "gas_leak", "crowd", "lost_child", "epidemic_home_care",
    }  # fmt: skip
    for plan in plans.values():
        assert plan.forces and plan.checklist and plan.messages and plan.layers
        words = [plan.title, plan.about, *(f.task for f in plan.forces), *(c.words for c in plan.checklist)]
        words += [message.words for message in plan.messages]
        assert all(w.zh and w.en and not re.search("[\u4e00-\u9fff]", w.en) for w in words), plan.plan_id


def test_a_plan_of_ones_own_stands_in_for_the_shipped_one_and_is_read_when_it_changes(tmp_path: Path) -> None:
    own = tmp_path / "plans"
    book = PlanBook(shipped_plans(), own)
    assert book.now().plans["road_collapse"].version == 1
    written(own, "road_collapse", GOOD)
    written(own, "our_own", GOOD)
    assert book.now().plans["road_collapse"].version == 3
    assert len(book.now().plans) == 8
    (own / "our_own.toml").unlink()
    assert len(book.now().plans) == 7


def test_a_broken_plan_is_listed_and_the_shipped_one_goes_on(tmp_path: Path) -> None:
    written(tmp_path, "road_collapse", GOOD.replace("[trigger]", "[trigger]\nseverities = ['V']"))
    plans, (broken,) = PlanBook(shipped_plans(), tmp_path).now()
    assert plans["road_collapse"].version == 1
    assert (broken.file, broken.field) == ("road_collapse.toml", "trigger.severities.0")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("title = ", ""),
        ("title = 'x'", "trigger"),
        (GOOD.replace('words = ["塌陷"]', ""), "trigger"),
        (GOOD.replace("version = 3", "version = '3'"), "version"),
        (GOOD.replace('mode = "wartime"', 'mode = "war"'), "mode"),
        (GOOD.replace('mode = "wartime"', 'colour = "red"'), "colour"),
        (GOOD.replace('title = "道路塌陷"', ""), "title"),
        (GOOD + "categories = ['06.01']", "trigger.categories.0"),
        (GOOD + "within = ['仓前']", "trigger.within.0"),
        (GOOD + "[[forces]]\nkind = 'gridworker'\ncount = 0\ntask = 'x'", "forces.0.count"),
        (GOOD + "[[forces]]\nkind = 'hydrant'\ncount = 1\ntask = 'x'", "forces.0.kind"),
        (GOOD + "[[forces]]\nkind = 'police'\ncount = 1\ntask = '{who}'", "forces.0.task"),
        (GOOD + "[[forces]]\nkind = 'police'\ncount = 1\ntask = '{title.x}'", "forces.0.task"),
        (GOOD + "[[messages]]\nto = '区'\ntext = '{'", "messages.0.text"),
        (GOOD + "[[checklist]]\nid = 'a'\ntext = '1'\n[[checklist]]\nid = 'a'\ntext = '2'", "checklist"),
    ],
)
def test_a_file_that_is_wrong_is_told_by_its_field(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(TomlFileError) as wrong:
        read_plan(written(tmp_path, "x", text))
    assert wrong.value.field == field
    assert wrong.value.error


def test_the_example_of_the_docs_is_a_plan_and_their_table_is_what_a_file_may_say(tmp_path: Path) -> None:
    page = (PROJECT / "docs/plans.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    plan = read_plan(written(tmp_path, "example", example))
    assert plan.mode is Mode.WARTIME and plan.forces and plan.checklist and plan.messages and plan.cameras.count
    told = re.findall(r"^\| `(\w+)` \| (.*) \|$", page.partition("## What a file says")[2].partition("\n## ")[0], re.M)
    assert told == [(name, info.description) for name, info in PlanFile.model_fields.items()]
