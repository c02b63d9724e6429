"""下钻: an address is a page and a page an address; what it shows are the figures, in both languages."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.leader import LeaderDesk
from cockpit.catalogue import LANGS, texts
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Comparison, Drilled, Question
from cockpit.services.standards import StandardsBook
from cockpit.situation.indicators import REGISTRY, Part
from cockpit.store.standards import StandardsTable
from layouts.address import AddressError
from layouts.leader.address import BOARDS, RANGES, LeaderAddress
from layouts.leader.view import TILES
from layouts.page import Viewer
from tests.laws.test_drill_down import YUHANG, Fold
from tests.layouts.trees import nodes, words
from tests.services.test_past_events import House, record
from tests.stories import GRIDS, NOON, RULES, entered, minutes, reported

NOW = NOON + timedelta(days=1)


@st.composite
def addresses(draw: st.DrawFn) -> LeaderAddress:
    asked = {
        "scope": draw(st.sampled_from(["", "330110", "330110012"])), "range": draw(st.sampled_from(list(RANGES))),
        "indicator": draw(st.sampled_from([i.name for i in REGISTRY])), "board": draw(st.sampled_from(BOARDS)),
        "vs": draw(st.sampled_from([c.value for c in Comparison])), "part": draw(st.sampled_from(["", *Part])),
        "source": draw(st.sampled_from(["", *Source])), "weekday": draw(st.sampled_from(["", "0", "6"])),
        "hour": draw(st.sampled_from(["", "0", "23"])), "event": draw(st.text(max_size=9)),
        "category": draw(st.sampled_from(["", "event.01"])), "from": draw(st.sampled_from(["", DAY])),
    }  # fmt: skip
    return LeaderAddress.parse(asked)


DAY = "2026-11-18T00:00:00+08:00"


@given(addresses())
def test_a_link_opens_what_it_was_made_of(address: LeaderAddress) -> None:
    href = address.href(event=address.event, cursor=address.cursor)
    assert LeaderAddress.parse(dict(parse_qsl(urlsplit(href).query))) == address


@pytest.mark.parametrize("wrong", [{"range": "decade"}, {"indicator": "x"}, {"part": "x"}, {"hour": "24"}, {"vs": "x"}])
def test_an_address_that_asks_for_nothing_there_is_says_so(wrong: dict[str, str]) -> None:
    with pytest.raises(AddressError):
        LeaderAddress.parse(wrong)


@pytest.fixture
def house() -> House:
    house = House()
    house.bring(
        [
            record(
                n,
                {
                    "reported_at": NOON - timedelta(days=n), "due": 60, "closed": 30 + 60 * (n % 2),
                    "code": GRIDS[n % 4],
                    "lon": 120.0, "source": Source.CITIZEN, "title": f"井盖 <b>{n}</b>", "category": "event.01.10",
                },
            )
            for n in range(1, 20)
        ]
    )  # fmt: skip
    return house


def desk_of(house: House, scope: str = "") -> tuple[LeaderDesk, DrillDown]:
    still = Fold(reported(50, reported_at=NOON), entered(50, Stage.ASSIGNED, NOON + minutes(5)))
    drill = DrillDown(still, lambda _at: still.situation, house.past, YUHANG)
    standards = StandardsBook(StandardsTable(house.engine), monotonic=lambda: 0.0)
    viewer = Viewer(scope=scope, may_command=False, csrf="")
    desk = LeaderDesk(
        drill=drill, city=YUHANG, standards=standards, viewer=lambda: viewer, target_rate=0.95,
        clock=lambda: NOW, away=(),
    )  # fmt: skip
    return desk, drill


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scope", ["330110", "330110005", "330110005001", GRIDS[0]])
def test_what_is_shown_is_what_was_counted(house: House, lang: str, scope: str) -> None:
    desk, drill = desk_of(house)
    body = desk.body({"lang": lang, "scope": scope})
    address = LeaderAddress.parse({"scope": scope})
    question = Question(Scope(scope), address.period(NOW, YUHANG.tz), address.filters)
    figures = Drilled.of(drill, drill.known(None, NOW), question).figures()
    shown = {node["data-indicator"]: node for node in nodes(body) if "data-indicator" in node}
    assert list(shown) == list(TILES)
    for name, node in shown.items():
        assert node["data-numerator"] == str(figures[name].whole.numerator)
    lines = [node for node in nodes(body) if "data-division" in node]
    whole = figures[address.indicator].whole
    if lines:
        assert sum(int(line["data-numerator"]) for line in lines) == whole.numerator
    told = words(body)
    assert texts(lang)["leader.title"] in told
    assert "leader." not in told


def test_the_events_behind_a_number_are_paged_and_open(house: House) -> None:
    desk, _ = desk_of(house)
    seen: list[str] = []
    asked: dict[str, str | None] = {"scope": "330110", "part": "denominator"}
    total = 0
    for _ in range(9):
        body = list(nodes(desk.body(asked)))
        listed = next(node for node in body if node.get("id") == "leader-list")
        total = int(listed["data-total"])
        seen += [node["data-event-id"] for node in body if node["type"] == "Tr" and "data-event-id" in node]
        more = [n["href"] for n in body if n["type"] == "A" and "cursor=" in n["href"] and "event=" not in n["href"]]
        if not more:
            break
        asked = dict(parse_qsl(urlsplit(more[-1]).query))
    assert len(seen) == len(set(seen)) == total
    opened = desk.body({**asked, "event": seen[0]})
    assert any(node.get("id") == "leader-process" for node in nodes(opened))
    assert "<b>" in words(opened)


def test_an_event_outside_the_viewers_scope_is_not_there(house: House) -> None:
    desk, _ = desk_of(house, scope="330110113")
    told = words(desk.body({"event": "citizen:4"}))
    assert texts("zh-CN")["leader.detail.none"] in told
    assert any(n.get("id") == "problem" for n in nodes(desk.body({"scope": "330110005"})))


@pytest.mark.parametrize("name", ["as_of", "from", "to"])
@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-12-31T00:00:00Z",
     "2026-11-22T00:00:00", "yesterday", "\0"],
)  # fmt: skip
def test_an_instant_that_cannot_be_is_a_problem_in_words(house: House, name: str, text: str) -> None:
    desk, _ = desk_of(house)
    body = desk.body({name: text})
    assert any(n.get("id") == "problem" for n in nodes(body))
    assert texts("zh-CN")["problem.as_of" if name == "as_of" else "leader.address"] in words(body)


@pytest.mark.parametrize("name", ["as_of", "from"])
def test_a_period_in_1900_is_told_as_before_the_data(house: House, name: str) -> None:
    desk, _ = desk_of(house)
    for vs in ("yesterday", "last_week", "last_year"):
        for step in ("day", "week", "month", "quarter"):
            body = desk.body({name: "1900-01-01T00:00:00Z", "vs": vs, "step": step})
            assert not any(n.get("id") == "problem" for n in nodes(body))


def test_before_the_data_begin_nothing_is_counted_and_the_page_says_so(house: House) -> None:
    desk, _ = desk_of(house)
    body = desk.body({"as_of": datetime(2020, 1, 1, tzinfo=RULES.zone()).isoformat()})
    assert texts("zh-CN")["leader.why.before_data"] in words(body)
    assert "此刻早于可回看的起点" in words(body)
    assert {n["data-why"] for n in nodes(body) if "data-indicator" in n} == {"before_data"}


@pytest.mark.parametrize("step", ["day", "month"])
def test_whatever_of_a_chart_has_an_address_hears_a_click(house: House, step: str) -> None:
    desk, _ = desk_of(house)
    charts = {n["id"]: n["figure"] for n in nodes(desk.body({"step": step})) if "figure" in n}
    leading = [(name, trace) for name, figure in charts.items() for trace in figure["data"] if "customdata" in trace]
    assert {name for name, _ in leading} == {"leader-trend", "leader-heat", "leader-kinds", "leader-sources"}
    # plotly tells no click on what it skips
    assert not [name for name, trace in leading if trace.get("hoverinfo") == "skip"]
