"""What happened, joined from the settings: the journal, the fold over it, and the past that it has left."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.city_parts import CityParts
from cockpit.data_dir import DataDir

if TYPE_CHECKING:
    from cockpit.services.history import History
    from cockpit.services.past_events import PastEvents
    from cockpit.services.past_movers import PastMovers
    from cockpit.services.past_raisings import PastRaisings
    from cockpit.services.projector import Projector
    from cockpit.services.recording import Recorder
    from cockpit.services.upkeep import Upkeep
    from cockpit.store.journal import Journal


class PastParts(CityParts):
    """One fold a process."""

    @cached_property
    def recorder(self) -> "Recorder":
        from cockpit.services.recording import Recorder
        from cockpit.store.event_records import EventRecords

        return Recorder(EventRecords(self.engine), rules=self.rules)

    @cached_property
    def journal(self) -> "Journal":
        from cockpit.store.journal import Journal

        return Journal(self.engine)

    @cached_property
    def history(self) -> "History":
        from cockpit.services.history import History
        from cockpit.store.checkpoints import Checkpoints

        return History(
            journal=self.journal, checkpoints=Checkpoints(self.engine), rules=self.rules, past=self.past_events
        )

    @cached_property
    def past_events(self) -> "PastEvents":
        from cockpit.services.column_files import ColumnFiles
        from cockpit.services.past_events import PastEvents
        from cockpit.store.event_records import EventRecords

        records = EventRecords(self.engine)
        files = ColumnFiles(DataDir(self.settings.data_dir).cache, records.ids_of)
        return PastEvents(records, self.rules, files)

    @cached_property
    def past_raisings(self) -> "PastRaisings":
        from cockpit.services.past_raisings import PastRaisings
        from cockpit.store.raisings import AlarmRaisings

        return PastRaisings(AlarmRaisings(self.engine))

    @cached_property
    def past_movers(self) -> "PastMovers":
        from cockpit.services.past_movers import PastMovers
        from cockpit.store.fixes import FixArchive

        within = timedelta(seconds=self.settings.on_duty_within_s)
        return PastMovers(city=self.city, archive=FixArchive(self.engine), heard_within=within)

    @cached_property
    def projector(self) -> "Projector":
        from cockpit.services.projector import Projector
        from cockpit.store.fixes import FixArchive
        from cockpit.stream.fix_batch import FixBatch

        return Projector(
            city=self.city,
            rules=self.rules,
            facts=self.facts,
            positions=self.positions,
            checkpoints=self.history,
            journal=self.history,
            last_fixes=lambda: FixBatch.from_rows(FixArchive(self.engine).read_last()),
        )

    @cached_property
    def upkeep(self) -> "Upkeep":
        """Archive and dispatch both look after what is too old: either may run alone, and what is gone is gone."""
        from cockpit.services.upkeep import Upkeep
        from cockpit.store.fixes import FixArchive
        from cockpit.store.idempotency import IdempotencyKeys
        from cockpit.store.notices import Notices

        return Upkeep(
            fixes=FixArchive(self.engine),
            keys=IdempotencyKeys(self.engine),
            commands=self.commands,
            notices=Notices(self.engine),
            positions_kept=timedelta(days=self.settings.positions_kept_days),
        )
