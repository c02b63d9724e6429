"""预测 over HTTP: probabilities with their reasons, the list as long as it says, and no number where there is none."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from cockpit.services.calendars import chinese_calendar
from cockpit.services.forecast.demand import DemandDesk
from cockpit.services.forecast.demand_model import DemandModel, learned_demand
from cockpit.services.forecast.learning import Held, Prophet, columns_of
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.services.forecast.overtime_model import learned
from cockpit.services.forecast.spells import spells_of
from tests.api.test_exports import table_of
from tests.api.test_queries import told
from tests.api.town import HERE_STREET, Town, event
from tests.services.forecast.test_demand_model import PLACES, TODAY, reports
from tests.services.forecast.test_learning import rows


@pytest.fixture(scope="module")
def prophet() -> Prophet:
    read = columns_of(rows(3_000))
    model = learned(spells_of(read), until=float(read["reported"].max()))
    assert model is not None
    return Prophet(model, model.survival())


@pytest.fixture(scope="module")
def demand() -> DemandModel:
    model = learned_demand(reports(40), PLACES, day=TODAY.toordinal())
    assert model is not None
    return model


def busy(town: Town, prophet: Prophet | None, demand: DemandModel | None) -> Town:
    def held(model: Any) -> Any:
        return None if model is None else Held(model, 7, town.now - timedelta(hours=1), 3_000)

    zone = town.fold.situation.rules.zone()
    desk = DemandDesk(town.city, zone, chinese_calendar(zone.key), lambda: held(demand))
    fold = town.fold
    town.build(forecast=OpenEvents(fold, lambda at: town.past[at], lambda: held(prophet)), demand=desk)
    due = (town.now + timedelta(hours=1)).isoformat()
    just = (town.now - timedelta(minutes=1)).isoformat()
    waiting = [event(n, due_at=due, reported_at=just, category=f"event.{n:02d}.01") for n in (1, 2, 3)]
    told(town, "events", *waiting, event(4, due_at=None))
    return town


def test_the_list_is_as_long_as_it_says_and_an_event_says_the_same(bare_town: Town, prophet: Prophet) -> None:
    caller = busy(bare_town, prophet, None).caller()
    answer = caller.get("forecast/events").json
    assert answer["total"] == len(answer["items"]) == 3
    assert answer["likely"] == sum(item["probability"] >= 0.5 for item in answer["items"])
    assert answer["model"]["trial"]["brier"] < answer["model"]["trial"]["brier_rule"]
    first = answer["items"][0]
    assert f"{first['longer']}" in first["reason"]
    assert caller.get(f"events/{first['event_id']}").json["forecast"]["similar"] == first["similar"]
    assert len(caller.get("forecast/events", limit="1").json["items"]) == 1
    assert caller.get("events/citizen:4").json["forecast"] is None
    assert caller.get("forecast/events", limit="0").status_code == 400


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_is_taken_away_as_it_is_listed(bare_town: Town, prophet: Prophet, form: str) -> None:
    caller = busy(bare_town, prophet, None).caller()
    listed = caller.get("forecast/events").json["items"]
    answer = caller.get(f"exports/forecast.{form}")
    if form == "csv":
        head, rows_ = table_of(answer)
        assert {line[0]: line[1] for line in head}["条数"] == "共 3 条，全部导出"
        assert [row["依据"] for row in rows_] == [item["reason"] for item in listed]
        assert [float(row["超时概率"]) for row in rows_] == [round(item["probability"], 4) for item in listed]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["最可能超时"]
        told_of = [row[0] for row in sheet.iter_rows(values_only=True)]
        assert told_of == ["事件编号", *(item["event_id"] for item in listed)]


def test_a_street_hears_of_its_own_events_only(bare_town: Town, prophet: Prophet) -> None:
    town = busy(bare_town, prophet, None)
    assert town.caller(scope=HERE_STREET).get("forecast/events").json["total"] == 3
    assert town.caller(scope="330110113").get("forecast/events").json["total"] == 0
    assert town.caller(scope="330110113").get("forecast/events", scope=HERE_STREET).status_code == 403


def test_without_a_model_the_rule_speaks_in_words(bare_town: Town) -> None:
    answer = busy(bare_town, None, None).caller().get("forecast/events").json
    assert (answer["why"], answer["model"]) == ("nothing_learned", None)
    assert {item["probability"] for item in answer["items"]} == {None}
    assert all("历史不足" in item["reason"] for item in answer["items"])


def test_tomorrows_reports_by_division_and_hour(bare_town: Town, demand: DemandModel) -> None:
    caller = busy(bare_town, None, demand).caller()
    found = caller.get("forecast/demand", date=TODAY.isoformat()).json
    parts = [*found["items"], found["rest"]]
    assert sum(line["total"] for line in parts) == pytest.approx(found["whole"]["total"])
    assert len(found["whole"]["hours"]) == 24
    assert found["model"]["error_street_shift"] < found["model"]["error_street_shift_naive"]
    assert caller.get("forecast/demand", date="2030-01-01").json["why"] == "too_far"
    assert caller.get("forecast/demand", date="someday").status_code == 400
