"""Replay: a start without a checkpoint, the journal out of SQLite, decoded and folded again."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from cockpit.bench.report import Row
from cockpit.bench.trials import alternated, timed
from cockpit.domain.facts import Fact
from cockpit.services.history import History
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.database import migrate, open_engine
from cockpit.store.journal import Journal, JournalEntry
from cockpit.stream.codec import encode


def replay_row(case: str, facts: Sequence[Fact], rules: Rules, times: int) -> Row:
    """A start without a checkpoint: the journal, out of SQLite, decoded and folded."""
    with TemporaryDirectory(prefix="cockpit-bench-") as directory:
        engine = open_engine(f"sqlite:///{Path(directory) / 'journal.db'}")
        try:
            migrate(engine)
            journal = Journal(engine)
            journal.record([_entry(number, fact) for number, fact in enumerate(facts)])
            history = History(journal=journal, checkpoints=Checkpoints(engine), rules=rules)
            million = 1e6 / len(facts)
            found = alternated(
                {
                    "cockpit": lambda: million * timed(lambda: _replayed(history, rules)),
                    "reading the rows alone": lambda: million * timed(lambda: _read(journal)),
                },
                times,
            )
        finally:
            engine.dispose()
    return Row(
        case=case, workload=f"journal of {len(facts):,} facts in SQLite", measure="replay of 10⁶ entries", unit="s",
        ours=found.pop("cockpit"), others=found, target=60, note="scaled up from the workload",
    )  # fmt: skip


def _entry(number: int, fact: Fact) -> JournalEntry:
    name, body = encode(fact)
    return JournalEntry(
        position=f"{number + 1}-0", fact_id=fact.fact_id, type=name, at=fact.at, received_at=fact.received_at, code="",
        body=body.decode(),
    )  # fmt: skip


def _replayed(history: History, rules: Rules) -> Situation:
    situation = Situation(rules=rules)
    for entry in history.read_all("0"):
        if entry.fact is not None:
            evolve(situation, entry.fact, entry.position)
    return situation


def _read(journal: Journal) -> int:
    after, count = "0", 0
    while rows := journal.read(after, None, 5_000):
        after, count = rows[-1].position, count + len(rows)
    return count
