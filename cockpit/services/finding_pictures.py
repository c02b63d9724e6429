"""发现的图片: fetches the picture of a finding from a host that the installation names, and from no other.

Browsers never ask another host: what they may see is asked for here, within their scope. Hosts are named in
`patrol/rules.toml`; a redirect is not followed, a picture that is too large, too slow or none is refused, and what goes
on is a JPEG that was made anew.
"""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from cockpit.services.photos import PhotoError, encoded_anew

LARGEST_BYTES = 12 * 1024 * 1024
#: a camera's own picture is shown as large as it is, so that its box fits
_LONGEST_PX = 4096
_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
#: all reads of one picture together: a host that sends a byte a second holds nobody up
_WHOLE_S = 10.0
_AT_ONCE = 4
_PATIENCE_S = 5.0


class PictureError(Exception):
    """No picture could be shown; `rule` says why."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


class FindingPictures:
    """Pictures of configured hosts. Safe from any thread; four are fetched at once."""

    def __init__(self, hosts: Callable[[], frozenset[str]], *, monotonic: Callable[[], float]) -> None:
        self._hosts, self._monotonic = hosts, monotonic
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def may_fetch(self, address: str) -> bool:
        """True for an http(s) address of a host that is configured, without a name and password in it."""
        try:
            told = urlsplit(address)
            port = told.port
        except ValueError:
            return False
        if told.scheme not in ("http", "https") or not told.hostname or "@" in told.netloc:
            return False
        host = told.hostname.lower()
        usual = 443 if told.scheme == "https" else 80
        named = self._hosts()
        return f"{host}:{port}" in named if port not in (None, usual) else host in named or f"{host}:{usual}" in named

    def fetch(self, address: str) -> bytes:
        """The picture as a JPEG. PictureError for anything else."""
        if not self.may_fetch(address):
            raise PictureError("picture_host", "its host is not among picture_hosts")
        if not self._turns.acquire(timeout=_PATIENCE_S):
            raise PictureError("picture_busy", "too many pictures are being fetched")
        try:
            body = self._read(address)
            return encoded_anew(body, longest_px=_LONGEST_PX)[0]
        except PhotoError as wrong:
            raise PictureError("no_picture", f"what came {wrong}") from None
        except httpx.HTTPError as away:
            raise PictureError("picture_away", f"its host does not answer: {type(away).__name__}") from None
        finally:
            self._turns.release()

    def _read(self, address: str) -> bytes:
        """The body, at most `LARGEST_BYTES`, within `_WHOLE_S`."""
        until = self._monotonic() + _WHOLE_S
        parts, size = [], 0
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise PictureError("picture_away", f"its host answers {answer.status_code}")
            for part in answer.iter_bytes():
                size += len(part)
                if size > LARGEST_BYTES:
                    raise PictureError("picture_too_large", f"it is larger than {LARGEST_BYTES >> 20} MB")
                if self._monotonic() > until:
                    raise PictureError("picture_away", "its host is too slow")
                parts.append(part)
        return b"".join(parts)
