"""台账列: the records of the past as numpy columns, so that any filters together cost some passes over memory.

A million rows take some 150 MB. Rows lie newest report first. What changes comes as a new, small segment, and small
segments are joined into larger ones; a row that was written again is dead in the segment where it lay before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.category import category_number
from cockpit.domain.plausibility import UNDRAWABLE
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import FINISHED, Stage
from cockpit.services.text_column import Mask, TextColumn
from cockpit.situation.event_filter import AskedColour, EventFilter
from cockpit.stream.lane import millis_of

#: later than every time: what has not happened
NEVER = np.iinfo(np.int64).max

#: what is read of a record, in this order
READ = (
    "record_id", "event_id", "source", "stage", "reported_ms", "due_ms", "closed_ms", "evaluated_ms", "ended_ms",
    "settled_ms", "accepted_ms", "assigned_ms", "handled_ms", "overtime_ms", "imported_ms", "live_from_ms",
    "code_number", "lon", "lat", "flags", "category", "category_text", "title", "address", "description",
    "unit",
)  # fmt: skip
_TIMES = ("due", "closed", "evaluated", "ended", "settled", "accepted", "assigned", "handled", "overtime")
_STAGES = {stage.value: number for number, stage in enumerate(Stage)}
#: merged into another event, or a stage of a later version
_OTHER_STAGE = len(_STAGES)
_SOURCES = {source.value: number for number, source in enumerate(Source)}
#: by number of the stage: whether it ends a case well
FINISHING = np.array([*(stage in FINISHED for stage in Stage), False])
#: so many instants of which `Segment.lasting` is kept, some ten thousand rows each
_LASTING_KEPT = 16
_REPEATING = ("category", "category_text", "title", "address", "unit")


@dataclass(frozen=True, slots=True)
class Segment:
    """Some records, newest report first, equal times by id. `texts["id"]` is the public id without its source."""

    #: the texts that `q` looks through
    SEARCHED: ClassVar = ("category_text", "title", "address", "description", "id")

    columns: dict[str, NDArray[Any]]
    texts: dict[str, TextColumn]
    #: the searched texts without capitals
    folded: dict[str, TextColumn]
    alive: Mask
    by_record_id: NDArray[np.int64]
    #: what lasted beyond an instant and was reported before it, of the instants that were asked for lately
    lasting: dict[int, NDArray[np.int32]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> "Segment":
        """From rows with the columns of `READ`."""
        read = dict(zip(READ, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(READ, ())
        columns: dict[str, NDArray[Any]] = {
            "record_id": np.array(read["record_id"], dtype=np.int64),
            "reported": _instants(read["reported_ms"]),
            **{name: _instants(read[f"{name}_ms"]) for name in _TIMES},
            # until when it is in no fold, because nothing of it was ever told live
            "free_until": np.array(
                [
                    -1 if imported is None else NEVER if live is None else live
                    for imported, live in zip(read["imported_ms"], read["live_from_ms"], strict=True)
                ],
                dtype=np.int64,
            ),
            "code": np.array(read["code_number"], dtype=np.int64),
            "lon": np.array(read["lon"], dtype=np.float64),
            "lat": np.array(read["lat"], dtype=np.float64),
            "drawable": np.array([not UNDRAWABLE.intersection(f.split(",")) if f else True for f in read["flags"]]),
            "source": np.array([_SOURCES[s] for s in read["source"]], dtype=np.int8),
            "stage": np.array([_STAGES.get(s, _OTHER_STAGE) for s in read["stage"]], dtype=np.int8),
        }
        texts = {name: TextColumn.of(read[name], distinct=True) for name in _REPEATING}
        texts["description"] = TextColumn.of(read["description"], distinct=False)
        ids = [i[len(s) + 1 :] for i, s in zip(read["event_id"], read["source"], strict=True)]
        texts["id"] = TextColumn.of(ids, distinct=False)
        folded = {name: texts[name].casefolded() for name in cls.SEARCHED}
        return cls._sorted(columns, texts, folded, np.ones(len(rows), dtype=bool))

    @classmethod
    def joined(cls, segments: Sequence["Segment"]) -> "Segment":
        """One segment with what is alive in all of them."""
        columns = {name: np.concatenate([s.columns[name][s.alive] for s in segments]) for name in segments[0].columns}
        rows = [np.flatnonzero(s.alive) for s in segments]

        def below(kind: Sequence[dict[str, TextColumn]], name: str) -> TextColumn:
            return TextColumn.joined([own[name].picked(alive) for own, alive in zip(kind, rows, strict=True)])

        texts = {name: below([s.texts for s in segments], name) for name in segments[0].texts}
        folded = {
            name: texts[name]
            if all(s.folded[name].block is s.texts[name].block for s in segments)
            else below([s.folded for s in segments], name)
            for name in cls.SEARCHED
        }
        return cls._sorted(columns, texts, folded, np.ones(len(columns["record_id"]), dtype=bool))

    @classmethod
    def _sorted(
        cls, columns: dict[str, NDArray[Any]], texts: dict[str, TextColumn], folded: dict[str, TextColumn], alive: Mask
    ) -> "Segment":
        order = _newest_first(columns, texts["id"])
        columns = {name: values[order] for name, values in columns.items()}
        texts = {name: text.picked(order) for name, text in texts.items()}
        # the same texts without capitals stand in the same rows
        folded = {name: replace(text, which=texts[name].which) for name, text in folded.items()}
        return cls(columns, texts, folded, alive[order], np.argsort(columns["record_id"], kind="stable"))

    def __len__(self) -> int:
        return len(self.alive)

    @property
    def nbytes(self) -> int:
        """Bytes that its columns take; what is shared counts once."""
        parts = [a for t in (*self.texts.values(), *self.folded.values()) for a in (t.which, t.block, t.starts)]
        return sum({id(a): a.nbytes for a in (*self.columns.values(), *parts, self.by_record_id)}.values())

    def without(self, record_ids: NDArray[np.int64]) -> "Segment":
        """The same with these records dead; itself if it has none of them."""
        numbers = self.columns["record_id"]
        at = np.searchsorted(numbers, record_ids, sorter=self.by_record_id)
        rows = self.by_record_id[at[at < len(numbers)]]
        rows = rows[np.isin(numbers[rows], record_ids)]
        if not self.alive[rows].any():
            return self
        alive = self.alive.copy()
        alive[rows] = False
        return replace(self, alive=alive)

    # -- the rows of an instant ------------------------------------------------------------------------------------

    def known(self, at: int) -> Mask:
        """What is past at the instant, or was brought by a table and in no fold of then."""
        c = self.columns
        happened = (c["reported"] <= at) | (c["ended"] <= at)
        return self.alive & ((c["settled"] <= at) | ((c["free_until"] > at) & happened))

    def known_of(self, at: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of some rows that `known` has: nearly all are settled, and only the others are looked at twice."""
        c = self.columns
        known = c["settled"][rows] <= at
        others = np.flatnonzero(~known)
        rest = rows[others]
        happened = (c["reported"][rest] <= at) | (c["ended"][rest] <= at)
        known[others] = (c["free_until"][rest] > at) & happened
        return rows[known & self.alive[rows]]

    def finished(self, at: int) -> Mask:
        return np.asarray((self.columns["closed"] <= at) & FINISHING[self.columns["stage"]])

    def dismissed(self, at: int) -> Mask:
        return np.asarray((self.columns["ended"] <= at) & ~FINISHING[self.columns["stage"]])

    def at_risk_from(self, share: float) -> NDArray[np.float64]:
        """When an event with a deadline is possibly overtime; infinity without one."""
        reported, due = self.columns["reported"], self.columns["due"]
        allowed = due - reported
        at_risk = np.where(allowed > 0, reported + allowed * share, due)
        return np.where(due == NEVER, np.inf, at_risk)

    def taken(self, wanted: EventFilter, scope: Scope, at: int, *, share: float) -> Mask:
        """The rows that the filters let through at the instant, as `EventFilter.takes` judges the events of a fold."""
        c = self.columns
        mask = self.known(at)
        low, high = scope.span
        if scope.code:
            mask &= (c["code"] >= low) & (c["code"] < high)
        if wanted.source is not None:
            mask &= c["source"] == _SOURCES[wanted.source.value]
        for name, since, until in (
            ("reported", wanted.reported_from, wanted.reported_to), ("closed", wanted.closed_from, wanted.closed_to),
        ):  # fmt: skip
            if since is not None:
                mask &= c[name] >= _ceiling(since)
            if until is not None:
                mask &= c[name] < _ceiling(until)
        if wanted.closed_from is not None or wanted.closed_to is not None:
            mask &= c["closed"] <= at
        if wanted.bbox is not None:
            west, south, east, north = wanted.bbox
            mask &= (c["lon"] >= west) & (c["lon"] <= east) & (c["lat"] >= south) & (c["lat"] <= north)
        if wanted.stage is not None:
            mask &= self._in_stage(wanted.stage, at)
        if wanted.colour is not None or wanted.overtime is not None:
            mask &= self._has_colour(wanted, at, share)
        if wanted.category and mask.any():
            mask &= self.texts["category"].beginning_with(wanted.category) | self.texts["category_text"].equal_to(
                wanted.category
            )
        if wanted.q and mask.any():
            mask &= self._says(wanted.q)
        return mask

    def _in_stage(self, stage: Stage, at: int) -> Mask:
        c = self.columns
        if stage is Stage.CLOSED:
            return self.finished(at)
        if stage is Stage.EVALUATED:
            return self.finished(at) & (c["evaluated"] <= at)
        if stage is Stage.REGISTERED:  # nothing but its report was told of an open one
            return ~self.finished(at) & ~self.dismissed(at)
        return np.asarray(self.dismissed(at) & (c["stage"] == _STAGES[stage.value]))

    def _has_colour(self, wanted: EventFilter, at: int, share: float) -> Mask:
        finished, dismissed = self.finished(at), self.dismissed(at)
        running = ~finished & ~dismissed
        overtime = running & (self.columns["due"] < at)
        mask = np.ones(len(self), dtype=bool)
        if wanted.overtime is not None:
            mask &= overtime if wanted.overtime else ~overtime
        match wanted.colour:
            case AskedColour.GREEN:
                return mask & finished
            case AskedColour.OVERTIME:
                return mask & overtime
            case AskedColour.PAUSED:
                return np.zeros(len(self), dtype=bool)
            case None:
                return mask
        at_risk = running & ~overtime & (self.at_risk_from(share) <= at)
        match wanted.colour:
            case AskedColour.AT_RISK:
                return mask & at_risk
            case AskedColour.RED:
                return mask & (at_risk | overtime)
        return mask & running & ~overtime & ~at_risk

    def _says(self, q: str) -> Mask:
        mask = np.zeros(len(self), dtype=bool)
        for name in self.SEARCHED:
            mask |= self.folded[name].containing(q)
        sources = [q in f"{source.value}:" for source in Source]
        mask |= np.array(sources)[self.columns["source"]]
        source, gap, rest = q.partition(":")
        if gap:  # across the border of source and id
            ends = np.array([s.value.endswith(source) for s in Source])
            mask |= ends[self.columns["source"]] & self.folded["id"].beginning_with(rest)
        return mask

    def window(self, since: int, until: int) -> NDArray[np.int64]:
        """The rows that had begun by `until` and were not over before `since`, in order.

        A row begins with its report or its end, whichever is told earlier, and is over with the later one. Because rows
        lie newest report first, two borders tell nearly all of it.
        """
        c = self.columns
        reported = c["reported"]
        behind = bisect_left(reported, -until, key=_minus)  # reported after `until`: the rows before this one
        recent = max(bisect_right(reported, -since, key=_minus), behind)  # reported since `since`
        early = np.flatnonzero(c["closed"][:behind] <= until)
        return np.concatenate((early, np.arange(behind, recent), self._lasting(since, recent)))

    def _lasting(self, since: int, recent: int) -> NDArray[np.int32]:
        """The rows from `recent` on not over before `since`: pages of one period ask for it again and again."""
        found = self.lasting.get(since)
        if found is None:
            found = (recent + np.flatnonzero(self.columns["ended"][recent:] >= since)).astype(np.int32)
            if len(self.lasting) >= _LASTING_KEPT:
                self.lasting.clear()
            self.lasting[since] = found
        return found

    def category_numbers(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """`domain.category.category_number` of these rows."""
        which = self.texts["category"].which[rows]
        told = np.zeros(len(self.texts["category"].starts), dtype=np.int32)
        told[which] = 1
        distinct = np.flatnonzero(told).astype(np.int32)
        told[distinct] = [category_number(text) for text in self.texts["category"].distinct(distinct)]
        return told[which]

    def event_ids(self, rows: NDArray[np.int64]) -> list[str]:
        """The public ids of these rows."""
        names = list(_SOURCES)
        parts = zip(self.columns["source"][rows].tolist(), self.texts["id"].texts(rows), strict=True)
        return [f"{names[source]}:{rest}" for source, rest in parts]


def _minus(instant: Any) -> int:
    return -int(instant)


def _instants(values: Sequence[int | None]) -> NDArray[np.int64]:
    return np.array([NEVER if v is None else v for v in values], dtype=np.int64)


def _ceiling(at: datetime) -> int:
    """The first whole millisecond that is not before `at`."""
    ms = millis_of(at)
    return ms if at.microsecond % 1000 == 0 else ms + 1


def _newest_first(columns: dict[str, NDArray[Any]], ids: TextColumn) -> NDArray[np.int64]:
    """Newest report first; of equal times by public id, which begins with its source."""
    reported = columns["reported"]
    order = np.argsort(-reported, kind="stable")
    tied = reported[order[1:]] == reported[order[:-1]] if len(order) else np.zeros(0, dtype=bool)
    if not tied.any():
        return order
    places = np.flatnonzero(np.concatenate(([False], tied)) | np.concatenate((tied, [False])))
    rows = order[places]
    names = list(_SOURCES)
    keys = zip(
        (-reported[rows]).tolist(), [names[s] for s in columns["source"][rows].tolist()], ids.texts(rows), strict=True
    )
    by_id = sorted(zip(keys, rows.tolist(), strict=True))
    order[places] = [row for _, row in by_id]
    return order
