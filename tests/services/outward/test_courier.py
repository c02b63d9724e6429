"""对外推送: to a real receiver over HTTP; in order, at least once, nothing lost, nobody waits for a slow one."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from sqlalchemy import Engine

from cockpit.domain.event import Place
from cockpit.domain.facts import AlarmRaised
from cockpit.domain.severity import Severity
from cockpit.services.outward.courier import MOST_FACTS, MOST_REFUSALS, Courier, pause_of
from cockpit.services.outward.filling import Filling
from cockpit.services.outward.guard import Guard, networks_of
from cockpit.services.outward.posting import Poster
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.store.journal import Journal, JournalEntry
from cockpit.store.outward import Outward, Subscription, SubscriptionState
from cockpit.stream.facts import MemoryFactLog
from tests.services.outward.receiver import SECRET, Receiver, serving
from tests.stories import NOON

CITY, STREET, OTHER_STREET = "330110", "330110012", "330110113"
LOCAL = Guard(networks_of("127.0.0.0/8"), plain_http=True)


def alarm(n: int, code: str = STREET, **given: object) -> AlarmRaised:
    fact = AlarmRaised(
        fact_id=f"alarm:{n}", at=NOON, received_at=NOON, alarm_id=f"dev-{n}:smoke", device_id=f"dev-{n}", kind="smoke",
        severity=Severity.II, place=Place(lon=119.95, lat=30.3, code=code), message="烟感",
    )  # fmt: skip
    return replace(fact, **given)  # type: ignore[arg-type]  # fields by name


class House:
    """Facts, their fold and journal, and couriers on a clock that the test moves."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.table, self.facts, self.journal = engine, Outward(engine), MemoryFactLog(), Journal(engine)
        self.lock, self.situation = threading.RLock(), Situation(rules=Rules(city_code=CITY))
        #: a clock that only the test moves: a slow machine makes nothing due
        self.begun_at, self.after_s = datetime.now(UTC), 0.0
        self.filling = Filling(
            self.table, facts=self.facts, journal=self.journal, fold=self, codes_of=lambda ids: dict.fromkeys(ids, CITY)
        )

    def happen(self, *facts: AlarmRaised) -> None:
        self.facts.append(facts)
        for entry in self.facts.read(self.situation.position, count=100_000, block_ms=0):
            assert entry.fact is not None
            evolve(self.situation, entry.fact, entry.position)
            self.journal.record(
                [
                    JournalEntry(
                        position=entry.position, fact_id=entry.fact.fact_id, type=entry.type_name, at=NOON,
                        received_at=NOON, code="", body=entry.body.decode(),
                    )
                ]
            )  # fmt: skip

    def subscribe(self, url: str, name: str = "a", **given: object) -> Subscription:
        new = Subscription(
            id=f"sub_{name}", name=name, url=url, code="", kinds=(), personal=False, secret=SECRET, created_by="t",
            created_at=NOON, filled="0", due_at=NOON,
        )  # fmt: skip
        new = replace(new, **given)  # type: ignore[arg-type]  # fields by name
        self.table.add(new)
        return new

    def now(self) -> datetime:
        return self.begun_at + timedelta(seconds=self.after_s)

    def courier(self, holder: str = "h", most_tries: int = 100) -> Courier:
        # the receiver judges the time in a signature by the true clock
        poster = Poster(LOCAL, clock=lambda: datetime.now(UTC))
        return Courier(self.table, self.filling, poster, holder=holder, most_tries=most_tries, clock=self.now)

    def step(self, name: str = "a", courier: Courier | None = None) -> bool:
        """Fill and deliver once."""
        while self.filling.fill(self.known(name)):
            pass
        return (courier or self.courier()).deliver(self.known(name))

    def known(self, name: str = "a") -> Subscription:
        found = self.table.find(f"sub_{name}")
        assert found is not None
        return found


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as one:
        yield one


