"""Asks a running cockpit over its HTTP API, for commands at the terminal: by default the one on the data directory."""

import os
from types import TracebackType
from typing import Any

import httpx

from cockpit.data_dir import DataDir
from cockpit.exits import TellError
from cockpit.listening import local_url
from cockpit.settings import Settings

TOKEN_NAME = "COCKPIT_TOKEN"
_WITHIN_S = 30.0


class NobodyThereError(TellError):
    """No cockpit answers at the address."""


class Asking:
    """The API of one cockpit. The token comes from COCKPIT_TOKEN or is the data directory's own for `admin`."""

    def __init__(self, settings: Settings, url: str = "") -> None:
        data = DataDir(settings.data_dir)
        self.url = (url or data.find_address() or local_url(settings.host, settings.port)).rstrip("/")
        token = os.environ.get(TOKEN_NAME) or data.find_secret("signin-admin")
        if not token:
            raise TellError(f"no token: set {TOKEN_NAME}, or --data-dir of a cockpit that has run")
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        self._client = httpx.Client(base_url=f"{self.url}/api/v1/", headers=headers, timeout=_WITHIN_S, trust_env=False)

    def __enter__(self) -> "Asking":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """The answer. NobodyThereError, or TellError with what the cockpit says against it."""
        return self._told("GET", path, params=query)

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """As `get`."""
        return self._told("PUT", path, json=body)

    def post(self, path: str, body: dict[str, Any], **query: str | int) -> dict[str, Any]:
        """As `get`."""
        return self._told("POST", path, json=body, params=query)

    def file(self, path: str) -> bytes:
        """A file as it is. NobodyThereError, or TellError with what the cockpit says against it."""
        try:
            answer = self._client.get(path)
        except httpx.TransportError as error:
            raise NobodyThereError(f"no cockpit answers at {self.url}") from error
        if answer.is_error:
            raise TellError(str(answer.json().get("detail")))
        return answer.content

    def _told(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **more)
            told: dict[str, Any] = answer.json()
        except (httpx.TransportError, ValueError) as error:
            raise NobodyThereError(
                f"no cockpit answers at {self.url}: start it, or give its address with --url"
            ) from error
        if answer.is_error:
            raise TellError(str(told.get("detail") or told))
        return told
