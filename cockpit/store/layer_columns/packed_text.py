"""打包文本: many texts as one block of UTF-8 and the length of each; and a number by which a text is found again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
_MULTIPLIER = 0x100000001B3 | 1 << 50
_AT_ONCE = 4_000_000


def packed(texts: Sequence[str]) -> tuple[bytes, NDArray[np.uint32]]:
    """The texts one after the other, and how many bytes each has. What is no text in UTF-8 becomes `?`."""
    joined = "".join(texts)
    if joined.isascii():
        return joined.encode(), np.fromiter(map(len, texts), np.uint32, len(texts))
    return packed_bytes([text.encode("utf-8", "replace") for text in texts])


def packed_bytes(told: Sequence[bytes]) -> tuple[bytes, NDArray[np.uint32]]:
    """The same of bytes."""
    return b"".join(told), np.fromiter(map(len, told), np.uint32, len(told))


def numbers_of(block: Bytes, lengths: NDArray[np.integer]) -> NDArray[np.uint64]:
    """A number for each text, the same at every time and place; two texts have the same one hardly ever, not never."""
    ends = np.cumsum(lengths, dtype=np.int64)
    found = np.zeros(len(lengths), dtype=np.uint64)
    most = int(lengths.max(initial=0))
    powers = np.empty(max(most, 1), dtype=np.uint64)
    power = 1
    for place in range(len(powers)):
        power = power * _MULTIPLIER % (1 << 64)
        powers[place] = power
    start = 0
    while start < len(lengths):
        base = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, base + _AT_ONCE, side="right")))
        size = lengths[start:stop].astype(np.int64)
        firsts = np.concatenate(([0], np.cumsum(size)[:-1]))
        part = block[base : base + int(size.sum())]
        terms = (part.astype(np.uint64) + np.uint64(1)) * powers[np.arange(len(part)) - np.repeat(firsts, size)]
        told = size > 0
        sums = np.zeros(len(size), dtype=np.uint64)
        if told.any():
            sums[told] = np.add.reduceat(terms, firsts[told])
        found[start:stop] = sums
        start = stop
    return _mixed(found)


def number_of(text: str) -> np.uint64:
    """`numbers_of` one text."""
    block, lengths = packed([text])
    return np.uint64(numbers_of(np.frombuffer(block, np.uint8), lengths)[0])


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = (values ^ values >> np.uint64(shift)) * np.uint64(factor)
    return np.asarray(values ^ values >> np.uint64(31))


def gathered(block: Bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Bytes:
    """The bytes of some texts of a block, one after the other."""
    total = int(lengths.sum())
    firsts = np.cumsum(lengths) - lengths
    return block[np.repeat(starts - firsts, lengths) + np.arange(total)]
