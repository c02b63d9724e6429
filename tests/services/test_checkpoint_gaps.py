"""补检查点: every instant of the past lies near a checkpoint that can be read, whoever kept the first ones."""

import threading
from datetime import timedelta

from sqlalchemy import Engine

from cockpit.domain.facts import Fact, FeedLost, FeedRecovered
from cockpit.services.checkpoint_gaps import CheckpointGaps
from cockpit.services.history import KIND, History, packed
from cockpit.situation.checkpoint import VERSION, checkpoint_of, pieces_of
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.store.checkpoints import FACTS_BETWEEN, Checkpoint, Checkpoints
from cockpit.store.journal import Journal, JournalEntry
from cockpit.stream.codec import encode
from tests.stories import NOON, reported

RULES = Rules(city_code="330110")
#: four strides and a half, ten facts a second
TOLD = 9 * FACTS_BETWEEN // 2
GO_ON = threading.Event()


def told(n: int) -> Fact:
    """A feed that is lost and comes back, and now and then an event."""
    at = NOON + timedelta(milliseconds=100 * n)
    if n % 50 == 0:
        return reported(n, reported_at=at)
    kind = FeedLost if n % 2 else FeedRecovered
    return kind(fact_id=f"feed:{n}", at=at, received_at=at, feed="iot", title_zh="物联", title_en="IoT")


def folded(until: int) -> Situation:
    situation = Situation(rules=RULES)
    for n in range(until):
        evolve(situation, told(n), position_of(n))
    return situation


def position_of(n: int) -> str:
    return f"{1_000 + n}-0"


def entry(n: int) -> JournalEntry:
    fact = told(n)
    type_name, body = encode(fact)
    return JournalEntry(
        position=position_of(n), fact_id=fact.fact_id, type=type_name, at=fact.at, received_at=fact.received_at,
        code="", body=body.decode(),
    )  # fmt: skip


class Past:
    """A journal, and a checkpoint at its end that the program of today has kept."""

    def __init__(self, engine: Engine, *, archived: int = TOLD, rules: Rules = RULES) -> None:
        self.journal, self.checkpoints = Journal(engine), Checkpoints(engine)
        self.journal.record([entry(n) for n in range(archived)])
        self.history = History(journal=self.journal, checkpoints=self.checkpoints, rules=rules)
        self.gaps = CheckpointGaps(self.journal, self.history.read_all, self.checkpoints, rules)

    def save(self, until: int) -> None:
        situation, at = folded(until), told(until - 1).received_at
        pieces, seq, position = pieces_of(situation), situation.seq, situation.position
        self.checkpoints.save(packed(pieces, seq=seq, position=position, received_at=at))

    def kept(self) -> list[int]:
        return [one.seq for one in self.checkpoints.list_kept(kind=KIND, version=VERSION)]


def test_after_an_update_the_past_has_checkpoints_again_that_hold_what_the_journal_tells(engine: Engine) -> None:
    past = Past(engine)
    old = Checkpoint(
        position=position_of(5_000),
        seq=5_001,
        received_at=NOON,
        kind=KIND,
        version=VERSION - 1,
        body=b"of another time",
    )
    past.checkpoints.save(old)
    past.save(TOLD)
    assert past.gaps.close_newest(GO_ON) == 4
    assert past.kept() == [2_000, 4_000, 6_000, 8_000, 9_000]
    for n in (1, 1_999, 2_000, 2_001, 5_555, 8_999):
        at = NOON + timedelta(seconds=n // 10)
        assert checkpoint_of(past.history.folded(at)) == checkpoint_of(folded(n // 10 * 10 + 1)), n
    assert past.gaps.close_newest(GO_ON) == 0
    past.checkpoints.prune(NOON + timedelta(days=90))
    assert past.gaps.close_newest(GO_ON) == 0, "what was made is kept"


def test_where_facts_came_faster_than_the_fold_could_be_saved_the_gap_is_closed(engine: Engine) -> None:
    past = Past(engine)
    for until in (1_000, 2_000, TOLD):
        past.save(until)
    assert past.gaps.close_newest(GO_ON) == 3
    assert past.kept() == [1_000, 2_000, 4_000, 6_000, 8_000, TOLD]


def test_who_is_stopped_goes_on_at_the_next_start(engine: Engine) -> None:
    past, stop = Past(engine), Stopping(after=15)
    past.save(TOLD)
    assert past.gaps.close_newest(stop) == 1
    again = CheckpointGaps(past.journal, past.history.read_all, past.checkpoints, RULES)
    assert again.close_newest(GO_ON) == 3
    assert past.kept() == [2_000, 4_000, 6_000, 8_000, TOLD]


def test_a_gap_that_the_journal_does_not_lead_through_yet_waits(engine: Engine) -> None:
    past = Past(engine, archived=TOLD - 1)
    past.save(TOLD)
    assert past.gaps.close_newest(GO_ON) == 0
    past.journal.record([entry(TOLD - 1)])
    assert past.gaps.close_newest(GO_ON) == 4


def test_checkpoints_of_other_rules_are_left_alone(engine: Engine) -> None:
    past = Past(engine, rules=Rules(city_code="330110", at_risk_share=0.5))
    for until in (1_000, TOLD):
        past.save(until)
    assert past.gaps.close_newest(GO_ON) == 0


class Stopping(threading.Event):
    """Set when it has been waited for so often."""

    def __init__(self, *, after: int) -> None:
        super().__init__()
        self._left = after

    def wait(self, timeout: float | None = None) -> bool:
        del timeout  # nobody waits here
        self._left -= 1
        if self._left < 0:
            self.set()
        return self.is_set()
