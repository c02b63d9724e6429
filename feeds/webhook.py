"""Webhook: any system that posts JSON when something happens; a mapping says what is what, a signature who it is.

Source: ticket systems, platforms, alarm centres … Interval: as things happen. Licence: the city's own data. With a
`secret` each request carries an HMAC over its time and its body: what is older than the window or was here before is
refused, so that a recorded request cannot be played again.
"""

import hashlib
import hmac
import threading
from base64 import b64encode
from collections import OrderedDict
from datetime import datetime
from typing import Literal

from pydantic import Field, PrivateAttr

from cockpit.services.feeding.mapping import MappingConfig
from cockpit.services.feeding.seam import Findings, Parsed, Raw, refused
from cockpit.services.feeding.secret import Secret
from cockpit.services.feeding.values import UnreadableError, load_json, time_of

_LARGEST_BYTES = 16 * 1024 * 1024
_MOST_REMEMBERED = 100_000


class Seen:
    """Signatures of late; what was there before is a replay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def is_new(self, signature: str) -> bool:
        """True the first time."""
        with self._lock:
            if signature in self._seen:
                return False
            self._seen[signature] = None
            while len(self._seen) > _MOST_REMEMBERED:
                self._seen.popitem(last=False)
            return True


class Config(MappingConfig):
    """Where everything is and how requests are signed."""

    secret: Secret = Field(default="", description="shared with the sender; empty: no signature is asked for")
    signature_header: str = "X-Signature-256"
    time_header: str = Field(
        default="X-Timestamp", description="seconds, milliseconds or ISO; empty: no time is signed"
    )
    window_s: float = Field(default=300, gt=0, le=86_400, description="how old a request may be, and how far ahead")
    encoding: Literal["hex", "base64"] = "hex"
    _seen: Seen = PrivateAttr(default_factory=Seen)

    @property
    def seen(self) -> Seen:
        """What was signed lately; of this process."""
        return self._seen


def check(raw: Raw, config: Config) -> str:
    """Why the request is not from the one who knows the secret, or is not new; empty when it is."""
    if not config.secret:
        return ""
    given = raw.headers.get(config.signature_header.title(), "").removeprefix("sha256=").strip()
    if not given:
        return f"the header {config.signature_header} is missing"
    signed, at = raw.body, raw.headers.get(config.time_header.title(), "") if config.time_header else ""
    if config.time_header:
        try:
            told = time_of(at)
        except UnreadableError as wrong:
            return f"the header {config.time_header} {wrong}"
        if told is None:
            return f"the header {config.time_header} is missing"
        if abs((raw.received_at - datetime.fromisoformat(told)).total_seconds()) > config.window_s:
            return "the request is too old or from the future"
        signed = at.encode() + b"." + raw.body
    digest = hmac.new(config.secret.encode(), signed, hashlib.sha256)
    wanted = digest.hexdigest() if config.encoding == "hex" else b64encode(digest.digest()).decode()
    if not hmac.compare_digest(given.encode(errors="replace"), wanted.encode()):
        return "the signature is wrong"
    if config.time_header and not config.seen.is_new(given):
        return "the request was here before"
    return ""


def parse(raw: Raw, config: Config) -> Parsed:
    """What the mapping makes of it."""
    try:
        document = load_json(raw.body, largest=_LARGEST_BYTES)
    except UnreadableError as wrong:
        return refused("", str(wrong))
    found = Findings()
    config.apply(document, {}, raw.received_at, found)
    return found.parsed()
