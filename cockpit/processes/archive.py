"""The archive process: facts and fixes into the database; what is too old out of it."""

import os
from datetime import timedelta

from cockpit.data_dir import DataDir
from cockpit.learning import keep_learning
from cockpit.notifying import outbox_of
from cockpit.parts import Parts
from cockpit.processes.running import BEHIND_THE_SCREENS, begin, together
from cockpit.settings import Settings


def run_archive(settings: Settings) -> None:
    """Facts and fixes into the database; what is too old out of it."""
    stop = begin("archive", settings)
    os.nice(BEHIND_THE_SCREENS)
    from cockpit.services.archiver import Archiver
    from cockpit.services.backfill import backfill
    from cockpit.services.checkpoint_gaps import CheckpointGaps
    from cockpit.services.fix_minutes import MinuteKeeper
    from cockpit.services.raising_records import RaisingRecorder
    from cockpit.services.reading_archive import ReadingRecorder
    from cockpit.services.rebuild import rebuild
    from cockpit.services.tracks.sealing import Sealer
    from cockpit.services.tracks.walking import Walking
    from cockpit.services.tracks.windows import FOLDER, TrackWindows
    from cockpit.store.checkpoints import Checkpoints
    from cockpit.store.devices import DeviceTable
    from cockpit.store.fixes import FixArchive
    from cockpit.store.journal import Journal
    from cockpit.store.raisings import AlarmRaisings
    from cockpit.store.readings import ReadingArchive
    from cockpit.store.walked_grids import WalkedGrids

    parts = Parts(settings)
    journal, checkpoints = Journal(parts.engine), Checkpoints(parts.engine)
    rebuild(parts.facts, journal, checkpoint=checkpoints.find_newest_position())
    backfill(journal, parts.recorder, parts.engine)
    raisings = RaisingRecorder(AlarmRaisings(parts.engine), parts.rules.zone())
    raisings.backfill(journal, parts.engine)
    archiver = Archiver(
        facts=parts.facts,
        positions=parts.positions,
        journal=journal,
        fixes=FixArchive(parts.engine),
        checkpoints=checkpoints,
        recorder=parts.recorder,
        beside=[raisings, outbox_of(parts)],
        consumer=parts.consumer,
        facts_kept=timedelta(hours=settings.facts_kept_hours),
        fixes_kept=timedelta(minutes=settings.positions_kept_minutes),
    )
    readings = ReadingRecorder(
        lane=parts.readings,
        consumer=parts.consumer,
        archive=ReadingArchive(parts.engine),
        heard=DeviceTable(parts.engine),
        devices=parts.devices,
        every_s=settings.readings_kept_every_s,
        kept_for=timedelta(days=settings.readings_kept_days),
    )
    kept = timedelta(days=settings.positions_kept_days)
    windows = TrackWindows(DataDir(settings.data_dir).cache / FOLDER)
    sealer = Sealer(FixArchive(parts.engine), windows, kept=kept)
    walking = Walking(
        city=parts.city, archive=FixArchive(parts.engine), store=WalkedGrids(parts.engine), kept=kept, windows=windows
    )
    minutes = MinuteKeeper(FixArchive(parts.engine))
    gaps = CheckpointGaps(journal, parts.history.read_all, checkpoints, parts.rules)
    loops = {
        "archiver": lambda: archiver.run(stop),
        "sealer": lambda: sealer.run(stop),
        "minutes": lambda: minutes.run(stop),
        "walking": lambda: walking.run(stop),
        "readings": lambda: readings.run(stop),
        "gaps": lambda: gaps.run(stop),
        "upkeep": lambda: parts.upkeep.run(stop),
        "learning": lambda: keep_learning(settings, stop),
    }
    together(stop, loops)
    parts.close()
