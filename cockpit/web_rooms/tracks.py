"""轨迹 of one process, joined from its parts: the archive it reads, who was heard of last, who may open the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from cockpit.api.rooms.tracks import TrackRoom
from cockpit.api.tracks import LastHeard
from cockpit.data_dir import DataDir
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.tracks import Tracks
from cockpit.services.tracks.windows import FOLDER, TrackWindows
from cockpit.store.accounts import Role
from cockpit.store.fixes import FixArchive
from cockpit.web_parts import WebParts

#: who may open the page; a gridworker sees themselves on it
TRACK_ROLES = frozenset({Role.DUTY, Role.ADMIN, Role.LEADER, Role.GRIDWORKER})


def track_room(web: WebParts) -> TrackRoom:
    """Over the archive of positions, read in windows that are kept."""
    parts = web.parts
    archive, windows = FixArchive(parts.engine), TrackWindows(DataDir(parts.settings.data_dir).cache / FOLDER)

    def attendance() -> Any:
        with parts.projector.lock:
            return dict(parts.projector.situation.attendance)

    def last_heard() -> list[LastHeard]:
        with parts.projector.lock:
            movers = parts.projector.movers
            rows, subjects = movers.rows.copy(), list(movers.subjects)
            kinds = [movers.kinds[k] for k in rows["kind"].tolist()]
        return [
            LastHeard(
                subject_id=subjects[i], kind=kinds[i], lon=float(rows["lon"][i]), lat=float(rows["lat"][i]),
                at=datetime.fromtimestamp(int(rows["at_ms"][i]) / 1000, UTC),
            )
            for i in np.flatnonzero(rows["drawn"]).tolist()
        ]  # fmt: skip

    return TrackRoom(
        tracks=Tracks(
            city=parts.city,
            roster=parts.roster,
            read=lambda subject_id, since, until: heard_of(archive, subject_id, since, until, windows),
            attendance=attendance,
            kept=timedelta(days=parts.settings.positions_kept_days),
        ),
        last_heard=last_heard,
    )
