"""The beacon: when did a jump that was stamped in the generator become visible in a frame?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cockpit.bench.screencast import Crop, Frame

#: grey levels by which a place must differ with and without the beacon; less than that cannot be told from noise
LEAST_CONTRAST = 4.0

CropsOf = Callable[[Frame], list[Crop]]


@dataclass(frozen=True, slots=True)
class Jump:
    """The beacon was sent to a place (0 or 1) at a time."""

    place: int
    sent_at: float


def difference(one: Crop, other: Crop) -> float:
    """Mean difference of two crops in grey levels."""
    return float(np.abs(one - other).mean())


@dataclass(frozen=True, slots=True)
class Eye:
    """Knows how much each place changes when the beacon is there; learnt from frames in which all had settled."""

    contrast: tuple[float, float]

    @classmethod
    def learn(cls, at_first: Sequence[list[Crop]], at_second: Sequence[list[Crop]]) -> "Eye":
        """From crops of both places with the beacon at the first, and with it at the second."""
        if not at_first or not at_second:
            return cls((0.0, 0.0))
        means = [[np.mean([crops[k] for crops in seen], axis=0) for k in (0, 1)] for seen in (at_first, at_second)]
        return cls((difference(means[0][0], means[1][0]), difference(means[0][1], means[1][1])))

    @property
    def sees(self) -> bool:
        """False if the page does not show the beacon: then every jump is a miss."""
        return min(self.contrast) >= LEAST_CONTRAST

    def find(self, jump: Jump, frames: Sequence[Frame], crops_of: CropsOf) -> float | None:
        """The time of the first frame that shows the beacon at its new place, None if no frame does.

        The place is compared with the last frame before the jump: half of what the beacon changes there is enough.
        """
        before = [frame for frame in frames if frame.at < jump.sent_at]
        if not before or not self.sees:
            return None
        empty = crops_of(before[-1])[jump.place]
        for frame in frames:
            if frame.at < jump.sent_at:
                continue
            if difference(crops_of(frame)[jump.place], empty) > self.contrast[jump.place] / 2:
                return frame.at
        return None
