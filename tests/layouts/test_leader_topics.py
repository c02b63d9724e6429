"""研判: each analysis is drawn in both languages, its counts open lists, and nothing learned shows no number."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from callbacks.leader import LeaderDesk
from cockpit.catalogue import LANGS, texts
from cockpit.domain.act import Degree
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.analyses.topics import Topics
from cockpit.services.cards import CardBook
from cockpit.services.drill_down import DrillDown
from cockpit.services.forecast.demand import DemandDesk
from cockpit.services.forecast.demand_model import learned_demand
from cockpit.services.forecast.learning import Held, Prophet
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.services.standards import StandardsBook
from cockpit.store.journal import JournalEntry
from cockpit.store.standards import StandardsTable
from layouts.leader import topic_units
from layouts.leader.address import TOPICS
from layouts.page import Viewer
from tests.grounds import ground
from tests.laws.test_carded import card_of
from tests.laws.test_drill_down import YUHANG, ZONE, Fold
from tests.layouts.trees import nodes, words
from tests.services.forecast.test_demand_model import PLACES, TODAY, reports
from tests.services.forecast.test_learning import prophet as prophet  # a fixture
from tests.services.test_cards import Facts
from tests.services.test_past_events import House, record
from tests.stories import GRIDS, NOON, RULES, entered, minutes, reported

NOW = NOON + minutes(60)


def desk_of(prophet: Prophet | None, *cards: JournalEntry) -> LeaderDesk:
    house = House()
    house.bring(
        [
            record(
                n,
                {
                    "reported_at": NOON - timedelta(hours=n), "due": 60, "closed": 30 + 60 * (n % 2), "code": GRIDS[0],
                    "lon": 120.0, "source": Source.HOTLINE_12345, "title": f"井盖 {n}", "category": "event.01.10",
                },
            )._replace(unit=f"<b>局</b>{n % 2}")
            for n in range(1, 31)
        ]
    )  # fmt: skip
    fold = Fold(
        *(reported(50 + n, reported_at=NOON, due_at=NOW + minutes(30), category="event.01.01") for n in range(3)),
        *(entered(50 + n, Stage.ASSIGNED, NOON + minutes(5)) for n in range(3)),
    )
    drill = DrillDown(fold, lambda _at: fold.situation, house.past, YUHANG)
    learned = learned_demand(reports(40), PLACES, day=TODAY.toordinal() - 3) if prophet else None
    before = NOW - timedelta(minutes=1)
    topics = Topics(
        drill,
        OpenEvents(fold, lambda _at: fold.situation, lambda: Held(prophet, 1, before, 4_000) if prophet else None),
        DemandDesk(YUHANG, ZONE, RULES.calendar, lambda: Held(learned, 1, before, 10) if learned else None),
        ground(),
        CardBook(Facts(*cards)),
    )
    viewer = Viewer(scope="", may_command=False, csrf="")
    return LeaderDesk(
        drill=drill, city=YUHANG, standards=StandardsBook(StandardsTable(house.engine), monotonic=lambda: 0.0),
        viewer=lambda: viewer, target_rate=0.95, clock=lambda: NOW, away=(), topics=topics,
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_every_analysis_is_drawn_in_words_of_the_catalogue(prophet: Prophet, lang: str) -> None:
    desk = desk_of(prophet)
    for topic in TOPICS:
        body = list(nodes(desk.body({"lang": lang, "topic": topic})))
        shown = next(node for node in body if node.get("id") == "leader-topic")
        assert shown["data-topic"] == topic
        told = words(desk.body({"lang": lang, "topic": topic}))
        assert texts(lang)[f"topic.{topic}.title"] in told
        assert not [key for key in ("topic.", "forecast.") if key in told]


@pytest.mark.parametrize("topic", ["units", "repeats"])
def test_a_count_that_is_picked_lists_as_many(prophet: Prophet, topic: str) -> None:
    desk = desk_of(prophet)
    counts = [n for n in nodes(desk.body({"topic": topic})) if "data-unit" in n or "data-spot" in n]
    assert counts
    for node in counts:
        key = node.get("data-unit") or node.get("data-spot")
        expected = node.get("data-missed") or node.get("data-count")
        opened = list(nodes(desk.body({"topic": topic, "pick": key})))
        assert next(n["data-total"] for n in opened if n.get("className") == "ld-pick") == expected


@pytest.mark.parametrize("lang", LANGS)
def test_red_and_yellow_cards_stand_beside_the_ranking_and_open_their_events(prophet: Prophet, lang: str) -> None:
    at = -30
    desk = desk_of(
        prophet,
        card_of(1, "hotline_12345:2", at, Degree.RED, ""), card_of(2, "hotline_12345:2", at, Degree.RED, ""),
        card_of(3, "hotline_12345:4", at, Degree.YELLOW, "<b>红:局</b>"),
        card_of(4, "hotline_12345:50", at, Degree.ORDINARY, ""),
    )  # fmt: skip
    for board in ("pass", "rank"):
        asked = {"lang": lang, "topic": "units", "board": board}
        told = {n["data-unit"]: n for n in nodes(desk.body(asked)) if "data-unit" in n}
        assert "<b>红:局</b>" in told, "a unit that has no event in the rate, and a card"
        picks = [
            n["data-pick"] for n in nodes(desk.body(asked)) if n.get("data-pick", "").startswith(("red:", "yellow:"))
        ]
        assert sorted(picks) == ["red:<b>局</b>0", "yellow:<b>红:局</b>"]
        for pick in picks:
            body = desk.body({**asked, "pick": pick})
            assert next(n["data-total"] for n in nodes(body) if n.get("className") == "ld-pick") == "1"
            assert texts(lang).format(f"topic.units.{pick.partition(':')[0]}_by", unit=pick.partition(":")[2]) in words(
                body
            )


def test_a_thousand_units_are_turned_over_in_pages_and_each_stands_on_one(
    prophet: Prophet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_units, "_A_PAGE", 10)
    many = [card_of(n, f"hotline_12345:{n}", -30, Degree.RED, f"第 {n} 中队") for n in range(120)]
    desk, asked = desk_of(prophet, *many), {"topic": "units", "pick": "red:第 7 中队"}
    for board in ("pass", "rank"):
        seen: list[str] = []
        href = f"/leader?{urlencode({**asked, 'board': board})}"
        while href:
            body = list(nodes(desk.body(dict(parse_qsl(urlsplit(href).query)))))
            here = [n["data-unit"] for n in body if "data-unit" in n]
            assert len(here) <= 10
            seen += here
            href = next((n["href"] for n in body if n.get("data-page") == "next"), "")
            pick = next(n["href"] for n in body if n.get("data-pick") in {here[-1], f"red:{here[-1]}"})
            assert ("page=" in pick) == (len(seen) > 10), "a list opens beside the page that it was picked on"
        assert len(seen) > 30
        assert len(set(seen)) == len(seen)
        last = [n["data-unit"] for n in nodes(desk.body({**asked, "board": board, "page": "999"})) if "data-unit" in n]
        assert last == here, "behind the last page is the last page"
    for wrong in ("0", "-1", "x", "1001", "٣"):
        assert texts("zh-CN")["leader.address"] in words(desk.body({**asked, "page": wrong}))


def test_each_cell_of_the_pivot_is_the_length_of_the_list_beside_it(prophet: Prophet) -> None:
    desk, asked = desk_of(prophet), {"topic": "pivot", "indicator": "reported_today", "down": "unit", "across": "kind"}
    cells = [n for n in nodes(desk.body(asked)) if "data-cell" in n and n["data-count"] != "0"]
    assert cells
    for cell in cells:
        opened = list(nodes(desk.body({**asked, "pick": cell["data-cell"]})))
        assert next(n["data-total"] for n in opened if n.get("className") == "ld-pick") == cell["data-count"]
    same = {"topic": "pivot", "down": "unit", "across": "unit"}
    assert texts("zh-CN")["leader.address"] in words(desk.body(same)), "nothing is crossed with itself"


def test_where_nothing_was_learned_the_page_says_so_and_shows_no_probability() -> None:
    desk = desk_of(None)
    body = list(nodes(desk.body({})))
    rows = [node for node in body if "data-forecast" in node]
    assert len(rows) == 3
    assert {node["data-probability"] for node in rows} == {""}
    assert texts("zh-CN")["forecast.why.nothing_learned"] in words(desk.body({}))
    assert texts("zh-CN")["forecast.demand_why.nothing_learned"] in words(desk.body({"topic": "demand"}))


def test_where_nobody_is_known_to_live_or_nothing_stands_the_page_says_so(prophet: Prophet) -> None:
    desk, zh = desk_of(prophet), texts("zh-CN")
    told = words(desk.body({"topic": "coverage", "service": "school"}))
    assert zh.format("topic.coverage.none", service=zh["topic.coverage.service.school"]) in told
    rows = [node for node in nodes(desk.body({"topic": "people"})) if "data-people" in node]
    assert rows[-1]["data-people"] == str(sum(int(row["data-people"]) for row in rows[:-1])) == "34"
