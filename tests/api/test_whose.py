"""谁管这个点, and whom to assign an event to."""

from pathlib import Path
from typing import Any

import pytest

from cockpit.services.learning import learn_if_due
from cockpit.services.standards import import_standards
from cockpit.store.accounts import Role
from cockpit.store.classifiers import Classifiers
from cockpit.store.standards import StandardsTable
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Town, event, position
from tests.services.test_learning import _Cases


def whose(town: Town, role: Role = Role.DUTY, scope: str = "330110", **query: Any) -> Any:
    return town.caller(role, scope).get("responsible", **{"lon": HERE[0], "lat": HERE[1], **query})


def workers_of(town: Town, grid: str) -> list[str]:
    return [entry.subject_id for entry in town.city.roster.values() if entry.grid_code == grid]


def test_any_place_has_a_grid_a_community_a_street_and_a_unit_for_each_level(town: Town) -> None:
    told = whose(town, category="event.04.06").json
    assert len(told["code"]) == 15
    assert [d["level"] for d in told["divisions"]] == ["county", "street", "community", "grid"]
    assert [d["code"] for d in told["divisions"]] == [told["code"][:n] for n in (6, 9, 12, 15)]
    assert told["divisions"][1]["name"] == "仓前街道"
    assert told["unit"] == "仓前街道综合行政执法队"
    assert [(u["level"], u["unit"]) for u in told["units"]] == [
        ("street", "仓前街道综合行政执法队"), ("county", "区综合行政执法局"),
    ]  # fmt: skip
    # without a class it is the centre that is asked
    assert whose(town).json["unit"] == "仓前街道社会治理办"


def test_gridworkers_are_on_duty_if_they_were_heard_of_lately(town: Town) -> None:
    grid = whose(town).json["code"]
    own = workers_of(town, grid)
    other = next(e for e in town.city.roster.values() if e.grid_code.startswith(grid[:9]) and e.grid_code != grid)
    before = whose(town).json
    assert [w["on_duty"] for w in before["gridworkers"]] == [False] * len(own)
    assert before["nearest_on_duty"] is None
    feed = town.caller(Role.FEED)
    feed.post("feeds/positions", [position(own[0], -1_000), position(other.subject_id, -10, lon=HERE[0] + 0.01)])
    town.fold.follow()
    told = whose(town).json
    assert told["gridworkers"][0]["age_s"] == 1_000
    assert told["gridworkers"][0]["on_duty"] is False
    assert told["nearest_on_duty"]["subject_id"] == other.subject_id
    assert told["nearest_on_duty"]["distance_m"] == pytest.approx(960, rel=0.02)
    feed.post("feeds/positions", position(own[0], -5))
    town.fold.follow()
    assert whose(town).json["gridworkers"][0]["on_duty"] is True
    assert whose(town).json["nearest_on_duty"]["subject_id"] == own[0]


def test_names_are_whole_for_those_who_give_orders_and_masked_for_others(town: Town) -> None:
    name = whose(town).json["gridworkers"][0]["name"]
    assert "*" not in name
    assert whose(town, Role.LEADER).json["gridworkers"][0]["name"] == name[0] + "*" * (len(name) - 1)


def test_a_place_outside_the_scope_is_refused_and_one_outside_the_city_is_nowhere(town: Town) -> None:
    assert whose(town, scope=HERE_STREET).status_code == 200
    refused = whose(town, scope=HERE_STREET, lon=ELSEWHERE[0], lat=ELSEWHERE[1])
    assert (refused.status_code, refused.json["scope"]) == (403, HERE_STREET)
    assert whose(town, lon=10.0, lat=50.0).status_code == 404


@pytest.mark.parametrize(
    ("name", "given"), [("lon", ""), ("lon", "here"), ("lat", "91"), ("lon", "nan"), ("lat", "inf")]
)
def test_a_place_that_is_none_is_refused_by_field(town: Town, name: str, given: str) -> None:
    answer = whose(town, **{name: given})
    assert (answer.status_code, answer.json["field"]) == (400, name)


def test_an_event_of_a_known_category_is_suggested_by_the_list(town: Town) -> None:
    town.caller(Role.FEED).post("feeds/events", event(1, category="event.04.06"))
    town.fold.follow()
    told = town.caller(Role.DUTY).get("events/citizen:1/suggestion").json
    assert (told["unit"], told["level"], told["why"], told["confidence"]) == (
        "仓前街道综合行政执法队", "street", "list", 1.0,
    )  # fmt: skip
    assert told["classifier"] is None
    county = town.caller(Role.DUTY).get("events/citizen:1/suggestion", level="county").json
    assert county["unit"] == "区综合行政执法局"


def test_an_event_in_words_is_classified_with_its_confidence_and_the_models_record(town: Town, tmp_path: Path) -> None:
    words = event(1, category=None, category_text="群众反映", title="海创路12号私搭雨棚望解决")
    town.caller(Role.FEED).post("feeds/events", words)
    town.fold.follow()
    duty = town.caller(Role.DUTY)
    nothing = duty.get("events/citizen:1/suggestion").json
    assert (nothing["unit"], nothing["why"], nothing["others"]) == (None, None, [])
    assert learn_if_due(_Cases(300), Classifiers(town.engine), now=NOON, at_once=True)
    file = tmp_path / "s.csv"
    file.write_text("kind,class_code,subclass_code,subclass_name,limit\nevent,01,01,私搭乱建,2急日\n")
    import_standards(StandardsTable(town.engine), file, version="v", valid_from=NOON, now=NOON)
    town.tick_s = 61.0
    told = duty.get("events/citizen:1/suggestion").json
    assert (told["category"], told["name"], told["why"]) == ("event.01.01", "私搭乱建", "classifier")
    assert told["unit"] == "仓前街道综合行政执法队"
    assert 0.5 < told["confidence"] < 1
    assert told["confidence"] > told["others"][0]["confidence"]
    assert told["classifier"]["examples"] > 200
    assert 0 <= told["classifier"]["accuracy"] <= 1


def test_an_event_of_another_scope_or_of_nobody_has_no_suggestion(town: Town) -> None:
    town.caller(Role.FEED).post("feeds/events", event(1))
    town.fold.follow()
    for caller in (town.caller(Role.DUTY, "330110005"), town.caller(Role.DUTY)):
        number = 1 if caller.get("events/citizen:1").status_code == 404 else 2
        assert caller.get(f"events/citizen:{number}/suggestion").status_code == 404
    assert town.caller().get("events/citizen:1/suggestion", level="moon").status_code == 400
