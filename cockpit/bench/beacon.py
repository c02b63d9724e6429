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


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """Knows how each place looks without the beacon and what the beacon adds; learnt from frames that had settled."""

    without: tuple[Crop, Crop]
    added: tuple[Crop, Crop]

    @classmethod
    def learn(cls, at_first: Sequence[list[Crop]], at_second: Sequence[list[Crop]]) -> "Eye":
        """From crops of both places with the beacon at the first, and with it at the second."""
        if not at_first or not at_second:
            nothing = np.zeros((1, 1), dtype=np.float32)
            return cls((nothing, nothing), (nothing, nothing))
        first, second = (
            [np.mean([crops[k] for crops in seen], axis=0) for k in (0, 1)] for seen in (at_first, at_second)
        )
        return cls((second[0], first[1]), (first[0] - second[0], second[1] - first[1]))

    @property
    def contrast(self) -> float:
        """Mean grey levels by which the weaker of the places changes."""
        return min(float(np.abs(added).mean()) for added in self.added)

    @property
    def sees(self) -> bool:
        """False if the page does not show the beacon: then every jump is a miss."""
        return self.contrast >= LEAST_CONTRAST

    def is_there(self, crop: Crop, place: int) -> bool:
        """Whether more than half of what the beacon adds is in the picture of this place."""
        added = self.added[place]
        return float(((crop - self.without[place]) * added).sum()) > float((added * added).sum()) / 2

    def find(self, jump: Jump, frames: Sequence[Frame], crops_of: CropsOf) -> float | None:
        """The time of the first frame that shows the beacon arrived at its new place, None if no frame does.

        It must have been away from there in a frame before, be it the last one before the jump or a later one:
        a page that is so late that it still shows the beacon from the time before last is not taken for a quick one.
        """
        before = [frame for frame in frames if frame.at < jump.sent_at]
        if not before or not self.sees:
            return None
        was_away = not self.is_there(crops_of(before[-1])[jump.place], jump.place)
        for frame in frames:
            if frame.at < jump.sent_at:
                continue
            there = self.is_there(crops_of(frame)[jump.place], jump.place)
            if there and was_away:
                return frame.at
            was_away = was_away or not there
        return None
