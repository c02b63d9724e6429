"""A track as GeoJSON: what each piece of it is told as, and the figures beside it."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from cockpit.catalogue import Texts
from cockpit.domain.scope import community_of
from cockpit.domain.track_coverage import Coverage
from cockpit.domain.track_jumps import Jump
from cockpit.domain.track_pieces import Piece, PieceKind
from cockpit.services.city import City
from cockpit.services.tracks.lines import thinned
from cockpit.services.tracks.tracks import DayTrack


def features_of(
    day: DayTrack, city: City, words: Texts, *, tolerance_m: float, in_ms: bool
) -> tuple[list[dict[str, Any]], int]:
    """The features of a track by time, and of how many fixes their lines are drawn.

    Positions have six decimals (a hand's breadth); times are ISO 8601 in `coordTimes`, or whole milliseconds since
    1970 in `times_ms` for who plays them back.
    """
    rows = thinned(day.track, day.pieces, tolerance_m)
    lon, lat = day.track.lon.round(6).tolist(), day.track.lat.round(6).tolist()
    at_ms = day.track.at_ms.tolist()
    told: list[dict[str, Any]] = []
    for i, piece in enumerate(day.pieces):
        first, last = np.searchsorted(rows, [piece.first, piece.last]).tolist()
        picked = rows[first : last + 1].tolist()
        line = {"type": "LineString", "coordinates": [[lon[r], lat[r]] for r in picked]}
        times = {"times_ms": [at_ms[r] for r in picked]} if in_ms else {"coordTimes": [_at(at_ms[r]) for r in picked]}
        told.append({
            "type": "Feature", "id": i, "geometry": line,
            "properties": {**_piece(piece), **times, **_about(day, i, piece, city, words)},
        })  # fmt: skip
    if len(day.track) == 1:
        told.append(_alone(day))
    told += [_jump(jump, words) for jump in day.jumps if not jump.stays]
    told.sort(key=lambda feature: feature["properties"].get("from") or feature["properties"]["at"])
    return told, len(rows)


def summary_of(day: DayTrack) -> dict[str, Any]:
    """Seconds and metres; `moving_s + stopped_s + silent_s + jumped_s` is `lasts_s`."""
    moving = day.seconds_of(PieceKind.MOVE)
    way = sum(p.length_m for p in day.pieces if p.kind is PieceKind.MOVE)
    count = {kind: sum(p.kind is kind for p in day.pieces) for kind in PieceKind}
    return {
        "lasts_s": round(day.track.lasts_s, 3),
        "moving_s": round(moving, 3),
        "stopped_s": round(day.seconds_of(PieceKind.STOP), 3),
        "silent_s": round(day.seconds_of(PieceKind.GAP), 3),
        "jumped_s": round(day.seconds_of(PieceKind.JUMP), 3),
        "way_m": round(day.way_m, 1),
        "mean_mps": round(way / moving, 2) if moving else None,
        "stops": count[PieceKind.STOP],
        "gaps": count[PieceKind.GAP],
        "jumps": len(day.jumps),
        "set_aside": dict(day.track.set_aside),
        "hidden": day.hidden,
    }


def coverage_told(coverage: Coverage, seen_share: float | None, city: City, lang: str) -> dict[str, Any]:
    """The grids of the beat and all that somebody was in, the longest first."""
    visits = sorted(coverage.visits, key=lambda v: (-v.lasts_s, v.code))
    missed = sorted(set(coverage.beat) - set(coverage.visited))
    return {
        "beat": [{"code": code, "name": _name_of(code, city, lang)} for code in coverage.beat],
        "visited": len(coverage.visited),
        "missed": missed,
        "share": None if coverage.share is None else round(coverage.share, 4),
        "seen_share": None if seen_share is None else round(seen_share, 4),
        "on_beat_s": round(coverage.on_beat_s, 3),
        "heard_s": round(coverage.heard_s, 3),
        "grids": [
            {
                "code": v.code or None, "name": _name_of(v.code, city, lang),
                "lasts_s": round(v.lasts_s, 3), "on_beat": v.on_beat, "counts": v.counts,
            }
            for v in visits
        ],
    }  # fmt: skip


def _name_of(code: str, city: City, lang: str) -> str | None:
    """A grid's name with its community's: there is a 第01网格 in each of them. None outside the city."""
    if not code:
        return None
    community = city.name_of(community_of(code), lang) if len(code) > len(community_of(code)) > 0 else ""
    return (" " if lang == "en" else "").join(part for part in (community, city.name_of(code, lang)) if part)


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "piece": piece.kind.value,
        "from": _at(piece.from_ms),
        "to": _at(piece.to_ms),
        "lasts_s": round(piece.lasts_s, 3),
        "length_m": round(piece.length_m, 1),
        "fixes": piece.last - piece.first + 1,
    }


def _about(day: DayTrack, number: int, piece: Piece, city: City, words: Texts) -> dict[str, Any]:
    if piece.kind is PieceKind.MOVE:
        return {"mean_mps": round(piece.length_m / piece.lasts_s, 2) if piece.lasts_s else None}
    if piece.kind is PieceKind.STOP:
        rows = slice(piece.first, piece.last + 1)
        code = day.codes[piece.first]
        return {
            "place": [round(float(np.mean(column[rows])), 6) for column in (day.track.lon, day.track.lat)],
            "code": code or None,
            "code_name": _name_of(code, city, words.lang),
            "on_beat": code in day.coverage.beat,
        }
    if piece.kind is PieceKind.GAP:
        reason = day.reasons[number]
        return {
            "why": reason.cause.value,
            "why_title": words[f"tracks.gap_{reason.cause.value}"],
            "battery": reason.battery,
            "off_duty_share": round(reason.off_duty_share, 2),
        }
    jump = next(j for j in day.jumps if j.stays and j.at_ms == piece.to_ms)
    return _why(jump, words)


def _jump(jump: Jump, words: Texts) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(jump.lon, 6), round(jump.lat, 6)]},
        "properties": {"piece": "set_aside", "at": _at(jump.at_ms), "since": _at(jump.from_ms), **_why(jump, words)},
    }


def _why(jump: Jump, words: Texts) -> dict[str, Any]:
    return {
        "why": jump.cause.value,
        "why_title": words[f"tracks.jump_{jump.cause.value}"],
        "away_m": round(jump.away_m, 1),
        "needed_mps": round(jump.needed_mps, 1),
        "top_mps": jump.top_mps,
    }


def _alone(day: DayTrack) -> dict[str, Any]:
    place = [round(float(day.track.lon[0]), 6), round(float(day.track.lat[0]), 6)]
    at = _at(int(day.track.at_ms[0]))
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {"piece": "fix", "from": at, "to": at, "lasts_s": 0.0, "length_m": 0.0, "fixes": 1},
    }


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
