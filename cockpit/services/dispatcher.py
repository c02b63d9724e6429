"""调度: decides each command once and appends what follows from it.

Several dispatchers may run. The commands group gives each command to one of them; should it die before it
acknowledges, another decides again, and because the ids of facts follow from the command nothing happens twice.
Of two commands about one event that two dispatchers decide at the same moment, the log lets one in; the other is
decided again by what the first has done.
"""

import threading
import time

import structlog

from cockpit.domain.commands import Command
from cockpit.services.projector import Projector
from cockpit.services.recall import Recall
from cockpit.services.watching import watch
from cockpit.situation.decide import decide, outcome_id
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.stream.commands import CommandEntry, CommandGroup
from cockpit.stream.facts import FactLog

log = structlog.get_logger(__name__)

#: a dispatcher that has not acknowledged for so long is dead; deciding takes milliseconds
_STALE_MS = 15_000
_BLOCK_MS = 500
_AWAY_S = 1.0


class Dispatcher:
    """One consumer of the commands group."""

    def __init__(
        self, *, projector: Projector, facts: FactLog, group: CommandGroup, recall: Recall | None = None
    ) -> None:
        self._projector, self._facts, self._group, self._recall = projector, facts, group, recall

    def run(self, stop: threading.Event) -> None:
        """Decide until `stop`; waits while Redis is away and says so once."""
        watch(self._step, stop, name="dispatcher")

    def _step(self) -> None:
        try:
            self.step()
        except DATABASE_AWAY as away:  # what it looked for comes again with the next step
            log.warning("a command waits for the database", error=type(away).__name__)
            time.sleep(_AWAY_S)

    def step(self, *, block_ms: int = _BLOCK_MS) -> int:
        """Decide what is waiting; the number of commands decided."""
        self._group.claim_stale(_STALE_MS)
        entries = self._group.read(count=32, block_ms=block_ms)
        for entry in entries:
            self._decide(entry)
        return len(entries)

    def _decide(self, entry: CommandEntry) -> None:
        if entry.command is None:
            log.warning("command set aside", position=entry.position, reason=entry.error)
            self._group.set_aside(entry, entry.error)
            return
        if self._settle(entry.command):
            self._group.ack([entry.position])
        else:  # it comes again with the next step
            log.warning("command waits", command_id=entry.command.command_id)

    def _settle(self, command: Command) -> bool:
        """Decide until the log has the outcome; False if the fold does not keep up."""
        # a rule may look at what was reported a moment before the command was given
        may_recall = self._recall
        while self._projector.follow_to(self._facts.tail()):
            if may_recall is not None and (back := may_recall.for_command(self._projector.situation, command)):
                self._facts.append([back])  # or another dispatcher has; decided once the fold has it
                may_recall = None
                continue
            with self._projector.lock:
                facts = decide(self._projector.situation, command)
            if not facts:
                return True
            new = self._facts.append_together(facts)
            if all(new) or (facts[0].fact_id == outcome_id(command) and not new[0]):
                return True
        return False
