"""智能巡查: what models found and nobody has judged, and every verdict for the model's owner.

A finding is an event of the source `video_ai` or `drone` with a confidence. Accepting it confirms it, rejecting or
voiding it says that the model was wrong; both are moves of the event like any other.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, limit_asked, page_of, scope_asked, time_of
from cockpit.api.problem import ProblemError
from cockpit.domain.event import Event
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage

_FINDERS = frozenset({Source.VIDEO_AI, Source.DRONE})
_WRONG = frozenset({Stage.REJECTED, Stage.VOIDED})
_COLUMNS = ("event_id", "kind", "confidence", "picture", "found_at", "verdict", "by", "judged_at", "note", "lon", "lat")


class Patrol:
    """The queue and the verdicts, from the situation of one instant."""

    def __init__(self, instants: Instants) -> None:
        self._instants = instants

    def findings(self) -> Response:
        """What waits for a verdict, the surest first."""
        scope, limit = scope_asked(), limit_asked()
        with self._instants.asked() as (situation, now):
            waiting = [
                finding_item(e)
                for e in situation.events.values()
                if _is_finding(e) and e.stage is Stage.REGISTERED and scope.covers(e.report.place.code)
            ]
        waiting.sort(key=lambda item: (-item["confidence"], item["event_id"]))
        return page_of(now, list(waiting[:limit]), total=len(waiting), scope=scope.code)

    def verdicts(self) -> Response:
        """Every finding that was judged, as NDJSON or (`format=csv`) as a table."""
        scope, since, until = scope_asked(), time_of("from"), time_of("to")
        form = request.args.get("format", "ndjson")
        if form not in ("ndjson", "csv"):
            raise ProblemError(400, "format must be ndjson or csv", field="format")
        with self._instants.asked() as (situation, _now):
            rows = [
                row
                for e in situation.events.values()
                if _is_finding(e) and scope.covers(e.report.place.code) and (row := verdict_item(e)) is not None
            ]
        rows = [
            r for r in rows
            if (since is None or r["judged_at"] >= since) and (until is None or r["judged_at"] < until)
        ]  # fmt: skip
        rows.sort(key=lambda r: (r["judged_at"], r["event_id"]))
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="verdicts.{form}"'}
        if form == "csv":
            return Response(_table(rows), mimetype="text/csv; charset=utf-8", headers=headers)
        body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        return Response(body, mimetype="application/x-ndjson", headers=headers)


def _is_finding(event: Event) -> bool:
    return event.report.source in _FINDERS and isinstance(event.report.extra.get("confidence"), int | float)


def finding_item(event: Event) -> dict[str, Any]:
    """A finding: picture, kind, confidence, place."""
    report = event.report
    confidence = report.extra.get("confidence")
    return {
        "event_id": event.event_id,
        "kind": str(report.extra.get("finding_kind") or report.category or report.category_text),
        "title": report.title,
        "confidence": float(confidence) if isinstance(confidence, int | float) else 0.0,
        "picture": report.attachments[0] if report.attachments else "",
        "found_at": report.reported_at,
        "lon": report.place.lon,
        "lat": report.place.lat,
        "code": report.place.code,
    }


def verdict_item(event: Event) -> dict[str, Any] | None:
    """The first verdict about a finding; None while there is none."""
    judged = next((s for s in event.effective_steps if s.stage is not Stage.REGISTERED), None)
    if judged is None:
        return None
    verdict = "rejected" if event.stage in _WRONG or judged.stage in _WRONG else "confirmed"
    last = event.effective_steps[-1] if verdict == "rejected" else judged
    return {
        **finding_item(event), "verdict": verdict, "by": last.by, "judged_at": last.at, "note": last.note,
    }  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> str:
    return "".join(_lines(rows))


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for row in rows:
        table.writerow([_cell(row[name]) for name in _COLUMNS])
    yield "\ufeff" + out.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula stays a text."""
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def patrol_blueprint(patrol: Patrol) -> Blueprint:
    """`/api/v1/patrol/…`."""
    blueprint = Blueprint("patrol", __name__, url_prefix="/api/v1/patrol")
    blueprint.add_url_rule("/findings", "findings", patrol.findings, methods=["GET"])
    blueprint.add_url_rule("/verdicts", "verdicts", patrol.verdicts, methods=["GET"])
    return blueprint
