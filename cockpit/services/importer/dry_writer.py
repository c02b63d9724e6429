"""试导: counts what a layer's writer would take, and writes nothing."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns import Coded, FeatureBatch, LayerSummary, RefusedFeature
from cockpit.store.layer_columns.packed_text import numbers_of, packed

_LISTED = 1_000


class DryWriter:
    """The face of `LayerWriter` for a dry run. Ids are compared by a number of 64 bits each."""

    def __init__(self) -> None:
        self._numbers: list[NDArray[np.uint64]] = []
        self._by_kind: Counter[str] = Counter()

    def add(self, batch: FeatureBatch) -> None:
        """Count these."""
        block, lengths = packed(batch.ids)
        self._numbers.append(numbers_of(np.frombuffer(block, np.uint8), lengths))
        kinds = batch.kinds
        if isinstance(kinds, Coded):
            counted = np.bincount(kinds.codes, minlength=len(kinds.words)).tolist()
            self._by_kind.update({word: n for word, n in zip(kinds.words, counted, strict=True) if n})
        else:
            self._by_kind.update(kinds)

    def publish(self) -> LayerSummary:
        """What there would be. Of refused ones only the number of each is told, not its id."""
        numbers = np.concatenate(self._numbers) if self._numbers else np.empty(0, np.uint64)
        order = np.argsort(numbers, kind="stable")
        again = np.sort(order[1:][numbers[order][1:] == numbers[order][:-1]])
        refused = tuple(RefusedFeature(number, "the code") for number in again[:_LISTED].tolist())
        return LayerSummary(
            total=len(numbers) - len(again), by_kind=dict(self._by_kind), by_state={}, by_owner={}, box=None,
            refused=refused, refused_total=len(again),
        )  # fmt: skip
