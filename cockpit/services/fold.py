"""What services read of the live fold: the projector, as far as they must know it."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation


class Fold(Protocol):
    """Hold `lock` while reading the other two."""

    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def situation(self) -> Situation: ...
    @property
    def movers(self) -> Movers: ...
