"""The lane of pages that only turn: the mode of a scope at once, then whenever it turns, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cockpit.store.accounts import Role
from tests.api.town import HERE_STREET, Town, event
from tests.push.test_sockets import Screen, Served, told


@pytest.fixture
def served(bare_town: Town) -> Iterator[Served]:
    served = Served(bare_town, clock_ms=lambda: round(bare_town.now.timestamp() * 1000))
    told(bare_town, event(event_id="sunk"))
    yield served
    served.close()


def leader(served: Served, scope: str = "", **given: object) -> Screen:
    screen = served.open(token=served.town.token(Role.LEADER, scope), **given)
    screen.wait("hello")
    screen.io.emit("mode", {"scope": scope})
    return screen


def turn(town: Town, mode: str, **more: str) -> None:
    event_id = f"{event()['source']}:sunk" if mode == "wartime" else None
    assert (
        town.caller(Role.DUTY).call("PUT", "mode", json={"mode": mode, "event_id": event_id, **more}).status_code == 202
    )
    town.settle()
    town.now += timedelta(seconds=1)


def modes(screen: Screen) -> list[str]:
    return [data["mode"] for name, data in screen.heard if name == "mode"]


def test_a_leader_hears_the_mode_at_once_and_when_it_turns(served: Served) -> None:
    screen = leader(served)
    assert screen.wait("mode")["mode"] == "peacetime"
    turn(served.town, "wartime")
    assert screen.wait("mode", lambda said: said["mode"] == "wartime")["at"]
    turn(served.town, "peacetime")
    screen.wait("mode", lambda said: said["mode"] == "peacetime" and said["at"])
    assert modes(screen) == ["peacetime", "wartime", "peacetime"]


def test_what_happens_otherwise_is_not_told(served: Served) -> None:
    screen = leader(served)
    screen.wait("mode")
    told(served.town, *(event(event_id=str(n)) for n in range(5)))
    turn(served.town, "wartime")
    screen.wait("mode", lambda said: said["mode"] == "wartime")
    assert len(modes(screen)) == 2
    assert {name for name, _ in screen.heard} == {"hello", "mode"}


def test_a_page_that_goes_down_into_a_street_hears_that_street_and_nobody_hears_another(served: Served) -> None:
    screen = leader(served, HERE_STREET)
    screen.wait("mode")
    screen.io.emit("mode", {"scope": "330110999"})  # not theirs: as if it had not been said
    screen.io.emit("mode", {"scope": 5})
    screen.io.emit("mode", {"scope": f"{HERE_STREET}001"})
    turn(served.town, "wartime", scope=HERE_STREET)
    assert screen.wait("mode", lambda said: said["mode"] == "wartime")


def test_a_page_that_does_not_answer_hears_how_it_is_in_one_message(served: Served) -> None:
    screen = leader(served, ack=False)
    seq = screen.wait("mode")["seq"]
    for mode in ("wartime", "peacetime", "wartime"):
        turn(served.town, mode)
    screen.io.emit("ack", {"lane": "mode", "n": seq})
    screen.wait("mode", lambda said: said["seq"] > seq)
    assert modes(screen) == ["peacetime", "wartime"]
