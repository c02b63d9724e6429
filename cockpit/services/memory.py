"""Memory: kept together by a process of many threads, and given back when it is not needed any more."""

import ctypes
import threading
from contextlib import suppress

#: as <malloc.h> numbers them
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
#: what is larger has pages of its own, and they go back to the system the moment it is let go
_LARGE_BYTES = 1 << 20
#: so much may lie free at the end of a heap, or it would be returned and fetched again many times a second
_SPARE_BYTES = 8 << 20
_GIVE_BACK_EVERY_S = 60.0


def keep_memory_together() -> None:
    """Call it before there are threads.

    glibc gives each of the first 8 threads a processor a heap of its own, and none of them ever shrinks past the
    last piece that is in use: a web process, where each browser is some threads, grew by megabytes a minute though
    it kept nothing. And it takes what was large once for small from then on, so that columns come to lie among texts.
    """
    with suppress(OSError, AttributeError):  # another C library has other habits
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, _SPARE_BYTES)


def give_back_memory() -> None:
    """Hand what is free back to the system: glibc keeps it for ever between the pieces that are still in use."""
    with suppress(OSError, AttributeError):  # another C library has other habits
        ctypes.CDLL(None).malloc_trim(0)


def keep_giving_back(stop: threading.Event) -> None:
    """Do so once a minute until `stop`: some milliseconds of another thread's time, without Python's lock."""
    while not stop.wait(_GIVE_BACK_EVERY_S):
        give_back_memory()
