"""数字打开名单: every number of a page, followed as a query, is as long as the list that it opens."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cockpit.catalogue import LANGS, texts
from cockpit.domain.level import Level
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Phase, Stage, phase_of
from cockpit.situation.event_filter import COLOURS_OF, AskedColour
from cockpit.situation.figures import Figures
from cockpit.situation.indicator_handovers import name_of
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.tally import figures_of
from layouts.context import ScreenContext
from layouts.duty.panels import desk_trees
from layouts.leader.address import LeaderAddress
from layouts.panels import panel_trees
from layouts.wall import STANDARD, ULTRAWIDE
from tests.api.test_queries import told
from tests.api.town import CITY, ELSEWHERE, HERE, HERE_STREET, NOON, Caller, Town, alarm, event, transition
from tests.layouts.trees import having, plain, words
from tests.subjects import drill_of

DAY = "2026-11-18T16:00:00Z"
TARGET = 0.95


@pytest.fixture
def town(bare_town: Town) -> Town:
    """Thirty events of five sources in two streets: in every colour, on every level, in every phase, handed up and
    down between the levels, and some without a place."""
    town = bare_town.build(drill=drill_of(bare_town))
    far = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    nowhere = {"lon": None, "lat": None, "grid_code": f"{HERE_STREET}001001"}
    sources = ("citizen", "drone", "gridworker", "hotline_12345", "iot")
    events = [
        event(
            n,
            source=sources[n % 5],
            reported_at=(NOON - timedelta(minutes=20 + 9 * n)).isoformat(),
            due_at=(NOON + timedelta(minutes=(-30, 6, 300)[n % 3])).isoformat(),
            **(nowhere if n % 11 == 5 else far if n % 4 == 0 else {}),
        )
        for n in range(1, 31)
    ]
    told(town, "events", *events)
    moves = []
    for n in range(1, 31):
        steps = ("accepted", "assigned", "handling", "fed_back", "closed")[: n % 6]
        if n % 7 == 0:
            steps = ("accepted", "suspended")
        at = {step: -19 - 2 * len(steps) + 2 * i for i, step in enumerate(steps)}
        levels = ("street", "county", "community", "city", "street")
        moves += [
            transition(n, step, at[step], source=sources[n % 5], level=levels[(n + i) % 5])
            for i, step in enumerate(steps)
        ]
    told(town, "transitions", *moves)
    # of one device yesterday's alarm is still open; of five of today's two are over
    told(town, "alarms", alarm(9, minutes=-16 * 60), *(alarm(n, minutes=-30 - n) for n in range(1, 6)))
    told(town, "alarms", alarm(1, "cleared", -20), alarm(2, "cleared", **far))
    # one rings twice today
    told(town, "alarms", alarm(1, minutes=-10))
    return town


def picture(town: Town, scope: str) -> Figures:
    divisions = town.city.children_of(scope)
    return figures_of(town.fold.situation, Scope(scope), town.now, divisions=divisions, lines=16)


def around(town: Town, scope: str, *, past: bool) -> ScreenContext:
    names = {lang: {code: town.city.name_of(code, lang) for code in town.city.divisions} for lang in LANGS}
    return ScreenContext(
        city_zh="", city_en="", names=names, target_rate=TARGET, is_past=past,
        grids=town.city.grids_in(scope), gridworkers=town.city.roster_in(scope),
    )  # fmt: skip


def number_of(shown: str) -> float:
    return float(shown.replace(",", ""))


def in_the_queue(caller: Caller, asked: dict[str, str]) -> int:
    """As long as the queue would be: the facets of `71-desk-filter.js` over what the API lists as open."""
    facets = {name: set(asked[name].split(",")) for name in ("colour", "level", "phase") if name in asked}
    colours = {c.value for name in facets.get("colour", ()) for c in COLOURS_OF[AskedColour(name)]}
    colours |= {c.value for c in COLOURS_OF[AskedColour.RED]} if asked.get("show") == "red" else set()
    if facets.get("colour") == {"blue", "paused"}:
        assert colours == {"blue", "paused"}
    items = caller.get("events", scope=asked["scope"], limit=1000).json["items"]
    return sum(
        (phase := phase_of(Stage(item["stage"]))) is not None
        and (not colours or item["colour"] in colours)
        and ("level" not in facets or item["level"] in facets["level"])
        and ("phase" not in facets or phase.value in facets["phase"])
        for item in items
    )


def in_the_drill_down(caller: Caller, address: LeaderAddress, shows: str) -> float:
    """What the drill-down says at that address: the length of its list, its rate in per cent, or its divisions."""
    asked = {"scope": address.scope, "from": DAY, "source": address.source, "hour": address.hour}
    asked = {key: value for key, value in {**asked, "as_of": address.as_of}.items() if value}
    item = caller.get("indicators", names=address.indicator, by="children", **asked).json["items"][0]
    if shows == "rate":
        return float(item["value"] * 100)
    if shows == "divisions":
        return len([child for child in item["children"] if child["value"] is not None])
    return float(listed(caller, f"indicators/{address.indicator}/records", part=address.list_part.value, **asked))


def listed(caller: Caller, path: str, **asked: str) -> int:
    """How many a list has, read page by page to its end, each line once."""
    seen: list[str] = []
    cursor = ""
    while True:
        page = caller.get(path, limit=1000, cursor=cursor, **asked).json
        seen += [json.dumps(item, sort_keys=True) for item in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            assert page["total"] == len(seen) == len(set(seen)), (path, asked)
            return len(seen)


def follow(caller: Caller, to: str, shows: str) -> float:
    asked = dict(parse_qsl(urlsplit(to).query))
    if urlsplit(to).path == "/iot":
        listed = {"open": {"state": "open"}, "today": {"from": DAY}}[asked["alarms"]]
        return float(caller.get("alarms", scope=asked["scope"], **listed).json["total"])
    if urlsplit(to).path == "/duty":
        return in_the_queue(caller, asked)
    return in_the_drill_down(caller, LeaderAddress.parse(asked), shows)


def desk(figures: Figures, context: ScreenContext, lang: str) -> dict[str, Any]:
    return desk_trees(figures, context, texts(lang))


def wall(stage: str) -> Callable[[Figures, ScreenContext, str], dict[str, Any]]:
    return lambda figures, context, lang: panel_trees(figures, context, texts(lang), stage)


PAGES = {"wall": wall(STANDARD.name), "wide wall": wall(ULTRAWIDE.name), "desk": desk}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("page", "scope", "past"),
    [
        ("wall", CITY, False),
        ("wall", HERE_STREET, True),
        ("wide wall", HERE_STREET, False),
        ("wide wall", CITY, True),
        ("desk", CITY, False),
        ("desk", HERE_STREET, False),
    ],
)
def test_every_number_is_as_long_as_the_list_that_it_opens(
    town: Town, page: str, scope: str, lang: str, past: bool
) -> None:
    town.past = {town.now: town.fold.situation}
    trees = PAGES[page](picture(town, scope), around(town, scope, past=past), lang)
    caller, followed = town.caller(), 0
    known: dict[tuple[str, str], float] = {}
    judged = []
    for name, tree in plain(trees).items():
        for node in having(tree, "data-to"):
            way, shown = (node["data-to"], node["data-shows"]), number_of(words(node["children"]))
            followed += shown > 0
            if node["data-shows"] == "divisions":
                judged.append((way, shown))
                continue
            known[way] = known[way] if way in known else follow(caller, *way)
            assert known[way] == pytest.approx(shown, abs=0.05 if way[1] == "rate" else 0), (name, way)
    assert followed > (2 if page == "desk" else 10)
    if judged:  # those that pass and those that fail are together those that can be judged
        assert sum(n for _, n in judged[:2]) == follow(caller, *judged[0][0])


def test_a_count_of_hand_overs_opens_the_moves_from_whom_to_whom_when_and_by_whom(town: Town) -> None:
    caller, figures = town.caller(), picture(town, CITY)
    downs = [name_of(level, down=True) for level in list(Level)[1:]]
    ups = [name_of(level, down=False) for level in list(Level)[:-1]]
    counted = [*figures.handed_down, *figures.handed_up]
    assert min(counted) > 0
    for name, n in zip([*downs, *ups], counted, strict=True):
        page = caller.get(f"indicators/{name}/records", **{"from": DAY}).json
        assert (page["total"], len(page["items"]), page["subject"]) == (n, n, "handovers")
        for move in page["items"]:
            detail = caller.get(f"events/{move['event_id']}").json
            steps = [(step["at"], step["stage"], step["level"]) for step in detail["process"]]
            assert (move["at"], move["stage"], move["to_level"]) in steps
            depth = {level.value: level.depth for level in Level}
            assert (depth[move["to_level"]] > depth[move["from_level"]]) is name.startswith("handed_down")
            assert {"by", "unit", "note", "code", "title"} <= move.keys()


def test_hand_overs_of_a_day_that_is_over_are_not_known_and_no_zero(town: Town) -> None:
    week = {"from": "2026-11-12T16:00:00Z"}
    item = town.caller().get("indicators", names="handed_down_to_street", **week).json["items"][0]
    assert (item["value"], item["why"]) == (None, "not_kept")
    assert town.caller().get("indicators/handed_down_to_street/records", **week).json["total"] == 0


def test_the_parts_of_a_page_add_up_to_its_wholes(town: Town) -> None:
    figures = picture(town, CITY)
    measures, counts = figures.measures, figures.counts
    assert sum(n for _, n in figures.sources) == measures["reported_today"].numerator == 30
    assert sum(n or 0 for n in figures.hourly) == measures["reported_today"].numerator
    assert (counts.at_risk, counts.overtime) == (measures["at_risk"].numerator, measures["overtime"].numerator)
    assert counts.red == counts.at_risk + counts.overtime > 0
    still = sum(row.total for row in figures.levels)
    assert still == counts.blue + counts.red > 0
    assert still == sum(row.waiting[phase] for phase in Phase for row in figures.levels)
    due = measures["on_time_handling_rate"]
    assert (due.numerator, due.denominator) == (
        sum(row.on_time for row in figures.board), sum(row.due for row in figures.board),
    )  # fmt: skip


def test_every_number_of_a_card_of_devices_is_as_long_as_its_list(town: Town) -> None:
    caller = town.caller()
    entry = {"kind": "smoke", "interval_s": 600.0, "lon": HERE[0], "lat": HERE[1]}
    for n in (1, 2):
        assert caller.post(f"devices/dev-{n}/adopt", entry).status_code < 300
    town.tick_s += 60
    cards = {card["domain"]: card for card in caller.get("devices/groups").json["items"]}
    assert cards["fire"]["devices"] == 6
    order = {domain: n for n, domain in enumerate(cards)}
    for domain, card in cards.items():
        known = {status: card[status] for status in ("live", "stale", "lost")}
        known["unknown"] = card["devices"] - sum(known.values())
        pages = {status: caller.get("devices", domain=domain, status=status).json for status in known}
        assert {status: len(page["items"]) for status, page in pages.items()} == known
        assert caller.get("devices", domain=domain).json["total"] == card["devices"] == sum(known.values())
        assert listed(caller, "alarms", state="open", domain=domain) == card["open_alarms"]
        alarms = caller.get("alarms", state="open", domain=domain, scope=HERE_STREET).json["total"]
        assert alarms == caller.get("devices/groups", scope=HERE_STREET).json["items"][order[domain]]["open_alarms"]
    assert sum(card["open_alarms"] for card in cards.values()) == caller.get("alarms", state="open").json["total"] == 5


@pytest.mark.parametrize("name", ["on_time_handling_rate", "timely_acceptance_rate"])
def test_a_rate_says_that_its_parts_do_not_add_up(town: Town, name: str) -> None:
    assert BY_NAME[name].is_rate
    item = town.caller().get("indicators", names=name, by="children", **{"from": DAY}).json["items"][0]
    assert (item["adds_up"], bool(item["why_not"])) == (False, True)
    parts = [*item["children"], item["rest"]]
    assert sum(part["numerator"] for part in parts) == item["numerator"]
