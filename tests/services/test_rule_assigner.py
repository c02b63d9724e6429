"""规则分拨 in dispatch processes over a real stream: each event once, people first, off unless asked for."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from cockpit.domain.commands import Command, MoveEvent
from cockpit.domain.event import Event
from cockpit.domain.facts import CommandRefused, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.moves import MoveName
from cockpit.domain.responsibility import Responsibility
from cockpit.domain.stage import Stage
from cockpit.services.city import City
from cockpit.services.dispatcher import Dispatcher
from cockpit.services.history import History
from cockpit.services.projector import Projector
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.rule_assigner import MOST_AT_ONCE, SETTLE_S, RuleAssigner
from cockpit.services.standards import StandardsBook, standards_of_city
from cockpit.settings import Settings
from cockpit.situation.situation import Rules
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.database import migrate, open_engine
from cockpit.store.journal import Journal
from cockpit.store.responsibilities import ResponsibilityTable
from cockpit.store.standards import StandardsTable
from cockpit.stream.commands import RedisCommandLog
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from cockpit.stream.positions import RedisPositionLane
from tests.stories import NOON, entered, minutes, reported

CITY = City.load("yuhang")
RULES = Rules(city_code=CITY.code, tz=CITY.tz)
LIST = [
    Responsibility(category="event.01", code="330110005", unit="街道城管中队", level=Level.STREET),
    Responsibility(category="event.04", code="330110", unit="区执法局", level=Level.COUNTY),
]


class Process:
    """One dispatch process: its own fold, dispatcher and assigner."""

    def __init__(self, room: "Room", name: str) -> None:
        history = History(journal=Journal(room.engine), checkpoints=Checkpoints(room.engine), rules=RULES)
        self.projector = Projector(
            city=CITY, rules=RULES, facts=room.facts, positions=room.positions, checkpoints=history, journal=history,
        )  # fmt: skip
        self.projector.start()
        self.dispatcher = Dispatcher(
            projector=self.projector, facts=room.facts, group=room.commands.group("dispatch", name)
        )
        self.assigner = RuleAssigner(
            projector=self.projector,
            commands=room.commands,
            responsibilities=ResponsibilityBook(ResponsibilityTable(room.engine), city=LIST),
            standards=StandardsBook(StandardsTable(room.engine), city=room.standards),
            clock=lambda: room.now,
        )
        self._facts = room.facts
        assert self.projector.wait_ready(20)

    def look(self) -> list[MoveEvent]:
        """Look at all that is in the log by now."""
        assert self.projector.follow_to(self._facts.tail(), timeout_s=20)
        return self.assigner.look()

    def decide(self) -> None:
        while self.dispatcher.step(block_ms=0):
            pass


class Room:
    """One city's streams in a real server, its database, and the processes that a test starts."""

    def __init__(self, directory: Path, client: Redis, keys: Keys) -> None:
        self.engine = open_engine(f"sqlite:///{directory / 'journal.db'}")
        migrate(self.engine)
        self.facts, self.commands = RedisFactLog(client, keys), RedisCommandLog(client, keys)
        self.positions = RedisPositionLane(client, keys)
        assert CITY.directory is not None
        self.standards = standards_of_city(CITY.directory, CITY.code)
        self.now = NOON + minutes(10)
        self.processes: list[Process] = []
        self._asked = 0

    def process(self) -> Process:
        self.processes.append(Process(self, f"dispatch-{len(self.processes)}"))
        return self.processes[-1]

    def report(self, number: int = 1, **said: Any) -> None:
        self.facts.append([reported(number, **{"category": "event.01.10", "due_at": None, **said})])

    def ask(self, move: MoveName, number: int = 1, **said: Any) -> None:
        """What an officer asks for at the desk."""
        self._asked += 1
        command: Command = MoveEvent(
            command_id=f"officer:{self._asked}", by="李", account="a", officer_level=Level.CITY, scope=CITY.code,
            at=self.now, event_id=f"hotline_12345:{number}", move=move, **said,
        )  # fmt: skip
        self.commands.append([command])

    def told(self) -> list[Fact]:
        return [e.fact for e in self.facts.read("0", count=10_000, block_ms=0) if e.fact is not None]

    def assignments(self) -> list[StageEntered]:
        return [f for f in self.told() if isinstance(f, StageEntered) and f.step.stage is Stage.ASSIGNED]

    def refusals(self) -> list[CommandRefused]:
        return [fact for fact in self.told() if isinstance(fact, CommandRefused)]


@pytest.fixture
def room(tmp_path: Path, redis_client: Redis, keys: Keys) -> Iterator[Room]:
    room = Room(tmp_path, redis_client, keys)
    yield room
    for process in room.processes:
        process.projector.stop()
    room.engine.dispose()


def event_of(process: Process, number: int = 1) -> Event:
    return process.projector.situation.events[f"hotline_12345:{number}"]


def test_nothing_is_assigned_by_rule_unless_somebody_says_so() -> None:
    assert Settings.model_fields["assign_by_rules"].default is False


