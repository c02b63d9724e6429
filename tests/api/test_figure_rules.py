"""`figure-rules` over HTTP: made within one's scope, tried on the past, looked at at once, told once, taken back."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from cockpit.api.figure_alerts import FigureAlertAnswers
from cockpit.api.figure_rules import FigureRuleAnswers
from cockpit.domain.facts import FeedLost
from cockpit.domain.figure_rule import FigureRule, FigureTest
from cockpit.services.reports.figure_preview import HOURS, preview_of
from cockpit.services.reports.figure_rules import FigureRules, RuleBook
from cockpit.services.reports.figure_watch import FigureWatch
from cockpit.situation.indicators import REGISTRY
from cockpit.store.accounts import Role
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts
from cockpit.store.figure_rules import FigureRuleTable
from cockpit.store.idempotency import IdempotencyKeys
from tests.api.test_queries import told
from tests.api.town import CITY, HERE_STREET, NOON, Town, alarm, event
from tests.subjects import drill_of

MANY = {"name": "上报过多", "indicator": "reported_today", "test": "above", "limit": 3, "scope": HERE_STREET}
FILED = '[[rule]]\nname = "文件规则"\nindicator = "overtime"\ntest = "above"\nlimit = 5\n'


@dataclass
class Ruled:
    """A town with rules, and what was told."""

    town: Town
    watch: FigureWatch
    notices: list[str]

    def report(self, *numbers: int, days_ago: int = 0) -> None:
        at = (self.town.now - timedelta(days=days_ago, minutes=20)).isoformat()
        told(self.town, "events", *(event(n, reported_at=at, due_at=None) for n in numbers))


@pytest.fixture
def ruled(bare_town: Town, tmp_path: Path) -> Ruled:
    file, town, notices = tmp_path / "figures.toml", bare_town, list[str]()
    file.write_text(FILED, encoding="utf-8")

    def tell(_connection: Connection, alert: FigureAlert) -> None:
        notices.append(alert.rule)

    drill = drill_of(town)
    table, alerts = FigureRuleTable(town.engine), FigureAlerts(town.engine)
    watch = FigureWatch(RuleBook(FigureRules(file), table), drill, alerts, tell, town.clock)
    rules = FigureRuleAnswers(
        table, watch, town.audit, idempotency=IdempotencyKeys(town.engine), clock=town.clock
    )  # fmt: skip
    told_of = FigureAlertAnswers(alerts, watch.rules, tz=town.city.tz, clock=town.clock)
    # one drill-down for all, as the program joins it: a rule's figure is the one that `GET indicators` tells
    town.build(figure_rules=rules, figure_alerts=told_of, drill=drill)
    return Ruled(town, watch, notices)


def item_of(ruled: Ruled, name: str) -> dict[str, Any]:
    items = ruled.town.caller(Role.DUTY).get("figure-rules").json["items"]
    return next(item for item in items if item["name"] == name)


def test_a_rule_that_an_officer_makes_sounds_once_and_opens_its_list(ruled: Ruled) -> None:
    officer = ruled.town.caller(Role.DUTY)
    made = officer.post("figure-rules", MANY)
    assert made.status_code == 201, made.text
    assert made.json["looked_at"] is None
    assert ruled.watch.look() == []
    assert (item_of(ruled, "上报过多")["said"], item_of(ruled, "上报过多")["is_breached"]) == ("0", False)
    ruled.report(1, 2, 3, 4)
    assert [alert.rule for alert in ruled.watch.look()] == ["上报过多"]
    assert ruled.watch.look() == []
    assert ruled.notices == ["上报过多"]
    item = item_of(ruled, "上报过多")
    assert (item["said"], item["crossed"], item["is_breached"]) == ("4", 3, True)
    alert = officer.get("figure-alerts", open="true").json["items"][0]
    assert alert["link"] == item["link"]
    listed = officer.get("indicators/reported_today/records", scope=HERE_STREET, part="numerator").json
    assert listed["total"] == 4


def test_a_rule_that_is_changed_switched_off_or_deleted_ends_what_it_found(ruled: Ruled) -> None:
    officer = ruled.town.caller(Role.DUTY)
    rule = officer.post("figure-rules", MANY).json
    ruled.report(1, 2, 3, 4)
    ruled.watch.look()
    path = f"figure-rules/{rule['id']}"
    higher = officer.call("PUT", path, json={**MANY, "limit": 9, "version": 1}).json
    assert (ruled.watch.look(), officer.get("figure-alerts", open="true").json["total"]) == ([], 0)
    officer.call("PUT", path, json={**MANY, "limit": 2, "version": higher["version"]})
    assert [alert.number for alert in ruled.watch.look()] == [2]
    gone = officer.call("DELETE", f"{path}?version=3").json
    assert (ruled.watch.look(), officer.get("figure-alerts", open="true").json["total"]) == ([], 0)
    assert officer.call("DELETE", f"{path}?version=4").status_code == 404
    back = officer.post(f"{path}/restore", {"version": gone["version"]})
    assert (back.status_code, back.json["version"]) == (200, 5)
    assert [alert.number for alert in ruled.watch.look()] == [3]
    officer.call("PUT", path, json={**MANY, "limit": 2, "enabled": False, "version": 5})
    assert (ruled.watch.look(), officer.get("figure-alerts", open="true").json["total"]) == ([], 0)
    deeds = [(deed.who, deed.what) for deed in ruled.town.audit.list_latest(9)]
    assert ("duty", "figure_rule_deleted") in deeds
    assert ("duty", "figure_rule_restored") in deeds


def test_two_who_change_a_rule_do_not_overwrite_each_other_and_a_repeat_makes_one(ruled: Ruled) -> None:
    officer, key = ruled.town.caller(Role.DUTY), {"headers": {"Idempotency-Key": "k1"}}
    first, again = officer.post("figure-rules", MANY, **key), officer.post("figure-rules", MANY, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    path = f"figure-rules/{first.json['id']}"
    assert officer.call("PUT", path, json={**MANY, "limit": 7, "version": 1}).status_code == 200
    late = officer.call("PUT", path, json={**MANY, "limit": 8, "version": 1})
    assert (late.status_code, late.json["rule"], late.json["version"]) == (409, "figure_rule_changed", 2)
    taken = officer.post("figure-rules", {**MANY, "limit": 1})
    assert (taken.status_code, taken.json["field"]) == (409, "name")


def test_an_officer_rules_within_their_scope_and_leaders_only_read(ruled: Ruled) -> None:
    street, city = ruled.town.caller(Role.DUTY, HERE_STREET), ruled.town.caller(Role.ADMIN)
    whole = city.post("figure-rules", {**MANY, "name": "全区", "scope": ""}).json
    assert whole["scope"] == CITY
    assert street.post("figure-rules", {**MANY, "scope": CITY}).status_code == 403
    assert street.post("figure-rules", {**MANY, "scope": ""}).json["scope"] == HERE_STREET
    assert [item["name"] for item in street.get("figure-rules").json["items"]] == ["上报过多"]
    assert street.call("DELETE", f"figure-rules/{whole['id']}?version=1").status_code == 404
    leader = ruled.town.caller(Role.LEADER)
    assert [(item["name"], item["may_edit"]) for item in leader.get("figure-rules").json["items"]] == [
        ("上报过多", False), ("全区", False), ("文件规则", False),
    ]  # fmt: skip
    assert leader.post("figure-rules", MANY).status_code == 403
    assert ruled.town.caller(Role.SCREEN).get("figure-rules").status_code == 403


def test_a_rule_of_the_file_is_read_beside_the_others_and_changed_in_the_file(ruled: Ruled) -> None:
    officer, filed = ruled.town.caller(Role.ADMIN), item_of(ruled, "文件规则")
    assert (filed["origin"], filed["may_edit"], filed["limit_said"]) == ("file", False, "5")
    refused = officer.call("DELETE", f"figure-rules/{filed['id']}?version=1")
    assert (refused.status_code, refused.json["rule"]) == (409, "figure_rule_of_file")
    officer.post("figure-rules", {**MANY, "name": "文件规则"})
    answer = officer.get("figure-rules").json
    assert [item["origin"] for item in answer["items"]] == ["made"]
    assert answer["wrong"][0]["name"] == "文件规则"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "a\nb"), ("indicator", "none"), ("test", "near"), ("limit", None), ("limit", -1),
        ("sigmas", 0), ("weeks", 3), ("scope", "1"), ("scope", "330110999"), ("source", "fax"), ("least", -1),
        ("enabled", "yes"), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_kept(ruled: Ruled, field: str, value: object) -> None:
    refused = ruled.town.caller(Role.DUTY).post("figure-rules", {**MANY, field: value})
    assert (refused.status_code, refused.json["field"]) == (400, field)
    assert FigureRuleTable(ruled.town.engine).list() == []


def test_a_rates_limit_is_a_rate(ruled: Ruled) -> None:
    rate = {**MANY, "indicator": "handling_rate"}
    refused = ruled.town.caller(Role.DUTY).post("figure-rules", {**rate, "limit": 95})
    assert (refused.status_code, refused.json["field"]) == (400, "limit")
    assert ruled.town.caller(Role.DUTY).post("figure-rules", {**rate, "limit": 0.95}).json["limit_said"] == "95.00%"


def test_what_a_rule_would_have_said_is_told_before_it_holds(ruled: Ruled) -> None:
    officer = ruled.town.caller(Role.DUTY)
    for number, (day, count) in enumerate({1: 5, 2: 3, 9: 4, 20: 6, 70: 50}.items()):
        ruled.report(*range(1000 * number, 1000 * number + count), days_ago=day)
    tried = officer.post("figure-rules/preview", MANY).json
    assert [(told["at"][:10], told["said"]) for told in tried["sounded"]] == [
        (f"{NOON - timedelta(days=20):%Y-%m-%d}", "6"), (f"{NOON - timedelta(days=9):%Y-%m-%d}", "4"),
        (f"{NOON - timedelta(days=1):%Y-%m-%d}", "5"),
    ]  # fmt: skip
    assert (tried["times"], tried["days"], tried["known_days"], tried["said"]) == (3, 56, 56, "0")
    assert officer.post("figure-rules/preview", {**MANY, "limit": 9}).json["times"] == 0
    assert FigureRuleTable(ruled.town.engine).list() == []
    assert len(HOURS) == tried["looks_a_day"]


def test_too_little_past_tells_no_unusual_figure(ruled: Ruled) -> None:
    ruled.report(1, days_ago=9)
    asked = {"name": "异常", "indicator": "reported_today", "test": "unusual"}
    tried = ruled.town.caller(Role.DUTY).post("figure-rules/preview", asked).json
    assert (tried["times"], tried["too_little"], tried["known_days"] < tried["days"]) == (0, True, True)


def test_every_indicator_of_the_registry_can_be_tried_and_ruled(ruled: Ruled) -> None:
    ruled.report(1, 2, 3, days_ago=2)
    officer = ruled.town.caller(Role.DUTY)
    for indicator in REGISTRY:
        asked = {**MANY, "name": indicator.name, "indicator": indicator.name, "limit": 1}
        assert officer.post("figure-rules/preview", asked).status_code == 200, indicator.name
        assert officer.post("figure-rules", asked).status_code == 201, indicator.name
    ruled.watch.look()
    assert len(ruled.watch.judged) == len(REGISTRY) + 1


def test_what_a_rule_is_tried_with_now_is_the_figure_that_everybody_sees(ruled: Ruled) -> None:
    def figures() -> dict[str, tuple[float | None, str | None]]:
        officer = ruled.town.caller(Role.DUTY)
        seen = {item["name"]: item for item in officer.get("indicators", group="all").json["items"]}
        for indicator in REGISTRY:
            asked = {"name": "试", "indicator": indicator.name, "test": "above", "limit": 1}
            tried, figure = officer.post("figure-rules/preview", asked).json, seen[indicator.name]
            assert (tried["value"], tried["why"]) == (figure["value"], figure["why"]), indicator.name
            assert (tried["value"] is None) == (tried["why"] is not None), indicator.name
        return {name: (figure["value"], figure["why"]) for name, figure in seen.items()}

    quiet = figures()
    assert (quiet["handling_rate"], quiet["alarm_raised"]) == ((None, "no_sample"), (0, None))
    ruled.report(1, 2, 3)
    ruled.report(4, days_ago=2)
    told(ruled.town, "alarms", alarm(1))
    busy = figures()
    assert [busy[name] for name in ("reported_today", "alarm_raised")] == [(3, None), (1, None)]
    assert [name for name, figure in busy.items() if quiet[name] != figure] != []
    since = ruled.town.now - timedelta(days=3)
    lost = FeedLost(fact_id="lost", at=since, received_at=ruled.town.now, feed="hotline_12345", code=CITY)
    ruled.town.facts.append([lost])
    ruled.town.fold.follow()
    silent = figures()
    assert silent["complaints_per_people"] == silent["complaints"] == (None, "feed_lost")


def test_a_rule_without_a_book_of_inhabitants_is_as_unknown_as_its_figure(ruled: Ruled) -> None:
    ruled.report(1)
    nobody = replace(ruled.watch.drill, inhabitants=None, subjects=None)
    watch = FigureWatch(ruled.watch.rules, nobody, FigureAlerts(ruled.town.engine), lambda *_: None, ruled.town.clock)
    for name, why in (("complaints_per_people", "no_book"), ("handed_up_to_city", "not_kept"), ("grids", "not_kept")):
        rule = FigureRule(name="试", indicator=name, test=FigureTest.ABOVE, limit=1)
        tried = preview_of(rule, nobody, nobody.known(None, ruled.town.now))
        assert (tried.value, tried.why, tried.known_days) == (None, why, 0), name
    assert watch.look() == []


def test_a_rule_on_alarms_is_tried_on_their_past_and_sounds_with_them(ruled: Ruled) -> None:
    officer = ruled.town.caller(Role.DUTY)
    three_days_ago = (NOON - timedelta(days=3)).isoformat()
    told(ruled.town, "alarms", *(alarm(n, at=three_days_ago) for n in (1, 2)), alarm(3))
    rule = {"name": "报警过多", "indicator": "alarm_raised", "test": "above", "limit": 1}
    tried = officer.post("figure-rules/preview", rule).json
    assert (tried["times"], tried["value"]) == (1, 1)
    officer.post("figure-rules", rule)
    assert ruled.watch.look() == []
    refused = officer.post("figure-rules", {**rule, "name": "按来源", "source": "hotline_12345"})
    assert (refused.status_code, refused.json["field"]) == (400, "source")
    told(ruled.town, "alarms", alarm(4))
    assert [(alert.rule, alert.value) for alert in ruled.watch.look()] == [("报警过多", 2)]
