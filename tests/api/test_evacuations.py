"""疏散 over the API: begin, tap, split anew, end; and 792 households that forty people tap at once, over real HTTP."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from redis import Redis
from werkzeug.serving import make_server

from cockpit.domain.evacuation import DONE_STATES, HouseholdState
from cockpit.services.projector import Projector
from cockpit.situation.decide import decide
from cockpit.situation.situation import Rules
from cockpit.store.accounts import Role
from cockpit.store.households import HouseholdTable
from cockpit.stream.commands import RedisCommandLog
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from cockpit.stream.positions import RedisPositionLane
from tests.api.town import CITY, HERE, NOON, Caller, Town, event, position
from tests.evacuations import rows
from tests.services.test_dispatchers import Nothing, dispatcher

RING = {"event_id": "citizen:1", "lon": HERE[0] + 0.001, "lat": HERE[1], "radius_m": 400.0}


@pytest.fixture
def block(town: Town) -> Town:
    """An event in the middle of twelve buildings, and three gridworkers nearby."""
    HouseholdTable(town.engine).put(rows(), imported_at=NOON)
    feed = town.caller(Role.FEED)
    feed.post("feeds/events", event(1))
    feed.post("feeds/positions", [position(f"gw-0000{n}", lon=HERE[0] + 0.001 * n) for n in (1, 2, 3)])
    town.fold.follow()
    return town


def obey(town: Town) -> None:
    """Decide what was asked for and fold what follows, as dispatcher and projector do."""
    group = town.commands.group("dispatch", "one")
    for entry in group.read(count=1_000, block_ms=0):
        assert entry.command is not None, entry.error
        town.facts.append(decide(town.fold.situation, entry.command))
        group.ack([entry.position])
        town.fold.follow()


def begun(town: Town, **given: Any) -> str:
    answer = town.caller(Role.DUTY).post("evacuations", {**RING, **given})
    assert answer.status_code == 202, answer.json
    obey(town)
    return str(answer.json["evacuation_id"])


def worker(town: Town, subject: str, scope: str = CITY) -> Caller:
    token = town.accounts.create_token(
        role=Role.GRIDWORKER, scope=scope, name=f"姓{subject}", subject=subject, now=town.now
    )
    return Caller(town.app.test_client(), token)


def tap(number: int, household_id: str, state: str, **given: Any) -> dict[str, Any]:
    return {"tap_id": str(number), "household_id": household_id, "state": state, "at": NOON.isoformat(), **given}


def test_a_ring_around_an_event_becomes_a_board_with_every_household_in_one_helpers_share(block: Town) -> None:
    evacuation_id = begun(block)
    board = block.caller(Role.DUTY).get(f"evacuations/{evacuation_id}").json
    assert (board["households"], len(board["buildings"])) == (792, 12)
    assert board["counts"]["not_reached"] == 792
    assert {h["id"] for h in board["helpers"]} == {"gw-00001", "gw-00002", "gw-00003"}
    assert sum(h["households"] for h in board["helpers"]) == 792
    assert board["helpers"][0]["name"] != board["helpers"][0]["id"]
    assert len(board["carry"]) == 48
    assert (board["finish_at"], board["finish_why"]) == (None, "too_little")
    (listed,) = block.caller(Role.DUTY).get("evacuations", event_id="citizen:1").json["items"]
    assert listed["evacuation_id"] == evacuation_id
    assert block.caller(Role.DUTY).get("evacuations", event_id="citizen:2").json["total"] == 0


def test_a_drawn_outline_and_named_helpers_are_taken_as_they_are(block: Town) -> None:
    west, south = HERE[0] - 0.0001, HERE[1] - 0.001
    drawn = [[west, south], [west + 0.0004, south], [west + 0.0004, south + 0.002], [west, south + 0.002]]
    asked = {"event_id": "citizen:1", "polygon": drawn, "recipient_ids": ["gw-00009", "gw-00001"]}
    answer = block.caller(Role.DUTY).post("evacuations", asked)
    assert answer.status_code == 202, answer.json
    obey(block)
    board = block.caller(Role.DUTY).get(f"evacuations/{answer.json['evacuation_id']}").json
    assert [b["building_code"] for b in board["buildings"]] == ["b00", "b01"]
    assert [h["id"] for h in board["helpers"]] == ["gw-00009", "gw-00001"]


def test_what_an_area_holds_is_told_before_anybody_is_sent(block: Town) -> None:
    told = block.caller(Role.DUTY).post("households/count", RING).json
    assert (told["households"], len(told["buildings"])) == (792, 12)
    assert told["needs_help"] == 48


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({**RING, "event_id": "citizen:9"}, 409, "unknown_event"),
        ({**RING, "lat": 30.35}, 409, "no_households"),
        ({**RING, "recipient_ids": ["nobody"]}, 409, "recipient_unknown"),
        ({**RING, "radius_m": 2}, 400, None),
        ({"event_id": "citizen:1"}, 400, None),
        ({**RING, "polygon": [[119, 30], [120, 31], [120, 30]]}, 400, None),
        ({"event_id": "citizen:1", "polygon": [[119, 30], [119.1, 30.1], [119.1, 30], [119, 30.1]]}, 400, None),
    ],
)
def test_what_cannot_be_begun_is_refused_and_says_why(
    block: Town, body: dict[str, Any], status: int, rule: str | None
) -> None:
    answer = block.caller(Role.DUTY).post("evacuations", body)
    assert (answer.status_code, answer.json.get("rule")) == (status, rule), answer.json


def test_a_helper_taps_and_the_repeat_of_a_lost_answer_counts_nothing_twice(block: Town) -> None:
    evacuation_id = begun(block)
    phone, path = worker(block, "gw-00001"), f"evacuations/{evacuation_id}/taps"
    sent = [tap(1, "b00-000", "told"), tap(2, "b00-000", "moved"), tap(3, "elsewhere", "moved"), {"tap_id": "4"}]
    first = phone.post(path, sent).json
    obey(block)
    assert (first["accepted"], first["duplicate"]) == (2, 0)
    assert [(r["index"], r["field"]) for r in first["rejected"]] == [(2, "household_id"), (3, "household_id")]
    again = phone.post(path, sent[:2]).json
    assert (again["accepted"], again["duplicate"], again["command_id"]) == (0, 2, None)
    board = phone.get(f"evacuations/{evacuation_id}").json
    assert board["counts"]["moved"] == 1
    assert board["mine"]
    assert board["helpers"][0]["name"].endswith("*")
    taps = block.caller(Role.DUTY).get(f"{path}", household_id="b00-000").json
    assert [item["state"] for item in taps["items"]] == ["moved", "told"]


def test_a_helper_from_another_street_sees_and_taps_and_others_do_not(block: Town) -> None:
    evacuation_id = begun(block)
    elsewhere = "330110113"
    path = f"evacuations/{evacuation_id}"
    helper, stranger = worker(block, "gw-00002", elsewhere), worker(block, "gw-00077", elsewhere)
    neighbour = worker(block, "gw-00078")
    assert helper.get(path).status_code == 200
    assert helper.post(f"{path}/taps", [tap(1, "b00-000", "told")]).status_code == 202
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/taps", [tap(1, "b00-000", "told")]).status_code == 404
    assert neighbour.post(f"{path}/taps", [tap(1, "b00-000", "told")]).json["rule"] == "not_a_helper"
    assert block.caller(Role.LEADER).post(f"{path}/taps", []).status_code == 403
    assert helper.post("evacuations", RING).status_code == 403


def test_helpers_change_and_only_the_doors_that_are_left_are_split_anew(block: Town) -> None:
    evacuation_id = begun(block)
    path, duty = f"evacuations/{evacuation_id}", block.caller(Role.DUTY)
    phone = worker(block, "gw-00001")
    mine = phone.get(path).json["mine"]
    phone.post(f"{path}/taps", [tap(n, door, "moved") for n, door in enumerate(mine[:10])])
    obey(block)
    assert duty.post(f"{path}/helpers", {"recipient_ids": ["gw-00001", "gw-00005"]}).status_code == 202
    obey(block)
    board = duty.get(path).json
    assert {h["id"]: h["done"] for h in board["helpers"]} == {"gw-00001": 10, "gw-00005": 0}
    assert sum(h["households"] for h in board["helpers"]) == 792
    assert phone.get(path).json["mine"][:10] == mine[:10]


def test_an_evacuation_ends_once_and_as_of_shows_it_running(block: Town) -> None:
    evacuation_id = begun(block)
    duty, path = block.caller(Role.DUTY), f"evacuations/{evacuation_id}"
    assert duty.post(f"{path}/end", {"note": "全部撤离"}).status_code == 202
    obey(block)
    assert duty.post(f"{path}/end", {}).json["rule"] == "evacuation_is_over"
    assert duty.get("evacuations", running="true").json["total"] == 0
    assert duty.get("evacuations", running="false").json["items"][0]["finish_why"] == "ended"
    assert duty.get("evacuations/none").status_code == 404


# -- the real thing ----------------------------------------------------------------------------------------------

HELPERS = 40


def test_the_second_of_two_officers_hears_what_the_first_has_changed(block: Town) -> None:
    evacuation_id = begun(block)
    path, duty = f"evacuations/{evacuation_id}", block.caller(Role.DUTY)
    seen = duty.get(path).json["version"]
    assert duty.post(f"{path}/helpers", {"recipient_ids": ["gw-00005"], "version": seen}).status_code == 202
    obey(block)
    late = duty.post(f"{path}/helpers", {"recipient_ids": ["gw-00006"], "version": seen})
    told = duty.get(path).json
    assert (late.status_code, late.json["rule"]) == (409, "evacuation_changed")
    assert (late.json["version"], late.json["changed_by"]) == (told["version"], told["changed_by"])
    assert told["version"] > seen and told["changed_by"] and told["changed_at"]
    assert [h["id"] for h in late.json["helpers"]] == ["gw-00005"] == [h["id"] for h in told["helpers"]]
    again = {"recipient_ids": ["gw-00006"], "version": late.json["version"]}
    assert duty.post(f"{path}/helpers", again).status_code == 202


def test_of_two_who_ask_before_either_is_decided_the_second_is_refused_by_the_decision(block: Town) -> None:
    evacuation_id = begun(block)
    path, duty = f"evacuations/{evacuation_id}", block.caller(Role.DUTY)
    asked = [duty.post(f"{path}/helpers", {"recipient_ids": [gw]}) for gw in ("gw-00005", "gw-00006")]
    assert [answer.status_code for answer in asked] == [202, 202]
    obey(block)
    assert [h["id"] for h in duty.get(path).json["helpers"]] == ["gw-00005"]
    refusal = block.fold.situation.refusals[asked[1].json["command_id"]]
    assert refusal.rule == "evacuation_changed"


@contextmanager
def served(town: Town, redis_client: Redis, keys: Keys, url: str) -> Iterator[str]:
    """The town over real HTTP, Redis streams, a projector of its own and two dispatchers."""
    facts, positions = RedisFactLog(redis_client, keys), RedisPositionLane(redis_client, keys)
    projector = Projector(
        city=town.city, rules=Rules(city_code=CITY), facts=facts, positions=positions, checkpoints=Nothing(),
        journal=Nothing(),
    )  # fmt: skip
    town.facts, town.positions, town.commands, town.fold = (
        facts, positions, RedisCommandLog(redis_client, keys), projector,  # type: ignore[assignment]  # the real ones
    )  # fmt: skip
    projector.start()
    assert projector.wait_ready(20)
    town.build()
    server = make_server("127.0.0.1", 0, town.app, threaded=True)
    stop = threading.Event()
    with ExitStack() as ending:
        ending.callback(projector.stop)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        ending.callback(serving.join)
        ending.callback(server.shutdown)
        for name in ("a", "b"):
            deciding = threading.Thread(
                target=ending.enter_context(dispatcher(url, keys, name)).run, args=(stop,), daemon=True
            )
            deciding.start()
            ending.callback(deciding.join)
        ending.callback(stop.set)
        yield f"http://127.0.0.1:{server.server_port}/api/v1/"


def wait_for(client: httpx.Client, path: str, true: Any) -> Any:
    """The answer as soon as it is as expected; nothing is timed, a minute only ends a test that hangs."""
    end = datetime.now(UTC) + timedelta(seconds=60)
    while datetime.now(UTC) < end:
        answer = client.get(path)
        if answer.status_code == 200 and true(answer.json()):
            return answer.json()
    raise AssertionError(client.get(path).text[:500])


def test_792_households_and_40_helpers_who_contradict_each_other_tally_exactly(
    bare_town: Town, redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    bare_town.now = datetime.now(UTC)
    HouseholdTable(bare_town.engine).put(rows(), imported_at=NOON)
    subjects = sorted(bare_town.city.roster)[:HELPERS]
    told = bare_town.now.isoformat()
    with ExitStack() as ending:
        url = ending.enter_context(served(bare_town, redis_client, keys, valkey_url))

        def client(role: Role, subject: str = "") -> httpx.Client:
            token = bare_town.accounts.create_token(
                role=role, scope=CITY, name=subject or role.value, subject=subject, now=bare_town.now
            )
            headers = {"Authorization": f"Bearer {token}"}
            return ending.enter_context(httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60))

        duty, feed = client(Role.DUTY), client(Role.FEED)
        feed.post("feeds/events", json=event(1, reported_at=told, due_at=None)).raise_for_status()
        feed.post("feeds/positions", json=[position(s, at=told) for s in subjects]).raise_for_status()
        wait_for(duty, "gridworkers?limit=1000", lambda answer: answer["total"] == HELPERS)
        wait_for(duty, "events", lambda answer: answer["total"] == 1)
        begun = duty.post("evacuations", json={**RING, "recipient_ids": subjects})
        assert begun.status_code == 202, begun.text
        path = f"evacuations/{begun.json()['evacuation_id']}"
        board = wait_for(duty, path, lambda answer: answer["households"] == 792)
        doors = [h[0] for b in board["buildings"] for h in b["households"]]

        def walk(number: int) -> list[tuple[str, str]]:
            """One helper: the own doors until they are done, a neighbour's now and then, and answers that get lost."""
            chance, phone = Random(number), client(Role.GRIDWORKER, subjects[number])
            mine = phone.get(path).json()["mine"]
            taps = [
                tap(n, door, state)
                for n, (door, state) in enumerate(
                    [(door, state) for door in mine for state in ("told", chance.choice(("moved", "nobody_home")))]
                    + [(chance.choice(doors), chance.choice(list(HouseholdState)).value) for _ in range(10)]
                )
            ]
            while taps:
                some, taps = taps[:7], taps[7:]
                for _ in range(1 + chance.randrange(2)):  # the line broke after the first answer
                    answer = phone.post(f"{path}/taps", json=some)
                    assert answer.status_code == 202, answer.text
                    assert answer.json()["rejected"] == []
            return [(door, "mine") for door in mine]

        with ThreadPoolExecutor(HELPERS // 2) as pool:
            shares = [door for share in pool.map(walk, range(HELPERS)) for door, _ in share]
        assert sorted(shares) == sorted(doors), "every door has exactly one helper"
        sent = 2 * 792 + 10 * HELPERS
        final = wait_for(duty, path, lambda answer: answer["taps"] >= sent)
        assert final["taps"] == sent, "each tap counts once"
        assert sum(final["counts"].values()) == 792
        states = Counter(h[1] for b in final["buildings"] for h in b["households"])
        assert {state: n for state, n in final["counts"].items() if n} == dict(states)
        with bare_town.fold.lock:
            kept = bare_town.fold.situation.evacuations[path.partition("/")[2]]
            last = {made.household_id: made.state for made in kept.taps}
        assert {h[0]: h[1] for b in final["buildings"] for h in b["households"]} == last
        assert final["done"] == sum(n for state, n in final["counts"].items() if HouseholdState(state) in DONE_STATES)
        assert final["done"] == sum(h["done"] for h in final["helpers"])
        assert final["disputed"], "doors that two phones tell differently are marked"


def test_a_helpers_phone_has_its_own_doors_in_walking_order_and_hears_of_taps(block: Town) -> None:
    evacuation_id = begun(block)
    phone = worker(block, "gw-00001")
    mine = phone.get("mine").json["evacuations"][evacuation_id]
    assert mine["event_id"] == "citizen:1"
    first, other = mine["doors"][0], block.caller(Role.DUTY).get(f"evacuations/{evacuation_id}").json["helpers"]
    assert len(mine["doors"]) == next(h["households"] for h in other if h["id"] == "gw-00001")
    phone.post(f"evacuations/{evacuation_id}/taps", [tap(1, first[0], "needs_help")])
    obey(block)
    assert phone.get("mine").json["evacuations"][evacuation_id]["doors"][0] == [*first[:5], "needs_help"]
    assert worker(block, "gw-00009").get("mine").json["evacuations"] == {}
