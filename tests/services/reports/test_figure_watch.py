"""A figure that crosses its limit is told once, however many processes look, and ends when it is back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from cockpit.domain.figure_rule import FigureRule, FigureTest, usual
from cockpit.services.reports.figure_rules import FigureRules, RuleBook
from cockpit.services.reports.figure_watch import FigureWatch
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts
from cockpit.store.notices import NewNotice, Notices
from tests.api.test_queries import told
from tests.api.town import CITY, NOON, Town, event
from tests.services.reports.press import Press

MANY = """
[[rule]]
name = "上报过多"
indicator = "reported_today"
test = "above"
limit = 3
"""


def watch(press: Press, text: str = MANY) -> FigureWatch:
    file = press.folder.parent / "figures.toml"
    file.write_text(text, encoding="utf-8")
    notices = Notices(press.town.engine)

    def tell(connection: Connection, alert: FigureAlert) -> None:
        told_by = f"figure:{alert.rule}:{alert.number}"
        notices.put(
            connection,
            [NewNotice(fact_id=told_by, channel="centre", kind="figure", code=alert.code, event_id="",
                       title=alert.rule, body="", created_at=alert.since)],
        )  # fmt: skip

    return FigureWatch(
        RuleBook(FigureRules(file)), press.gathering().drill, FigureAlerts(press.town.engine), tell, press.town.clock
    )


def told_times(town: Town) -> int:
    return Notices(town.engine).list(scope=CITY)[0]


def test_a_breach_is_told_once_by_two_processes_and_ends_when_the_figure_is_back(press: Press) -> None:
    watches = [watch(press), watch(press)]
    with ThreadPoolExecutor(2) as pool:
        begun = [alert for found in pool.map(lambda one: one.look(), watches) for alert in found]
    assert [(a.rule, a.number, a.crossed) for a in begun] == [("上报过多", 1, 3.0)]
    assert begun[0].value > 3
    assert [one.look() for one in watches] == [[], []]
    assert told_times(press.town) == 1
    press.town.now = NOON + timedelta(hours=13)  # a new day begins with nothing reported
    assert [one.look() for one in watches] == [[], []]
    table = FigureAlerts(press.town.engine)
    assert table.newest(scope=CITY, is_open=True, limit=9)[0] == 0
    later = press.town.now - timedelta(minutes=10)
    told(press.town, "events", *(event(n, reported_at=later.isoformat(), due_at=None) for n in range(5000, 5010)))
    assert [a.number for a in watches[1].look()] == [2]
    assert watches[0].look() == []
    assert told_times(press.town) == 2


def test_a_rate_of_too_few_events_says_nothing(press: Press) -> None:
    few = (
        MANY.replace("reported_today", "on_time_handling_rate")
        .replace("above", "below")
        .replace("limit = 3", "limit = 1")
    )
    assert watch(press, few + "least = 100000\n").look() == []
    assert [a.indicator for a in watch(press, few + "least = 1\n").look()] == ["on_time_handling_rate"]


def test_two_weeks_of_past_are_too_few_to_call_anything_unusual(press: Press) -> None:
    assert watch(press, '[[rule]]\nname = "x"\nindicator = "reported_today"\ntest = "unusual"\n').look() == []


def test_unusual_is_told_by_median_and_deviation_of_past_weeks() -> None:
    rule = FigureRule(name="x", indicator="reported_today", test=FigureTest.UNUSUAL, sigmas=4)
    past = [100.0, 104.0, 96.0, 101.0, 99.0, 900.0]  # one wild week moves nothing
    low, high = usual(past, 4, is_count=True)
    assert (round(low), round(high)) == (60, 141)
    assert rule.breach(120, None, past) is None
    assert rule.breach(150, None, past) == high
    assert rule.breach(50, None, past) == low
    assert rule.breach(150, None, past[:3]) is None
    assert rule.breach(None, None, past) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("name", "name must be"), ("indicator", "indicator must be"), ("test", "test must be"), ("limit", "limit is"),
        ("colour", "no field"), ("scope", "scope must be"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_named_and_the_others_hold(tmp_path: Path, wrong: str, said: str) -> None:
    fine: dict[str, Any] = {"name": "a", "indicator": "overtime", "test": "above", "limit": 5}
    bad = {**fine, "name": "b", "colour": "red"} if wrong == "colour" else {**fine, "name": "b"}
    if wrong == "limit":
        del bad["limit"]
    elif wrong != "colour":
        bad[wrong] = "%"
    if wrong == "name":
        bad["name"] = ""
    file = tmp_path / "figures.toml"
    tables = ["[[rule]]\n" + "".join(f"{k} = {v!r}\n" for k, v in one.items()) for one in (bad, fine)]
    file.write_text("\n".join(tables), encoding="utf-8")
    rules = FigureRules(file)
    assert [rule.name for rule in rules.now()] == ["a"]
    assert said in rules.wrong[0].error
