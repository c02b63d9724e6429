"""What the push is joined to, as protocols and one bundle of arguments."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry

from cockpit.catalogue import LANGS
from cockpit.domain.scope import Scope
from cockpit.push.lacking import Projection
from cockpit.push.painter import Render
from cockpit.store.database import UNAVAILABLE


class Visitor(Protocol):
    """Who connects, as far as the push must know."""

    @property
    def role(self) -> str: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def cookie(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...


class Identities(Protocol):
    """Finds the visitor of a WSGI environ; None for nobody and for ended sessions."""

    def of_environ(self, environ: Mapping[str, object]) -> Visitor | None: ...


class SubscribedProjection(Projection, Protocol):
    """The projector: what is read, and who is woken after it has folded."""

    def subscribe(self, wake: Callable[[], None]) -> None: ...


@dataclass(frozen=True, kw_only=True)
class PushServices:
    """What the push is joined to."""

    projector: SubscribedProjection
    identities: Identities
    render: Render
    build: str
    registry: CollectorRegistry
    #: how often panels are rendered at most
    interval_s: float = 1.0
    langs: Sequence[str] = LANGS
    default_stage: str = "1920x1080"
    #: origins beside the server's own that may connect, such as the public URL behind a proxy
    origins: Sequence[str] = ()
    #: connections beyond this are refused: each holds a thread, and the API needs some
    most_clients: int = 280
    #: raised by `identities` while the database is away: nobody is let in, nobody is thrown out
    away: tuple[type[Exception], ...] = UNAVAILABLE
    clock_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    monotonic: Callable[[], float] = time.monotonic
