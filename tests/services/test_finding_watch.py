"""规则确认 in dispatch processes over a real stream: only what is deserved, each finding once, and reversible."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from cockpit.domain.event import Event
from cockpit.domain.facts import StageEntered
from cockpit.domain.finding import Verdict, judgement_of
from cockpit.domain.finding_rule import FindingRule
from cockpit.domain.moves import MoveName
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.finding_rules import FindingRuleBook, FindingRules, load_finding_rules
from cockpit.services.finding_watch import FindingWatch, is_confirmed_by_rule
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.rule_assigner import RuleAssigner
from cockpit.services.standards import StandardsBook
from cockpit.store.responsibilities import ResponsibilityTable
from cockpit.store.standards import StandardsTable
from cockpit.stream.keys import Keys
from tests.services.test_rule_assigner import LIST, Process, Room, event_of

RULE = FindingRule(kind="garbage", confidence=0.9, enabled=True, min_verdicts=0, min_precision=0.6)


class Watching:
    """One dispatch process with its watch, and an assigner for what the watch confirmed."""

    def __init__(self, room: Room, rule: FindingRule = RULE) -> None:
        self.process: Process = room.process()
        self._facts = room.facts
        self.watch = FindingWatch(
            projector=self.process.projector, commands=room.commands, rules=lambda: FindingRules({rule.kind: rule}),
            clock=lambda: room.now,
        )  # fmt: skip
        self.process.assigner = RuleAssigner(
            projector=self.process.projector,
            commands=room.commands,
            responsibilities=ResponsibilityBook(ResponsibilityTable(room.engine), city=LIST),
            standards=StandardsBook(StandardsTable(room.engine), city=room.standards),
            clock=lambda: room.now,
            takes=is_confirmed_by_rule,
        )

    def look(self) -> list[str]:
        assert self.process.projector.follow_to(self._facts.tail(), timeout_s=20)
        return [command.event_id for command in self.watch.look()]

    def turn(self) -> None:
        """Confirm, decide, assign, decide."""
        self.look()
        self.process.decide()
        self.process.look()
        self.process.decide()

    def event(self, number: int = 1) -> Event:
        assert self.process.projector.follow_to(self._facts.tail(), timeout_s=20)
        return event_of(self.process, number)


@pytest.fixture
def room(tmp_path: Path, redis_client: Redis, keys: Keys) -> Iterator[Room]:
    room = Room(tmp_path, redis_client, keys)
    yield room
    for process in room.processes:
        process.projector.stop()
    room.engine.dispose()


def found(room: Room, number: int = 1, confidence: float = 0.95, **given: Any) -> None:
    said = {"confidence": confidence, "finding_kind": "garbage", "camera_id": "CAM-1"}
    room.report(number, **{"source": Source.VIDEO_AI, "attachments": ("https://v/1.jpg",), "extra": said, **given})


def accepted(room: Room) -> list[StageEntered]:
    return [f for f in room.told() if isinstance(f, StageEntered) and f.step.stage is Stage.ACCEPTED]


def test_nothing_is_confirmed_by_rule_as_shipped() -> None:
    shipped = load_finding_rules()
    assert shipped.rules
    assert not shipped.wrong
    assert not [rule for rule in shipped.rules.values() if rule.enabled]
    assert not shipped.picture_hosts


def test_a_sure_finding_is_confirmed_and_assigned_to_the_unit_responsible_and_marked(room: Room) -> None:
    found(room)
    found(room, 2, confidence=0.89)
    found(room, 3, attachments=())
    one = Watching(room)
    one.turn()
    [fact] = room.assignments()
    assert (fact.event_id, fact.step.unit, fact.step.by) == ("hotline_12345:1", "街道城管中队", "rule")
    [confirmed] = accepted(room)
    assert (confirmed.step.account, confirmed.step.note) == ("rule", "garbage 95% ≥ 90%")
    judged = judgement_of(one.event())
    assert judged is not None
    assert judged.by_rule


def test_an_accepted_event_that_no_threshold_confirmed_is_not_assigned_by_this(room: Room) -> None:
    room.report()
    room.ask(MoveName.ACCEPT)
    one = Watching(room)
    one.process.decide()
    one.turn()
    assert room.assignments() == []


def test_two_processes_and_a_restart_confirm_and_assign_each_finding_once(room: Room) -> None:
    for number in range(20):
        found(room, number)
    one, two = Watching(room), Watching(room)
    assert one.look() == two.look() != []
    turning = [threading.Thread(target=process.turn) for process in (one, two)]
    for thread in turning:
        thread.start()
    for thread in turning:
        thread.join()
    again = Watching(room)
    again.turn()
    ids = sorted(f"hotline_12345:{n}" for n in range(20))
    assert sorted(f.event_id for f in accepted(room)) == ids
    assert sorted(f.event_id for f in room.assignments()) == ids
    assert room.refusals() == []
    assert [*one.look(), *two.look(), *Watching(room).look()] == []


def test_an_officer_who_was_first_wins(room: Room) -> None:
    found(room)
    one = Watching(room)
    room.ask(MoveName.REJECT, note="画面不清")  # stands in the lane before the rule's command
    assert one.look() == ["hotline_12345:1"]
    one.process.decide()
    assert accepted(room) == []
    judged = judgement_of(one.event())
    assert judged is not None
    assert (judged.verdict, judged.by) == (Verdict.REJECTED, "李")
    assert one.look() == []


def test_what_a_rule_confirmed_is_taken_back_and_a_rule_that_is_wrong_too_often_stops(room: Room) -> None:
    found(room)
    one = Watching(room, FindingRule(kind="garbage", confidence=0.9, enabled=True, min_verdicts=0, min_precision=0.9))
    one.turn()
    room.ask(MoveName.VOID, note="误报")
    one.process.decide()
    assert one.event().stage is Stage.VOIDED
    counts = one.process.projector.situation.findings.by_kind(Scope("330110"))["garbage"]
    assert (counts.by_rule, counts.taken_back, counts.rejected) == (1, 1, 1)
    found(room, 2)
    assert one.look() == []


def test_an_edited_file_holds_without_a_restart_and_a_wrong_rule_is_shown(tmp_path: Path) -> None:
    book = FindingRuleBook(tmp_path)
    assert not [rule for rule in book.now().rules.values() if rule.enabled]
    good = '[[rule]]\nkind = "garbage_exposed"\nconfidence = 0.9\nenabled = true\n'
    (tmp_path / "rules.toml").write_text(f'picture_hosts = ["Video.Example"]\n{good}', encoding="utf-8")
    assert book.now().rules["garbage_exposed"].enabled
    assert book.now().picture_hosts == {"video.example"}
    (tmp_path / "rules.toml").write_text('[[rule]]\nkind = "garbage_exposed"\nconfidence = 9\n', encoding="utf-8")
    assert "garbage_exposed" not in book.now().rules
    assert [(bad.kind, bad.file) for bad in book.now().wrong] == [("garbage_exposed", "rules.toml")]
    (tmp_path / "rules.toml").write_text("[[rule", encoding="utf-8")
    assert book.now().wrong
    assert not book.now().rules["garbage_exposed"].enabled, "the shipped ones hold"
