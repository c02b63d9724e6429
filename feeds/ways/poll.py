"""Poll: an address that is asked every so often; where we had come to is kept, so that a restart asks for the rest.

A format that is polled says what to ask for (`first_url`), where it goes on (`next_url`) and how far it has come
(`cursor_of`); one without these is a document that is fetched whole and taken when it has changed (ETag).
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from cockpit.services.feeding.kept import KeptState
from cockpit.services.feeding.runner import LineLostError, Sink
from cockpit.services.feeding.seam import Raw
from feeds.ways.settings import PollWay

_LARGEST_BYTES = 32 * 1024 * 1024
_BEAT_S = 1.0


class PollLine:
    """One address. `pages` is the format's module."""

    def __init__(
        self, way: PollWay, *, kept: KeptState, clock: Callable[[], datetime], pages: Any, config: Any
    ) -> None:
        self._way, self._kept, self._clock, self._pages, self._config = way, kept, clock, pages, config
        self._etag = ""

    def run(self, sink: Sink, stop: threading.Event) -> None:
        auth = (self._way.username, self._way.password) if self._way.username else None
        headers = {"Authorization": f"Bearer {self._way.token}"} if self._way.token else {}
        with httpx.Client(timeout=self._way.timeout_s, auth=auth, headers=headers, follow_redirects=False) as client:
            while not stop.is_set():
                self._round(client, sink, stop)
                sink.up()
                stop.wait(self._way.every_s)

    def _round(self, client: httpx.Client, sink: Sink, stop: threading.Event) -> None:
        """All pages that there are. The cursor is kept after each page that was taken."""
        first_url: Callable[[str, Any, Any, datetime], str] | None = getattr(self._pages, "first_url", None)
        cursor = self._kept.find("cursor")
        url = first_url(self._way.url, cursor, self._config, self._clock()) if first_url else self._way.url
        for _ in range(self._way.most_pages):
            body = self._get(client, url, conditional=first_url is None)
            if body is None or stop.is_set():
                return
            raw = Raw(body=body, received_at=self._clock(), topic=url)
            sink.take([raw])
            if first_url is None:
                return
            fresh = self._pages.cursor_of(raw, cursor, self._config)
            if fresh != cursor:
                cursor = fresh
                self._kept.keep("cursor", cursor)
            following = self._pages.next_url(raw)
            if not following:
                return
            url = self._of_the_same_host(url, following)

    def _of_the_same_host(self, url: str, following: str) -> str:
        """A next page of another host is not followed: our credentials are for this one."""
        joined = urljoin(url, following)
        if urlsplit(joined)[:2] != urlsplit(self._way.url)[:2]:
            raise LineLostError(f"the next page is of another host: {joined[:200]}")
        return joined

    def _get(self, client: httpx.Client, url: str, *, conditional: bool) -> bytes | None:
        """The body; None if nothing has changed."""
        headers = {"If-None-Match": self._etag} if conditional and self._etag else {}
        try:
            with client.stream("GET", url, headers=headers) as answer:
                if answer.status_code == httpx.codes.NOT_MODIFIED:
                    return None
                if answer.status_code != httpx.codes.OK:
                    raise LineLostError(f"{url[:200]} answers {answer.status_code}")
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_BYTES:
                        raise LineLostError(f"{url[:200]} answers more than {_LARGEST_BYTES} bytes")
                self._etag = answer.headers.get("ETag", "")
                return bytes(body)
        except httpx.HTTPError as error:
            raise LineLostError(f"{url[:200]}: {type(error).__name__} {error}") from error
