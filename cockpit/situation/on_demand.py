"""随用列: columns of which each is made when somebody looks at it for the first time.

A question asks for some of fifteen columns: an indicator of closing looks at four. What nobody looks at is never made.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from numpy.typing import NDArray


class OnDemand(Mapping[str, NDArray[Any]]):
    """`make` gives the column of a name, the same one however often it is asked. Safe from any thread: two that ask at
    once make it twice, and either is right."""

    __slots__ = ("_made", "_make", "_names")

    def __init__(self, names: tuple[str, ...], make: Callable[[str], NDArray[Any]]) -> None:
        self._names, self._make = names, make
        self._made: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        found = self._made.get(name)
        if found is None:
            if name not in self._names:
                raise KeyError(name)
            found = self._made[name] = self._make(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
