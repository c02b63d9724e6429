"""How many bytes something holds, with everything that it leads to."""

import gc
import sys
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

_NOT_ITS_OWN = (type, ModuleType, FunctionType, MethodType)


def bytes_of(*roots: Any, beside: tuple[Any, ...] = ()) -> int:
    """Bytes of `roots` and all they refer to, each object once; classes, functions and what `beside` leads to are
    not theirs."""
    seen: set[int] = set()
    _walk(list(beside), seen)
    return _walk(list(roots), seen)


def _walk(waiting: list[Any], seen: set[int]) -> int:
    total = 0
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, _NOT_ITS_OWN):
            continue
        seen.add(id(item))
        total += sys.getsizeof(item)
        if not isinstance(item, np.ndarray):
            waiting += gc.get_referents(item)
    return total
