"""What a feed keeps over a restart: how far it has read, which alarms hold. One small JSON file, written as a whole."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_EVERY_S = 10.0


class KeptState:
    """Names and JSON values; a file that is gone or broken is an empty one, since everything in it can be had again."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._values: dict[str, Any] = {}
        self._followed: dict[str, Callable[[], Any]] = {}
        self._written = ""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            self._values = told if isinstance(told, dict) else {}
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            log.warning("what the feed had kept cannot be read", file=str(path), error=str(error))

    def find(self, name: str) -> Any:
        """A value; None if there is none."""
        with self._lock:
            return self._values.get(name)

    def keep(self, name: str, value: Any) -> None:
        """Keep a value now, on disk."""
        with self._lock:
            self._values[name] = value
        self.save()

    def follow(self, name: str, known: Callable[[], Any], know: Callable[[Any], None]) -> None:
        """Give a part what was kept of it, and keep what it knows from now on."""
        if (value := self.find(name)) is not None:
            try:
                know(value)
            except (ValueError, TypeError, AttributeError) as error:
                log.warning("what the feed had kept is of another shape", name=name, error=str(error))
        self._followed[name] = known

    def save(self) -> None:
        """Write it, if it has changed."""
        fresh = {name: known() for name, known in self._followed.items()}
        with self._lock:
            self._values |= fresh
            text = json.dumps(self._values, ensure_ascii=False)
            if text == self._written:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(".fresh")
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._path)
            self._written = text

    def run(self, stop: threading.Event) -> None:
        """Save every few seconds until `stop`."""
        while not stop.wait(_EVERY_S):
            self.save()
