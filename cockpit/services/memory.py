"""Memory that a large piece of work took and its process does not need any more."""

import ctypes
from contextlib import suppress


def give_back_memory() -> None:
    """Hand what is free back to the system: glibc keeps it for ever between the pieces that are still in use."""
    with suppress(OSError, AttributeError):  # another C library has other habits
        ctypes.CDLL(None).malloc_trim(0)