def test_facts_of_the_scope_arrive_signed_and_in_their_order(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url, code=STREET, kinds=("AlarmRaised",))
    house.happen(*[alarm(n, OTHER_STREET if n % 2 else STREET) for n in range(6)])
    assert house.step()
    assert not house.step(), "what was acknowledged is not sent again"
    assert receiver.got == ["alarm:0", "alarm:2", "alarm:4"]
    [(_, told)] = receiver.messages
    fact = told["data"]["facts"][0]
    assert (told["type"], fact["kind"], fact["code"]) == ("cockpit.facts", "AlarmRaised", STREET)
    assert fact["data"]["message"] == "烟感"
    assert (house.known().delivered, house.table.backlogs()) == (3, {})
    house.subscribe(receiver.url, "b", kinds=("ModeChanged",))
    assert not house.step("b"), "nobody is told what was not asked for"


def test_a_receiver_that_is_down_and_comes_back_gets_everything_in_order_and_the_same_message_again(
    house: House, receiver: Receiver
) -> None:
    house.subscribe(receiver.url)
    house.happen(*[alarm(n) for n in range(3)])
    receiver.answers = [503, 500]
    for tries in (1, 2):
        assert house.step()
        assert (house.known().tries, house.known().error[-3:]) == (tries, str((503, 500)[tries - 1]))
        assert not house.step(), "not before its time"
        house.happen(alarm(10 + tries))
        house.after_s += pause_of(tries) + 1
    assert house.step()
    assert house.step()
    ids = [message_id for message_id, _ in receiver.messages]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert receiver.messages[0][1] == receiver.messages[2][1], "what grew meanwhile goes out with the next one"
    assert receiver.got[6:] == ["alarm:0", "alarm:1", "alarm:2", "alarm:11", "alarm:12"]
    assert (house.known().tries, house.known().error) == (0, "")


