"""发送 — posts batches to the ingest API; waits while the server is away and goes on when it is back."""

from __future__ import annotations

from threading import Event, Lock
from typing import Any

import httpx
import structlog
from tenacity import RetryCallState, RetryError, Retrying, retry_if_exception_type, sleep_using_event
from tenacity.stop import stop_when_event_set
from tenacity.wait import wait_exponential, wait_random

log = structlog.get_logger(__name__)


class ServerAwayError(Exception):
    """The server answered that it cannot take anything now (5xx, 429)."""


def _rejected_in(answer: httpx.Response) -> list[Any]:
    """Items that the server refused although it took the batch; an answer that is no JSON names none."""
    try:
        body = answer.json()
    except ValueError:
        return []
    return list(body.get("rejected") or []) if isinstance(body, dict) else []


class Sender:
    """Safe to use from several threads. Says once that the server is lost and once that it is back."""

    def __init__(self, base_url: str, token: str, stop: Event, *, wait_max_s: float = 5.0) -> None:
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(30.0, connect=5.0),
            trust_env=False,
        )
        self._stop = stop
        self._wait = wait_exponential(multiplier=0.1, max=wait_max_s) + wait_random(0, 0.1)
        self._lock = Lock()
        self._lost = False
        self._refused: set[tuple[str, int]] = set()

    def close(self) -> None:
        self._client.close()

    def post(self, feed: str, bodies: list[dict[str, Any]], *, source: str = "", keep: bool = True) -> bool:
        """True when the server took the batch, or refused it for good; False if it was given up.

        With `keep` a batch is tried until the server is back or the simulator stops; without (positions, where
        only the newest counts) it is tried once.
        """
        if not keep:
            try:
                self._once(feed, bodies, source)
            except (httpx.RequestError, ServerAwayError) as error:
                self._say_lost(error)
                return False
            return True
        attempts = Retrying(
            retry=retry_if_exception_type((httpx.RequestError, ServerAwayError)),
            wait=self._wait,
            stop=stop_when_event_set(self._stop),
            sleep=sleep_using_event(self._stop),
            before_sleep=self._before_sleep,
        )
        try:
            attempts(self._once, feed, bodies, source)
        except RetryError:
            return False
        return True

    def post_picture(self, picture: bytes, lon: float, lat: float) -> str:
        """Its address for a finding; empty when it could not be handed in, which no finding waits for."""
        where = {"lon": str(lon), "lat": str(lat)}
        try:
            answer = self._client.post("/api/v1/feeds/pictures", content=picture, params=where)
        except httpx.RequestError as error:
            self._say_lost(error)
            return ""
        if answer.status_code != httpx.codes.CREATED:
            self._say_refused("pictures", answer.status_code, answer.text[:200])
            return ""
        return str(answer.json()["url"])

    def _once(self, feed: str, bodies: list[dict[str, Any]], source: str) -> None:
        params = {"source": source} if source else None
        answer = self._client.post(f"/api/v1/feeds/{feed}", json=bodies, params=params)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise ServerAwayError(f"HTTP {answer.status_code}")
        self._say_back()
        if answer.status_code >= 400:
            self._say_refused(feed, answer.status_code, answer.text[:200])
        elif rejected := _rejected_in(answer):
            self._say_refused(feed, answer.status_code, str(rejected[0])[:200])

    def _before_sleep(self, state: RetryCallState) -> None:
        if state.outcome is not None:
            self._say_lost(state.outcome.exception())

    def _say_lost(self, error: BaseException | None) -> None:
        with self._lock:
            if not self._lost:
                log.warning("server_lost", error=str(error))
            self._lost = True

    def _say_back(self) -> None:
        with self._lock:
            if self._lost:
                log.info("server_back")
            self._lost = False

    def _say_refused(self, feed: str, status: int, why: str) -> None:
        with self._lock:
            if (feed, status) not in self._refused:
                log.error("refused", feed=feed, status=status, why=why)
            self._refused.add((feed, status))
