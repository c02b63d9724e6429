"""我的: a phone hears what is its own at once and whole, and nothing of anybody else."""

from collections.abc import Iterator
from typing import Any

import pytest

from cockpit.store.accounts import Role
from tests.api.town import Town, event
from tests.push.test_sockets import Screen, Served, told, until

WORKER, OTHER = "gw-00001", "gw-01500"


@pytest.fixture
def served(bare_town: Town) -> Iterator[Served]:
    served = Served(bare_town, clock_ms=lambda: round(bare_town.now.timestamp() * 1000))
    yield served
    served.close()


def phone(served: Served, subject: str = WORKER, **given: Any) -> Screen:
    grid = served.town.city.roster[subject].grid_code
    screen = served.open(token=served.town.token(Role.GRIDWORKER, grid, subject), **given)
    screen.wait("hello")
    screen.io.emit("mine")
    return screen


def mark(town: Town, subject: str, on_duty: bool) -> None:
    town.gridworker(subject).post("attendance", {"on_duty": on_duty})
    town.settle()


def test_a_phone_hears_the_whole_of_its_own_when_it_asks_and_whenever_it_changes(served: Served) -> None:
    screen = phone(served)
    first = screen.wait("mine")
    assert (first["attendance"], first["orders"], first["evacuations"]) == (None, {}, {})
    mark(served.town, WORKER, True)
    assert screen.wait("mine", lambda said: said["attendance"])["attendance"][0] is True


def test_what_happens_to_others_is_not_told(served: Served) -> None:
    screen = phone(served)
    screen.wait("mine")
    mark(served.town, OTHER, True)
    told(served.town)
    mark(served.town, WORKER, True)
    screen.wait("mine", lambda said: said["attendance"])
    assert len([name for name, _ in screen.heard if name == "mine"]) == 2


def test_a_phone_that_does_not_answer_gets_what_it_missed_in_one_message(served: Served) -> None:
    screen = phone(served, ack=False)
    seq = screen.wait("mine")["seq"]
    for on_duty in (True, False, True):
        mark(served.town, WORKER, on_duty)
    screen.io.emit("ack", {"lane": "mine", "n": seq})
    assert screen.wait("mine", lambda said: said["seq"] > seq)["attendance"][0] is True
    assert len([name for name, _ in screen.heard if name == "mine"]) == 2


def test_a_phone_that_was_away_is_true_after_one_message(served: Served) -> None:
    screen = phone(served)
    screen.wait("mine")
    screen.io.disconnect()
    mark(served.town, WORKER, True)
    assert phone(served).wait("mine")["attendance"][0] is True


def test_two_phones_of_one_person_both_hear_it(served: Served) -> None:
    one, other = phone(served), phone(served)
    mark(served.town, WORKER, True)
    for screen in (one, other):
        assert screen.wait("mine", lambda said: said["attendance"])["attendance"][0] is True


def test_who_stands_for_nobody_hears_nothing(served: Served) -> None:
    officer = served.open(token=served.town.token(Role.DUTY))
    officer.wait("hello")
    officer.io.emit("mine")
    screen = phone(served)
    mark(served.town, WORKER, True)
    screen.wait("mine", lambda said: said["attendance"])
    until(lambda: officer.io.connected)
    assert "mine" not in [name for name, _ in officer.heard]


def ordered(town: Town, subject: str) -> str:
    told(town, event(1, title="道路塌陷"))
    answer = town.caller(Role.DUTY).post(
        "orders",
        {"event_id": "citizen:1", "recipient_ids": [subject], "task": "到现场查看", "despite": ["off_duty", "busy"]},
    )
    assert answer.status_code == 202, answer.json
    town.settle()
    order_id: str = answer.json["order_ids"][0]
    return order_id


def test_an_order_is_on_the_phone_of_the_one_it_went_to_with_what_must_be_known_of_its_event(served: Served) -> None:
    mine, other = phone(served), phone(served, OTHER)
    order_id = ordered(served.town, WORKER)
    said = mine.wait("mine", lambda said: said["orders"])
    assert list(said["orders"]) == [order_id]
    assert said["orders"][order_id][5] == "issued"
    assert said["events"]["citizen:1"]["title"] == "道路塌陷"
    assert other.wait("mine")["orders"] == {}
    assert served.town.gridworker(WORKER).get("mine").json["orders"] == said["orders"]
    assert served.town.gridworker(OTHER).get("mine").json["orders"] == {}


def test_a_cancelled_order_says_so_at_once(served: Served) -> None:
    screen = phone(served)
    order_id = ordered(served.town, WORKER)
    screen.wait("mine", lambda said: said["orders"])
    served.town.caller(Role.DUTY).post(f"orders/{order_id}/cancel", {})
    served.town.settle()
    screen.wait("mine", lambda said: said["orders"] and said["orders"][order_id][5] == "cancelled")
