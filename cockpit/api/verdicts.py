"""裁定导出: every verdict for the model's owner, as NDJSON or a table, streamed."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from flask import Response, request

from cockpit.api.asked import Instants, scope_asked, time_of
from cockpit.api.finding_items import verdict_item
from cockpit.api.problem import ProblemError
from cockpit.domain.event import Event
from cockpit.domain.finding import FINDERS
from cockpit.services.past_findings import PastFindings

_COLUMNS = (
    "event_id", "kind", "confidence", "picture", "found_at", "verdict", "by", "judged_at", "note", "lon", "lat",
    "title", "by_rule", "box", "camera_id", "model", "code",
)  # fmt: skip
_USUAL = timedelta(days=31)
_LONGEST = timedelta(days=366)
_MOST_ROWS = 200_000
_ROWS_A_PIECE = 200


class Verdicts:
    """The verdicts of a span: those of the situation, and those whose events have left it."""

    def __init__(self, instants: Instants, past: PastFindings | None) -> None:
        self._instants, self._past = instants, past

    def get(self) -> Response:
        """`from` is 31 days before `to` unless given, a year at most; `to` is now. `format`: ndjson or csv."""
        scope = scope_asked()
        form = request.args.get("format", "ndjson")
        if form not in ("ndjson", "csv"):
            raise ProblemError(400, "format must be ndjson or csv", field="format")
        is_past = self._instants.past() is not None
        with self._instants.asked() as (situation, now):
            until = time_of("to") or now + timedelta(seconds=1)
            since = time_of("from") or until - _USUAL
            if until - since > _LONGEST:
                raise ProblemError(400, "from and to may lie a year apart at most", field="from")
            events = list(situation.events.pick(situation.table.ids_of_sources(FINDERS)))
        known = {event.event_id for event in events}
        live = (event for event in events if scope.covers(event.report.place.code))
        # of a past instant only what its situation holds is known for sure
        older = iter(()) if self._past is None or is_past else self._past.within(scope, since, until, known=known)
        rows = _judged(older, live, since, until)
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="verdicts.{form}"'}
        if form == "csv":
            return Response(_pieces(_table(rows)), mimetype="text/csv; charset=utf-8", headers=headers)
        body = _pieces(msgspec.json.encode(row).decode() + "\n" for row in rows)
        return Response(body, mimetype="application/x-ndjson", headers=headers)


def _judged(
    older: Iterator[Event], live: Iterator[Event], since: datetime, until: datetime
) -> Iterator[Mapping[str, Any]]:
    """Older ones in the order of their records, then today's by the time of the verdict."""
    count = 0
    for event in older:
        row = verdict_item(event)
        if row is not None and since <= row["judged_at"] < until:
            yield row
            count += 1
            if count == _MOST_ROWS:
                return
    rows = [row for event in live if (row := verdict_item(event)) is not None and since <= row["judged_at"] < until]
    yield from sorted(rows, key=lambda row: (row["judged_at"], row["event_id"]))[: _MOST_ROWS - count]


def _table(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    yield "\ufeff" + _line(_COLUMNS)
    for row in rows:
        yield _line([_cell(row[name]) for name in _COLUMNS])


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula stays a text."""
    if isinstance(value, list):
        return " ".join(f"{n:g}" for n in value)
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
    """A piece of the answer for some rows, so that a long export is not a million small writes."""
    kept: list[str] = []
    for line in lines:
        kept.append(line)
        if len(kept) == _ROWS_A_PIECE:
            yield "".join(kept).encode()
            kept.clear()
    if kept:
        yield "".join(kept).encode()
