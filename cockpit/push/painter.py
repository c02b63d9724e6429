"""Panels: rendered once a second per scope, language and stage, and only what has changed goes out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
import structlog

from cockpit.domain.scope import Scope
from cockpit.push.wire import json_bytes

log = structlog.get_logger(__name__)

#: (scope, language, stage) → `{"as_of_ms", "panels": {component id: Dash tree}, "counts", "feeds", …}`
Render = Callable[[Scope, str, str], Mapping[str, Any]]


class View(NamedTuple):
    """What is rendered together: every browser of the same view gets the same panels."""

    scope: Scope
    lang: str
    stage: str


@dataclass(slots=True)
class Painting:
    """The newest panels of a view, each with the instant at which it became what it is."""

    as_of_ms: int = 0
    parts: dict[str, tuple[int, bytes, bytes]] = field(default_factory=dict)
    told: tuple[int, bytes, bytes] = (0, b"", b"{}")

    @property
    def changed_ms(self) -> int:
        """When anything in it changed last."""
        return max((changed for changed, _, _ in self.parts.values()), default=0)

    def since(self, as_of_ms: int) -> dict[str, Any] | None:
        """The payload for a browser that has this painting as of an earlier instant; None if nothing changed."""
        changed = {i: msgspec.Raw(body) for i, (at, _, body) in self.parts.items() if at > as_of_ms}
        if not changed and self.told[0] <= as_of_ms:
            return None
        return {"as_of_ms": self.as_of_ms, "panels": changed, **msgspec.json.decode(self.told[2])}


class Painter:
    """Keeps a painting of each view that somebody looks at. Paint from one thread, read from another."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._paintings: dict[View, Painting] = {}

    def paint(self, views: Iterable[View]) -> None:
        """Render the views anew and forget all others. One that fails keeps its last painting."""
        painted: dict[View, Painting] = {}
        for view in views:
            before = self._paintings.get(view, Painting())
            try:
                painted[view] = self._painted(view, before)
            except Exception:  # a panel that fails shall not take the others or the connection with it
                log.exception("panels not rendered", scope=view.scope.code, lang=view.lang, stage=view.stage)
                painted[view] = before
        self._paintings = painted

    def find(self, view: View) -> Painting | None:
        return self._paintings.get(view)

    def _painted(self, view: View, before: Painting) -> Painting:
        made = dict(self._render(view.scope, view.lang, view.stage))
        # a browser's cursor is the instant of what it has: it must grow even if the clock stands still
        as_of_ms = max(made.pop("as_of_ms"), before.as_of_ms + 1)
        trees = made.pop("panels")
        parts = {i: _kept(before.parts.get(i), json_bytes(tree), as_of_ms) for i, tree in trees.items()}
        return Painting(as_of_ms=as_of_ms, parts=parts, told=_kept(before.told, json_bytes(made), as_of_ms))


def _kept(before: tuple[int, bytes, bytes] | None, body: bytes, as_of_ms: int) -> tuple[int, bytes, bytes]:
    """The body with its digest and the instant since when it is so."""
    digest = blake2b(body, digest_size=16).digest()
    return before if before is not None and before[1] == digest else (as_of_ms, digest, body)
