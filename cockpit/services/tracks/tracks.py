"""轨迹: one subject's time as a whole: its track, its pieces, why it broke, where it was held against the beat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from cockpit.domain.scope import Scope
from cockpit.domain.track import Heard, Track, track_of
from cockpit.domain.track_coverage import Coverage, coverage_of
from cockpit.domain.track_gaps import GapReason, reason_of
from cockpit.domain.track_jumps import Jump, without_jumps
from cockpit.domain.track_pieces import USUAL, Piece, PieceKind, TrackRules, cut
from cockpit.services.city import City, RosterEntry
from cockpit.services.roster import Attended, Roster
from cockpit.services.tracks.beat import Beats
from cockpit.services.tracks.reading import HeardOf
from cockpit.stream.lane import millis_of

_GRID_DIGITS = 15


class Mark(Attended, Protocol):
    """A mark of attendance with its time."""

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DayTrack:
    """What is known of a subject between two times. `codes`: grid of each fix of `track`, empty outside the city."""

    subject_id: str
    kind: str
    entry: RosterEntry | None
    since: datetime
    until: datetime
    track: Track
    codes: tuple[str, ...]
    pieces: tuple[Piece, ...]
    jumps: tuple[Jump, ...]
    #: why each gap is one, by the place of its piece
    reasons: Mapping[int, GapReason]
    coverage: Coverage
    #: of the beat's area, what lay within sight of the way; None without a beat
    seen_share: float | None
    #: fixes that were heard in all, and those outside what the asking person may see
    heard: int
    hidden: int

    def seconds_of(self, kind: PieceKind) -> float:
        return sum(p.lasts_s for p in self.pieces if p.kind is kind)

    @property
    def way_m(self) -> float:
        """Metres along what is known."""
        return sum(p.length_m for p in self.pieces if p.kind in (PieceKind.MOVE, PieceKind.STOP))


class Tracks:
    """Reads tracks. Safe from any thread."""

    def __init__(
        self,
        *,
        city: City,
        roster: Roster,
        read: Callable[[str, int, int], HeardOf],
        attendance: Callable[[], Mapping[str, Mark]],
        kept: timedelta,
        rules: TrackRules = USUAL,
    ) -> None:
        self._city, self._roster, self._read, self._attendance = city, roster, read, attendance
        self.kept, self._rules, self._beats = kept, rules, Beats(city)

    def of(self, subject_id: str, since: datetime, until: datetime, scope: Scope) -> DayTrack:
        """A subject between two times, both included, as far as `scope` lets it be seen.

        Somebody of the roster in the scope is seen wherever they went; of who is on no roster, such as a vehicle,
        only what lies in the scope.
        """
        entry = self._roster.find(subject_id)
        found = self._read(subject_id, millis_of(since), millis_of(until))
        heard, hidden = found.heard, np.zeros(len(found.heard), dtype=bool)
        if entry is None:
            numbers = self._city.locate_many(heard.lon, heard.lat)
            low, high = scope.span
            hidden = ~((numbers >= low) & (numbers < high)) & (heard.wrong == "")
        seen = _picked(heard, ~hidden)
        track, jumps = without_jumps(track_of(seen), found.kind)
        pieces = cut(track, [jump.at_ms for jump in jumps if jump.stays], self._rules)
        codes = self._codes(track)
        coverage = coverage_of(track, codes, pieces, self._beats.beat_of(subject_id))
        hidden_ms, wrong_ms = np.sort(heard.at_ms[hidden]), np.sort(heard.at_ms[heard.wrong != ""])
        reasons = {
            i: reason_of(
                piece, track, on_duty=lambda ms: self._on_duty(subject_id, ms), hidden_ms=hidden_ms, wrong_ms=wrong_ms
            )
            for i, piece in enumerate(pieces)
            if piece.kind is PieceKind.GAP
        }
        return DayTrack(
            subject_id=subject_id,
            kind=found.kind,
            entry=entry,
            since=since,
            until=until,
            track=track,
            codes=codes,
            pieces=tuple(pieces),
            jumps=tuple(jumps),
            reasons=reasons,
            coverage=coverage,
            seen_share=self._beats.seen_share(track, pieces, coverage.beat),
            heard=len(seen),
            hidden=int(hidden.sum()),
        )

    def _on_duty(self, subject_id: str, ms: int) -> bool:
        at = datetime.fromtimestamp(ms / 1000, UTC)
        mark = self._attendance().get(subject_id)
        said = {subject_id: mark} if mark is not None and mark.at <= at else None
        return self._roster.duty_of(subject_id, at, said).on

    def _codes(self, track: Track) -> tuple[str, ...]:
        numbers = self._city.locate_many(track.lon, track.lat)
        codes = {n: self._city.code_of(n) if n else "" for n in np.unique(numbers).tolist()}
        return tuple(codes[n] for n in numbers.tolist())


def _picked(heard: Heard, rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Heard:
    return Heard(
        at_ms=heard.at_ms[rows], lon=heard.lon[rows], lat=heard.lat[rows], accuracy_m=heard.accuracy_m[rows],
        speed_mps=heard.speed_mps[rows], battery=heard.battery[rows], wrong=heard.wrong[rows],
    )  # fmt: skip