def test_an_accepted_event_is_assigned_as_an_officer_would_with_the_limit_of_its_standard(room: Room) -> None:
    room.report()
    one = room.process()
    assert one.look() == []  # registered: acceptance is a person's
    room.ask(MoveName.ACCEPT)
    one.decide()
    one.look()
    one.decide()
    [fact] = room.assignments()
    step = fact.step
    assert (step.unit, step.by, step.account) == ("街道城管中队", "rule", "rule")
    assert (step.note, step.level) == ("event.01 × 330110005", Level.STREET)
    assert step.assignment is not None
    limit = StandardsBook(StandardsTable(room.engine), city=room.standards).find_limit("event.01.10", "", room.now)
    assert limit is not None
    assert step.assignment.given == limit
    assert one.look() == []


def test_two_assigners_and_two_dispatchers_make_one_assignment_of_each_event(room: Room) -> None:
    for number in range(20):
        room.report(number)
        room.ask(MoveName.ACCEPT, number)
    one, two = room.process(), room.process()
    one.decide()
    assert [c.command_id for c in one.look()] == [c.command_id for c in two.look()]
    deciding = [threading.Thread(target=process.decide) for process in (one, two)]
    for thread in deciding:
        thread.start()
    for thread in deciding:
        thread.join()
    assert sorted(f.event_id for f in room.assignments()) == sorted(f"hotline_12345:{n}" for n in range(20))
    assert room.refusals() == []
    assert [*one.look(), *two.look(), *room.process().look()] == []


def test_a_claimed_event_is_left_alone_and_looked_at_again_when_it_is_released(room: Room) -> None:
    room.report()
    room.ask(MoveName.ACCEPT)
    room.ask(MoveName.CLAIM)
    one = room.process()
    one.decide()
    assert one.look() == []
    room.ask(MoveName.RELEASE)
    one.decide()
    one.look()
    one.decide()
    assert len(room.assignments()) == 1


def test_an_officer_who_claims_it_first_wins_and_the_rule_comes_back_later(room: Room) -> None:
    room.report()
    room.ask(MoveName.ACCEPT)
    one = room.process()
    one.decide()
    room.ask(MoveName.CLAIM)  # stands in the lane before the rule's command
    assert len(one.look()) == 1
    one.decide()
    assert room.assignments() == []
    assert [refused.rule for refused in room.refusals()] == ["changed_meanwhile"]
    room.ask(MoveName.RELEASE)
    one.decide()
    one.look()
    one.decide()
    assert len(room.assignments()) == 1


def test_an_event_without_an_entry_waits_for_a_person(room: Room) -> None:
    room.report(1, category="event.05.05")
    room.report(2, category="")
    for number in (1, 2):
        room.ask(MoveName.ACCEPT, number)
    one = room.process()
    one.decide()
    assert one.look() == []
    assert event_of(one).stage is Stage.ACCEPTED
    ResponsibilityTable(room.engine).replace_all(
        [Responsibility(category="event.05", code="330110", unit="区应急局", level=Level.COUNTY)], imported_at=room.now
    )
    assert [c.event_id for c in room.process().look()] == ["hotline_12345:1"]


def test_what_its_unit_returns_is_not_assigned_by_rule_again(room: Room) -> None:
    room.report()
    room.ask(MoveName.ACCEPT)
    one = room.process()
    one.decide()
    one.look()
    one.decide()
    room.ask(MoveName.RETURN, note="不属本队职责")
    one.decide()
    assert event_of(one).stage is Stage.RETURNED
    room.ask(MoveName.HAND_DOWN, level=Level.COMMUNITY)
    one.decide()
    assert event_of(one).stage is Stage.ACCEPTED
    assert one.look() == []


def test_what_a_source_told_as_accepted_has_a_minute_to_be_told_as_assigned(room: Room) -> None:
    for number in (1, 2):
        room.report(number)
        room.facts.append([entered(number, Stage.ACCEPTED, NOON + minutes(1))])
    one = room.process()
    assert one.look() == []
    room.facts.append([entered(2, Stage.ASSIGNED, NOON + minutes(2), unit="来源指定单位")])
    room.now += timedelta(seconds=SETTLE_S)
    assert [command.event_id for command in one.look()] == ["hotline_12345:1"]


def test_a_long_queue_is_asked_for_bit_by_bit_the_oldest_first(room: Room) -> None:
    for number in range(MOST_AT_ONCE + 5):
        room.report(number)
        room.facts.append([entered(number, Stage.ACCEPTED, NOON + timedelta(seconds=number))])
    one = room.process()
    one.look()
    room.now += timedelta(seconds=SETTLE_S)
    looks = [one.look(), one.look(), one.look()]
    assert [len(commands) for commands in looks] == [MOST_AT_ONCE, 5, 0]
    asked = [int(re.sub(r".*:", "", c.event_id)) for commands in looks for c in commands]
    assert asked == list(range(MOST_AT_ONCE + 5))
