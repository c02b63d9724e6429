"""The piece of the city that every live page shows: where the beacon jumps and the cloud walks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cockpit.bench.machine import CANVAS
from cockpit.services.city import City

Numbers = NDArray[np.float64]

_FULL_TURN_PX = 256
#: the beacon's two places lie so far apart: 74 m at zoom 16, more than a glide, less than a doubted jump
_BEACON_GAP_PX = 36
#: the cloud keeps so far away from the beacon's places, plus its own stride
_CLEARANCE_PX = 175
STRIDE_PX = 10
#: around the middle of a grid, when the cloud covers the city
_JITTER_PX = 25


@dataclass(frozen=True, slots=True)
class View:
    """A Web Mercator view with its centre in the middle of the canvas."""

    lon: float
    lat: float
    zoom: int = 16
    width: int = CANVAS[0]
    height: int = CANVAS[1]

    @property
    def scale(self) -> float:
        """Pixels around the world."""
        return float(_FULL_TURN_PX * 2**self.zoom)

    def degrees(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        """Longitude and latitude of pixels."""
        world_x = (self.lon + 180) / 360 + (x - self.width / 2) / self.scale
        middle = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(self.lat) / 2)) / (2 * math.pi)
        world_y = middle + (y - self.height / 2) / self.scale
        return world_x * 360 - 180, np.degrees(2 * np.arctan(np.exp((0.5 - world_y) * 2 * np.pi)) - np.pi / 2)

    def pixels(self, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
        """The other way round."""
        middle = math.log(math.tan(math.pi / 4 + math.radians(self.lat) / 2))
        mercator = np.log(np.tan(np.pi / 4 + np.radians(lat) / 2))
        x = self.width / 2 + (lon - self.lon) / 360 * self.scale
        return x, self.height / 2 - (mercator - middle) / (2 * np.pi) * self.scale

    def beacon_pixels(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The two places in pixels of a page that fills the canvas."""
        x, y = self.width / 2, self.height / 2
        return (x - _BEACON_GAP_PX / 2, y), (x + _BEACON_GAP_PX / 2, y)

    def beacon_places(self) -> list[tuple[float, float]]:
        """The same in degrees (longitude, latitude)."""
        pixels = np.array(self.beacon_pixels())
        lon, lat = self.degrees(pixels[:, 0], pixels[:, 1])
        return [(float(a), float(b)) for a, b in zip(lon, lat, strict=True)]


#: Weilai Sci-Tech City in 余杭区: wholly inside the district at zoom 16
VIEW = View(lon=119.985, lat=30.283)


@dataclass(frozen=True, slots=True)
class Cloud:
    """Movers on small circles in the view; `at(step)` repeats after `STEPS` steps."""

    lon: NDArray[np.float64]  # [step, mover]
    lat: NDArray[np.float64]

    STEPS = 12

    @classmethod
    def of(cls, movers: int, view: View = VIEW, seed: int = 7) -> "Cloud":
        """`movers` spread over the view, never near the beacon."""
        chance = np.random.default_rng(seed)
        edge, middle = STRIDE_PX + 4, np.array([view.width / 2, view.height / 2])
        kept = np.empty((0, 2))
        while len(kept) < movers:
            drawn = chance.uniform((edge, edge), (view.width - edge, view.height - edge), (movers, 2))
            away = np.hypot(*(drawn - middle).T) > _CLEARANCE_PX + _BEACON_GAP_PX / 2 + STRIDE_PX
            kept = np.concatenate([kept, drawn[away]])
        return cls._walking(kept[:movers], view, chance)

    @classmethod
    def over_city(cls, movers: int, city: City, view: View = VIEW, seed: int = 7) -> "Cloud":
        """`movers` spread over all grids of the city, so that a view has its share of them; never near the beacon."""
        chance = np.random.default_rng(seed)
        labels = np.array([division.label for code, division in city.divisions.items() if len(code) == 15])
        pixels = np.column_stack(view.pixels(labels[:, 0], labels[:, 1]))
        middle = np.array([view.width / 2, view.height / 2])
        far = pixels[np.hypot(*(pixels - middle).T) > _CLEARANCE_PX + _BEACON_GAP_PX + STRIDE_PX + _JITTER_PX * 2]
        places = far[chance.integers(0, len(far), movers)] + chance.uniform(-_JITTER_PX, _JITTER_PX, (movers, 2))
        return cls._walking(places, view, chance)

    @classmethod
    def _walking(cls, places: Numbers, view: View, chance: np.random.Generator) -> "Cloud":
        turn = chance.uniform(0, 2 * np.pi, len(places)) + np.arange(cls.STEPS)[:, None] * (2 * np.pi / cls.STEPS)
        x = places[:, 0] + STRIDE_PX * np.cos(turn)
        y = places[:, 1] + STRIDE_PX * np.sin(turn)
        return cls(*view.degrees(x, y))
