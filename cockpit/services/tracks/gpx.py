"""轨迹导出: a track as GPX 1.1, a segment for each stretch without a gap and a waypoint for each stop."""

from datetime import UTC, datetime
from typing import Any

import gpxpy.gpx
import numpy as np

from cockpit.domain.track_pieces import PieceKind
from cockpit.services.tracks.tracks import DayTrack

_BREAKS = frozenset({PieceKind.GAP, PieceKind.JUMP})


def gpx_of(day: DayTrack, *, name: str, stop_title: str) -> str:
    """The file's text. Times are UTC; speeds are not in GPX 1.1 and left to who reads it."""
    document = gpxpy.gpx.GPX()
    document.creator, document.name = "cockpit", name
    track = gpxpy.gpx.GPXTrack(name=name)
    document.tracks.append(track)
    begin = 0
    ends = [p.first for p in day.pieces if p.kind in _BREAKS] + [len(day.track) - 1]
    for end in ends:
        if end >= begin and len(day.track):
            track.segments.append(gpxpy.gpx.GPXTrackSegment([_point(day, row) for row in range(begin, end + 1)]))
        begin = end + 1
    for piece in day.pieces:
        if piece.kind is PieceKind.STOP:
            document.waypoints.append(_stop(day, piece.first, piece.last, stop_title))
    return str(document.to_xml(version="1.1"))


def _point(day: DayTrack, row: int) -> Any:
    track = day.track
    return gpxpy.gpx.GPXTrackPoint(
        latitude=round(float(track.lat[row]), 7), longitude=round(float(track.lon[row]), 7), time=_at(track.at_ms[row])
    )


def _stop(day: DayTrack, first: int, last: int, title: str) -> Any:
    track = day.track
    lon, lat = (float(np.mean(column[first : last + 1])) for column in (track.lon, track.lat))
    minutes = round(float(track.at_ms[last] - track.at_ms[first]) / 60_000)
    return gpxpy.gpx.GPXWaypoint(
        latitude=round(lat, 7), longitude=round(lon, 7), time=_at(track.at_ms[first]),
        name=title.replace("{n}", str(minutes)),
    )  # fmt: skip


def _at(ms: Any) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, UTC)
