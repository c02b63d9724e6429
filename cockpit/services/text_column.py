"""文本列: a column of texts that is searched as one block of bytes, without holding up other threads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

#: between two texts; no text holds it
_GAP = b"\0"
#: looked through at once, so that what is in between stays in the processor's cache
_WINDOW = 1 << 20
#: a byte that stands less often than this share of the texts leads to the few places worth a look
_RARE = 0.3


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One text a row: `which` of the `block`'s texts; equal texts lie there once if the column was made so."""

    which: NDArray[np.int32]
    block: Bytes
    #: where each text begins; one more than there are texts
    starts: NDArray[np.int64]
    #: how often each byte occurs in the block
    frequency: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str], *, distinct: bool) -> "TextColumn":
        """From plain texts; `distinct` keeps each text once, which pays where they repeat."""
        if distinct:
            number: dict[str, int] = {}
            which = np.fromiter((number.setdefault(t, len(number)) for t in texts), dtype=np.int32, count=len(texts))
            kept: Iterable[str] = number
        else:
            which, kept = np.arange(len(texts), dtype=np.int32), texts
        encoded = [text.replace("\0", "").encode(errors="replace") for text in kept]
        lengths = np.fromiter((len(e) + 1 for e in encoded), dtype=np.int64, count=len(encoded))
        block = np.frombuffer(_GAP.join((*encoded, b"")), dtype=np.uint8)
        return cls.of_block(which, block, np.concatenate(([0], np.cumsum(lengths))))

    @classmethod
    def joined(cls, columns: Sequence["TextColumn"]) -> "TextColumn":
        """One below the other."""
        texts = np.cumsum([0, *(len(c.starts) - 1 for c in columns)])
        places = np.cumsum([0, *(len(c.block) for c in columns)])
        return cls.of_block(
            np.concatenate([c.which + n for c, n in zip(columns, texts, strict=False)]).astype(np.int32),
            np.concatenate([c.block for c in columns]),
            np.concatenate([[0], *(c.starts[1:] + p for c, p in zip(columns, places, strict=False))]).astype(np.int64),
        )

    @classmethod
    def of_block(cls, which: NDArray[np.int32], block: Bytes, starts: NDArray[np.int64]) -> "TextColumn":
        """From texts that lie together already, a gap behind each."""
        return cls(which, block, starts, np.bincount(block, minlength=256))

    def casefolded(self) -> "TextColumn":
        """The same texts for a search that knows no capitals; itself if they have none."""
        plain = self.block.tobytes()
        folded = plain.decode().casefold().encode()
        if folded == plain:
            return self
        block = np.frombuffer(folded, dtype=np.uint8)
        starts = np.concatenate(([0], np.flatnonzero(block == _GAP[0]) + 1))
        return TextColumn.of_block(self.which, block, starts)

    def __len__(self) -> int:
        return len(self.which)

    def picked(self, rows: NDArray[np.int64]) -> "TextColumn":
        """These rows, over the same texts."""
        return TextColumn(self.which[rows], self.block, self.starts, self.frequency)

    def texts(self, rows: NDArray[np.int64]) -> list[str]:
        """The texts of these rows."""
        return self.distinct(self.which[rows])

    def distinct(self, numbers: NDArray[np.int32]) -> list[str]:
        """The texts of these numbers of `which`."""
        begins, ends = self.starts[numbers].tolist(), (self.starts[numbers + 1] - 1).tolist()
        whole = self.block.data
        return [str(whole[begin:end], "utf-8") for begin, end in zip(begins, ends, strict=True)]

    def containing(self, needle: str) -> Mask:
        """Which rows contain `needle`."""
        return self._marked(self._numbers_with(needle.encode(errors="replace")))

    def equal_to(self, text: str) -> Mask:
        """Which rows are exactly this text."""
        return self._whole(text, prefix=False)

    def beginning_with(self, prefix: str) -> Mask:
        """Which rows begin with `prefix`."""
        return self._whole(prefix, prefix=True)

    def _whole(self, text: str, *, prefix: bool) -> Mask:
        wanted = np.frombuffer(text.encode(errors="replace"), dtype=np.uint8)
        begins, lengths = self.starts[:-1], np.diff(self.starts) - 1
        hit = lengths >= len(wanted) if prefix else lengths == len(wanted)
        found = np.flatnonzero(hit)
        for place, byte in enumerate(wanted.tolist()):
            found = found[self.block[begins[found] + place] == byte]
        return self._marked(found)

    def _marked(self, numbers: NDArray[np.int64]) -> Mask:
        hit = np.zeros(max(len(self.starts) - 1, 1), dtype=bool)
        hit[numbers] = True
        return hit[self.which]

    def _numbers_with(self, needle: bytes) -> NDArray[np.int64]:
        """The texts that contain `needle`."""
        texts = len(self.starts) - 1
        if not needle:
            return np.arange(texts)
        if _GAP in needle or not texts:
            return np.zeros(0, dtype=np.int64)
        order = sorted(range(len(needle)), key=lambda place: int(self.frequency[needle[place]]))
        is_rare = self.frequency[needle[order[0]]] < texts * _RARE
        found = list(self._around_the_rarest(needle, order) if is_rare else self._everywhere(needle))
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _around_the_rarest(self, needle: bytes, order: Sequence[int]) -> Iterator[NDArray[np.int64]]:
        """Where the rarest byte stands, the others are looked for around it."""
        rarest, last = order[0], len(self.block) - len(needle)
        for start in range(0, last + 1, _WINDOW):
            end = min(start + _WINDOW, last + 1)
            at = start + np.flatnonzero(self.block[start + rarest : end + rarest] == needle[rarest])
            for place in order[1:]:
                at = at[self.block[at + place] == needle[place]]
            if len(at):
                yield np.unique(np.searchsorted(self.starts, at, side="right") - 1)

    def _everywhere(self, needle: bytes) -> Iterator[NDArray[np.int64]]:
        """Bytes that stand in nearly every text are compared at every place, text by text."""
        texts = len(self.starts) - 1
        borders = np.searchsorted(self.starts[:-1], np.arange(0, len(self.block), _WINDOW)).tolist()
        for first, behind in pairwise([*dict.fromkeys(borders), texts]):
            begin, end = int(self.starts[first]), int(self.starts[behind])
            window = self.block[begin:end]
            found = np.ones(end - begin, dtype=bool)
            for place, byte in enumerate(needle):
                found[: end - begin - place] &= window[place:] == byte
            # the gap behind each text keeps a match from reaching into the next
            hit = np.maximum.reduceat(found.view(np.uint8), self.starts[first:behind] - begin)
            yield first + np.flatnonzero(hit)
