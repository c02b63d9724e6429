"""录制: raw messages as lines of a file, so that what came once can be played, tested and shown again.

A line is a JSON object: `at` (when it came), `topic`, `query`, `headers`, `retained`, and the body as `body` (a JSON
value), `text` or `base64`.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cockpit.services.feeding.seam import Raw


class UnreadableRecordingError(ValueError):
    """A file that is no recording; the message names the line."""


def read_recorded(path: Path) -> Iterator[Raw]:
    """Every message of a recording in its order. Raises UnreadableRecordingError."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _raw(line, f"{path.name}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableRecordingError(f"{path} cannot be read: {error}") from None


def _raw(line: str, place: str) -> Raw:
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"]).astimezone(UTC)
        texts = {name: dict(told.get(name) or {}) for name in ("query", "headers")}
        return Raw(
            body=_body(told),
            received_at=at,
            topic=str(told.get("topic", "")),
            retained=bool(told.get("retained")),
            **texts,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as wrong:
        raise UnreadableRecordingError(f"{place}: {wrong}") from None


def _body(told: dict[str, Any]) -> bytes:
    if "base64" in told:
        return base64.b64decode(told["base64"])
    if "text" in told:
        return str(told["text"]).encode("utf-8", "surrogatepass")
    return json.dumps(told["body"], ensure_ascii=False).encode() if "body" in told else b""


def recorded_line(raw: Raw) -> str:
    """One message as a line, without its end."""
    told: dict[str, Any] = {"at": raw.received_at.isoformat()}
    told |= {name: value for name, value in (("topic", raw.topic), ("query", dict(raw.query))) if value}
    if raw.retained:
        told["retained"] = True
    try:
        told["text"] = raw.body.decode()
    except UnicodeDecodeError:
        told["base64"] = base64.b64encode(raw.body).decode()
    return json.dumps(told, ensure_ascii=False)