def test_who_dies_between_delivery_and_marking_sends_the_very_same_message_again(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.subscribe(receiver.url)
    house.happen(alarm(1))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(house.table, "acknowledged", die)
        with pytest.raises(KeyboardInterrupt):
            house.step()
    house.happen(alarm(2))
    assert house.step()
    assert house.step()
    first, again, then = receiver.messages
    assert first == again, "the receiver can tell that it is a repeat"
    assert then[0] != first[0]
    assert receiver.got == ["alarm:1", "alarm:1", "alarm:2"]


def test_who_stays_away_for_too_long_is_stopped_visibly_and_loses_nothing(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.happen(alarm(1))
    receiver.answers = [503] * 3
    for tries in (1, 2, 3):
        assert house.step(courier=house.courier(most_tries=3))
        house.after_s += pause_of(tries) + 1
    assert house.known().state is SubscriptionState.STOPPED
    house.happen(alarm(2))
    assert not house.step()
    assert house.table.backlogs()["sub_a"].waiting == 2
    assert house.table.replay("sub_a", now=house.now())
    assert house.step()
    assert house.step()
    assert receiver.got[3:] == ["alarm:1", "alarm:2"]


def test_one_fact_that_a_receiver_never_takes_holds_up_none_of_the_others(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.happen(*[alarm(n) for n in range(4)])
    courier = house.courier()

    def picky(request: BaseHTTPRequestHandler) -> None:
        status = 422 if any(f["fact_id"] == "alarm:1" for f in receiver.messages[-1][1]["data"]["facts"]) else 204
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    receiver.answers = [picky] * 40
    for _ in range(MOST_REFUSALS + 6):
        house.step(courier=courier)
        house.after_s += pause_of(MOST_REFUSALS) + 1
    backlog = house.table.backlogs()["sub_a"]
    assert (backlog.waiting, backlog.dead, house.known().delivered) == (0, 1, 3)
    receiver.answers = []
    assert house.table.replay("sub_a", now=house.now())
    assert house.step(courier=courier)
    assert receiver.got[-1] == "alarm:1"
    assert house.table.backlogs() == {}


def test_gone_for_good_and_forbidden_addresses_stop_a_subscription_at_once(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.subscribe("https://127.0.0.1:1/x".replace("127.0.0.1", "169.254.169.254"), "b")
    house.happen(alarm(1))
    receiver.answers = [410]
    house.step()
    house.step("b")
    assert {house.known(name).state for name in "ab"} == {SubscriptionState.STOPPED}
    assert "169.254.169.254" in house.known("b").error


def test_a_redirect_is_not_followed(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.happen(alarm(1))

    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        request.send_response(307)
        request.send_header("Location", receiver.url)
        request.send_header("Content-Length", "0")
        request.end_headers()

    receiver.answers = [elsewhere]
    house.step()
    assert len(receiver.messages) == 1
    assert house.known().error == "the receiver answered 307"


def test_what_the_stream_has_let_go_of_comes_from_the_journal(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.happen(*[alarm(n) for n in range(5)])
    house.facts.trim(house.situation.position)
    assert not house.facts.reaches_back_to("0")
    assert house.step()
    house.happen(alarm(5))
    assert house.step()
    assert receiver.got == [f"alarm:{n}" for n in range(6)]
    assert house.table.replay("sub_a", now=house.now(), since_ms=0)
    assert house.step()
    assert receiver.got[6:] == [f"alarm:{n}" for n in range(6)], "a replay brings all of them again"


def test_a_message_is_bounded_whatever_waits(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.happen(
        *[alarm(n) for n in range(MOST_FACTS + 1)], *[alarm(1000 + n, message="长" * 60_000) for n in range(3)]
    )
    while house.step():
        pass
    assert [len(told["data"]["facts"]) for _, told in receiver.messages] == [MOST_FACTS, 2, 1, 1]
    assert len(receiver.got) == len(set(receiver.got)) == MOST_FACTS + 4


def test_what_is_personal_goes_only_to_those_who_may_read_it(house: House, receiver: Receiver) -> None:
    house.subscribe(receiver.url)
    house.subscribe(receiver.url, "b", personal=True)
    house.happen(alarm(1, message="请联系13812345678", extra={"owner": "王小明"}))
    house.step()
    house.step("b")
    masked, whole = (told["data"]["facts"][0]["data"] for _, told in receiver.messages)
    assert (masked["message"], "extra" in masked) == ("请联系138****5678", False)
    assert (whole["message"], whole["extra"]) == ("请联系13812345678", {"owner": "王小明"})


def waits_for(release: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda _request: release.wait(30) and None


def test_a_slow_receiver_holds_up_nobody_else_and_two_couriers_share_nothing(house: House, receiver: Receiver) -> None:
    release, stop = threading.Event(), threading.Event()
    with serving(Receiver()) as slow:
        slow.answers = [waits_for(release)]
        house.subscribe(slow.url, "slow")
        house.subscribe(receiver.url)
        house.happen(*[alarm(n) for n in range(5)])
        couriers = [threading.Thread(target=house.courier(holder=h).run, args=(stop,)) for h in "xy"]
        for thread in couriers:
            thread.start()
        try:
            receiver.wait_for(5)
            assert receiver.got == [f"alarm:{n}" for n in range(5)], "once, whoever delivers"
            slow.wait_for(5)  # and has not answered yet
        finally:
            release.set()
            stop.set()
            for thread in couriers:
                thread.join(30)


def test_a_receiver_that_was_really_gone_is_found_again_and_misses_nothing(house: House) -> None:
    stop, first = threading.Event(), Receiver()
    thread = threading.Thread(target=house.courier().run, args=(stop,))
    house.subscribe(first.url)
    try:
        with serving(first):
            thread.start()
            house.happen(alarm(0))
            first.wait_for(1)
        for n in range(1, 8):
            house.happen(alarm(n))
        while not house.known().tries:
            threading.Event().wait(0.02)
        with serving(Receiver(first.port)) as back:
            house.after_s += 1_000
            back.wait_for(7)
            assert list(dict.fromkeys(back.got)) == [f"alarm:{n}" for n in range(1, 8)]
    finally:
        stop.set()
        thread.join(30)
