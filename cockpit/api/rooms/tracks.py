"""轨迹: where people were, and who was heard of last."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.openapi_tracks import TRACK_SCHEMAS, track_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.api.tracks import LastHeard, TrackAnswers, tracks_blueprint
from cockpit.services.tracks.tracks import Tracks


@dataclass(frozen=True, kw_only=True)
class TrackRoom:
    """`/tracks…`."""

    document: ClassVar[RoomDocument] = RoomDocument(track_paths, schemas=TRACK_SCHEMAS)

    tracks: Tracks
    last_heard: Callable[[], list[LastHeard]] = list

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield tracks_blueprint(
            TrackAnswers(self.tracks, core.audit, city=core.city, heard=self.last_heard, clock=core.clock)
        )
