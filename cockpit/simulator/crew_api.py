"""口令 — asks and posts for the crew; what cannot be done now is done at the next look."""

from __future__ import annotations

from typing import Any

import httpx
import structlog

log = structlog.get_logger(__name__)


class CrewApi:
    """The public API with the crew's token. Nothing is raised: None says that it did not work."""

    def __init__(self, base_url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(10.0, connect=3.0),
            trust_env=False,
        )
        self._refused: set[int] = set()

    def close(self) -> None:
        self._client.close()

    def get(self, path: str) -> Any:
        """The answer as JSON, None without one."""
        return self._json("GET", path)

    def post(self, path: str, body: Any, *, key: str = "") -> Any:
        """The answer as JSON; `key` makes a repeat harmless. None for a refusal: the rule is the cockpit's affair."""
        return self._json("POST", path, json=body, headers={"Idempotency-Key": key} if key else {})

    def _json(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._client.request(method, path, **more)
            if answer.status_code >= 400:
                self._say(answer)
                return None
            return answer.json()
        except (httpx.HTTPError, ValueError):
            return None

    def _say(self, answer: httpx.Response) -> None:
        """Once for each kind of refusal: an order that was cancelled meanwhile is no news."""
        if answer.status_code not in self._refused and answer.status_code != httpx.codes.CONFLICT:
            self._refused.add(answer.status_code)
            log.warning("crew_refused", status=answer.status_code, why=answer.text[:200])
