"""`GET tracks` · `GET tracks/{subject_id}`: where somebody was, for who may ask; every look is written down.

A track is personal data: a gridworker sees their own, officers and leaders those of their scope, nobody what is
older than the installation keeps. The audit trail has the look before the answer leaves; without it there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from flask import Blueprint, Response, request

from cockpit.api.asked import answer, limit_asked, scope_asked, time_of
from cockpit.api.identity import Principal, require
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.api.signin import Audit
from cockpit.api.track_items import coverage_told, features_of, summary_of
from cockpit.catalogue import texts
from cockpit.domain.resource import masked_name
from cockpit.services.city import City, RosterEntry
from cockpit.services.tracks.gpx import gpx_of
from cockpit.services.tracks.tracks import DayTrack, Tracks
from cockpit.store.accounts import Role

_LOOKING = (Role.DUTY, Role.ADMIN, Role.LEADER, Role.GRIDWORKER)
#: who may read names in full
_NAMED = frozenset({Role.DUTY, Role.ADMIN})
#: more than a day, so that a night shift is whole; a longer look is several looks, each of them written down
_LONGEST = timedelta(hours=48)
_LONGEST_ID = 200
_MOST_TOLERANCE_M = 1_000.0
_FORMATS = ("geojson", "gpx")


@dataclass(frozen=True, kw_only=True, slots=True)
class LastHeard:
    """Who was heard of last when: what the list of people is made of beside the roster."""

    subject_id: str
    kind: str
    lon: float
    lat: float
    at: datetime


class TrackAnswers:
    """Answers about tracks."""

    def __init__(
        self,
        tracks: Tracks,
        audit: Audit,
        *,
        city: City,
        heard: Callable[[], list[LastHeard]],
        clock: Callable[[], datetime],
    ) -> None:
        self._tracks, self._audit, self._city, self._heard, self._clock = tracks, audit, city, heard, clock

    def listed(self) -> Response:
        """Whose tracks you may ask for: who was heard of within the time that is kept, the roster's first."""
        asking, scope, limit = require(*_LOOKING), scope_asked(), limit_asked()
        words, now = request.args.get("q", "").strip()[:100].lower(), self._clock()
        items: list[tuple[bool, str, dict[str, Any]]] = []
        for last in self._heard():
            entry = self._city.roster.get(last.subject_id)
            code = entry.grid_code if entry else self._city.locate(last.lon, last.lat)
            own = asking.role is not Role.GRIDWORKER or last.subject_id == asking.subject
            if not own or not scope.covers(code) or last.at < now - self._tracks.kept:
                continue
            name = self._name(entry, asking)
            place = self._city.name_of(code or "", language(request))
            if words and not any(words in text.lower() for text in (last.subject_id, name, place)):
                continue
            told = {
                "subject_id": last.subject_id, "kind": last.kind, "name": name, "grid_code": code,
                "grid_name": place, "shift": entry.shift if entry else None, "last_at": last.at,
            }  # fmt: skip
            items.append((entry is None, last.subject_id, told))
        items.sort(key=lambda item: item[:2])
        return answer({
            "as_of": now, "total": len(items), "items": [told for _, _, told in items[:limit]], "next": None,
            "scope": scope.code, "kept_from": now - self._tracks.kept,
        })  # fmt: skip

    def one(self, subject_id: str) -> Response:
        """A track; `?from&to` (the local day of now without), `format`, `tolerance_m`, `times`."""
        asking, scope = require(*_LOOKING), scope_asked()
        entry = self._may_see(asking, subject_id)
        now = self._clock()
        since, until = self._times(now)
        form = _choice("format", _FORMATS)
        tolerance_m, in_ms = _tolerance_m(), _choice("times", ("iso", "ms")) == "ms"
        self._audit.record(
            at=now,
            who=asking.name,
            what="track_looked_at",
            detail={
                "subject_id": subject_id, "from": since.isoformat(), "to": until.isoformat(), "format": form,
                "scope": scope.code, "account": asking.account.token_id, "role": asking.role.value,
            },
        )  # fmt: skip
        kept_from = max(since, now - self._tracks.kept)
        day = self._tracks.of(subject_id, kept_from, max(until, kept_from), scope)
        if entry is None and not day.heard:
            raise ProblemError(404, f"nothing was heard of {clean(subject_id)} in your scope", rule="unknown_subject")
        if form == "gpx":
            return self._gpx(day, asking)
        return self._geojson(day, asking, since=since, as_of=now, tolerance_m=tolerance_m, in_ms=in_ms)

    def _may_see(self, asking: Principal, subject_id: str) -> RosterEntry | None:
        """The roster's line about the subject, if any. ProblemError 403 for somebody else's, 404 outside the scope."""
        if asking.role is Role.GRIDWORKER and subject_id != asking.subject:
            raise ProblemError(403, "a gridworker sees only their own track", rule="not_your_own")
        if len(subject_id) > _LONGEST_ID:
            raise ProblemError(404, "no such subject", rule="unknown_subject")
        entry = self._city.roster.get(subject_id)
        if entry is not None and asking.role is not Role.GRIDWORKER and not scope_asked().covers(entry.grid_code):
            raise ProblemError(404, f"no gridworker {clean(subject_id)} in your scope", rule="unknown_subject")
        return entry

    def _times(self, now: datetime) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self._city.tz)
        since, until = time_of("from"), time_of("to")
        if since is None:
            day = (until or now).astimezone(zone).date()
            since = datetime.combine(day, time(), zone).astimezone(now.tzinfo)
        until = min(until or now, now) if since <= now else (until or now)
        if until < since:
            raise ProblemError(400, "to lies before from, or from in the future", field="to")
        if until - since > _LONGEST:
            raise ProblemError(400, "at most 48 hours at a time", field="to")
        return since, until

    def _geojson(
        self, day: DayTrack, asking: Principal, *, since: datetime, as_of: datetime, tolerance_m: float, in_ms: bool
    ) -> Response:
        words = texts(language(request))
        features, drawn = features_of(day, self._city, words, tolerance_m=tolerance_m, in_ms=in_ms)
        track = day.track
        body = {
            "type": "FeatureCollection",
            "as_of": as_of,
            "subject_id": day.subject_id,
            "kind": day.kind or "gridworker",
            "name": self._name(day.entry, asking),
            "shift": day.entry.shift if day.entry else None,
            "from": since,
            "to": day.until,
            "kept_from": day.since if day.since > since else None,
            "heard": day.heard,
            "fixes": len(track),
            "drawn": drawn,
            "bbox": [float(f(c)) for f in (min, max) for c in (track.lon, track.lat)] if len(track) else None,
            "summary": summary_of(day),
            "coverage": coverage_told(day.coverage, day.seen_share, self._city, words.lang),
            "features": features,
        }
        headers = {"Cache-Control": "no-store"}
        if request.args.get("download"):
            headers["Content-Disposition"] = _attached(day, "geojson")
        return Response(msgspec.json.encode(body), mimetype="application/geo+json", headers=headers)

    def _gpx(self, day: DayTrack, asking: Principal) -> Response:
        words = texts(language(request))
        name = " ".join(part for part in (day.subject_id, self._name(day.entry, asking)) if part)
        text = gpx_of(day, name=name, stop_title=words["tracks.gpx_stop"])
        headers = {"Cache-Control": "no-store", "Content-Disposition": _attached(day, "gpx")}
        return Response(text, mimetype="application/gpx+xml", headers=headers)

    def _name(self, entry: RosterEntry | None, asking: Principal) -> str:
        if entry is None:
            return ""
        own = asking.role is Role.GRIDWORKER
        return entry.name if own or asking.role in _NAMED else masked_name(entry.name)


def _attached(day: DayTrack, ending: str) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in day.subject_id)
    return f'attachment; filename="track-{plain[:60]}-{day.since:%Y%m%d}.{ending}"'


def _choice(name: str, known: tuple[str, ...]) -> str:
    text = request.args.get(name, known[0])
    if text not in known:
        raise ProblemError(400, f"{name} must be {' or '.join(known)}", field=name)
    return text


def _tolerance_m() -> float:
    text = request.args.get("tolerance_m", "0")
    try:
        metres = float(text)
    except ValueError:
        metres = -1.0
    if not 0 <= metres <= _MOST_TOLERANCE_M:
        raise ProblemError(400, f"tolerance_m must be metres from 0 to {_MOST_TOLERANCE_M:,.0f}", field="tolerance_m")
    return metres


def tracks_blueprint(tracks: TrackAnswers) -> Blueprint:
    """`/api/v1/tracks`."""
    blueprint = Blueprint("tracks", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/tracks", "listed", tracks.listed, methods=["GET"])
    blueprint.add_url_rule("/tracks/<path:subject_id>", "one", tracks.one, methods=["GET"])
    return blueprint
