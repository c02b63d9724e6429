"""Joins what indicators count that is no event: alarms, gridworkers, grids, records of the books."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cockpit.data_dir import DataDir
from cockpit.parts import Parts
from cockpit.services.past_marks import PastMarks
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.asked import Subjects
from cockpit.services.subjects.device_records import DeviceRecords
from cockpit.services.subjects.force import ForceRows
from cockpit.services.subjects.fresh_rules import FILE, FreshRules
from cockpit.services.subjects.handovers import HandoverRows
from cockpit.services.subjects.records import RecordRows
from cockpit.services.subjects.walked import WalkedRows
from cockpit.store.fixes import FixArchive
from cockpit.store.readings import ReadingArchive
from cockpit.store.walked_grids import WalkedGrids

if TYPE_CHECKING:
    from cockpit.domain.attendance import Attendance
    from cockpit.situation.movers import Movers
    from cockpit.situation.situation import Situation


def subjects_of(parts: Parts) -> Subjects:
    """Over the fold, the journal, the archive of fixes and the books."""
    settings, projector = parts.settings, parts.projector

    @contextmanager
    def situation_of(past: datetime | None) -> Iterator["Situation"]:
        if past is not None:
            yield parts.history.folded(past)
            return
        with projector.lock:
            yield projector.situation

    @contextmanager
    def force_of(past: datetime | None) -> Iterator[tuple[Mapping[str, "Attendance"], "Movers"]]:
        if past is not None:
            yield marks.at(past), parts.past_movers.at(past)
            return
        with projector.lock:
            yield projector.situation.attendance, projector.movers

    marks, fixes = PastMarks(parts.journal), FixArchive(parts.engine)

    def kept_from() -> datetime | None:
        oldest = fixes.oldest_arrival_ms()
        return None if oldest is None else datetime.fromtimestamp(oldest / 1000, UTC)

    alarms = AlarmRows(situation_of, parts.past_raisings, parts.journal.begins_at, within_s=settings.alarm_act_within_s)
    force = ForceRows(
        force_of,
        city=parts.city,
        roster=parts.roster,
        within_s=settings.on_duty_within_s,
        kept_from=kept_from,
        begins_at=parts.journal.begins_at,
    )
    devices = DeviceRecords(
        parts.devices.now, ReadingArchive(parts.engine), parts.alarm_kinds, parts.group_rules,
        kept_every_s=settings.readings_kept_every_s,
    )  # fmt: skip
    records = RecordRows(parts.houses, devices, FreshRules(DataDir(settings.data_dir).path / FILE))
    walked = WalkedRows(WalkedGrids(parts.engine), fixes.newest_arrival_ms, city=parts.city, roster=parts.roster)
    return Subjects.joined(alarms, force, records, HandoverRows(situation_of), walked)
