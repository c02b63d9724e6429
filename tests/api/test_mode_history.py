"""模式切换记录 over HTTP: who switched when, why and around which event."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.situation.decide import decide
from cockpit.store.accounts import Role
from tests.api.town import CITY, HERE, HERE_STREET, NOON, Town


@pytest.fixture
def at_war(town: Town) -> Town:
    event = {"event_id": "1", "source": "citizen", "title": "道路塌陷", "lon": HERE[0], "lat": HERE[1],
             "reported_at": NOON.isoformat(), "category": "event.05.05"}  # fmt: skip
    assert town.caller().post("feeds/events", event).json["accepted"] == 1
    town.fold.follow()
    _switch(town, {"mode": "wartime", "event_id": "citizen:1", "note": "路面下沉，疑似空洞"})
    town.now += timedelta(minutes=30)
    _switch(town, {"mode": "peacetime", "note": "排险完毕"})
    return town


def _switch(town: Town, body: dict[str, Any]) -> None:
    assert town.caller(Role.DUTY).call("PUT", "mode", json=body).status_code == 202
    entries = town.commands.group(f"test-{town.commands.length()}", "c").read(10, 0)
    town.facts.append(decide(town.fold.situation, entries[-1].command))  # type: ignore[arg-type]  # it was just put
    town.fold.follow()


def test_the_history_of_modes_says_who_when_why_and_around_what(at_war: Town) -> None:
    answer = at_war.caller(Role.SCREEN).get("mode/history").json
    assert answer["total"] == 2
    back, war = answer["items"]
    assert (war["mode"], war["by"], war["note"], war["title"]) == ("wartime", "duty", "路面下沉，疑似空洞", "道路塌陷")
    assert (back["mode"], back["note"], back["event_id"], back["scope"]) == ("peacetime", "排险完毕", None, CITY)


def test_the_history_keeps_to_its_times_and_to_the_scope_of_who_asks(at_war: Town) -> None:
    early = at_war.caller().get("mode/history", to=(NOON + timedelta(minutes=30)).isoformat()).json
    assert [item["mode"] for item in early["items"]] == ["wartime"]
    assert at_war.caller().get("mode/history", from_=at_war.now.isoformat()).json["total"] == 1
    below = at_war.caller(Role.DUTY, HERE_STREET).get("mode/history").json
    assert below["total"] == 2
    assert at_war.caller(Role.DUTY, HERE_STREET).get("mode/history", scope="330109").status_code == 403


def test_the_incident_reaches_a_screen_with_the_mode(at_war: Town) -> None:
    _switch(at_war, {"mode": "wartime", "event_id": "citizen:1"})
    mode = at_war.caller(Role.SCREEN, "330110006").get("snapshot").json["mode"]
    assert (mode["title"], mode["note"], mode["lon"]) == ("道路塌陷", "", HERE[0])
