"""地形 — a dark invented hillshade: ridges in the west, plains where people live; rows linear in Web Mercator y."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from scipy.ndimage import gaussian_filter

from . import plane

BOUNDS = (118.75, 29.86, 121.15, 30.90)
WIDTH = 3200


def _mercator(lat: np.ndarray | float) -> np.ndarray:
    return np.log(np.tan(np.pi / 4 + np.radians(lat) / 2))


def _noise(w: int, h: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise without a lattice to betray it: blurred white noise, spread to 0…1."""
    coarse = max(1, int(cell / 6))
    raw = gaussian_filter(rng.standard_normal((h // coarse + 4, w // coarse + 4)), cell / 2.6 / coarse)
    raw = 0.5 + raw / raw.std() / 5
    big = Image.fromarray(raw.astype("f4")).resize((w, h), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(big), 0, 1)


def make_terrain(file: Path, rng: np.random.Generator) -> None:
    west, south, east, north = BOUNDS
    w = WIDTH
    h = round(w * float(_mercator(north) - _mercator(south)) / np.radians(east - west))
    y = np.linspace(_mercator(north), _mercator(south), h)
    lat = np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)
    lon = np.linspace(west, east, w)
    xy = plane.to_plane(np.column_stack([np.tile(lon, h), np.repeat(lat, w)]))
    px, py = xy[:, 0].reshape(h, w), xy[:, 1].reshape(h, w)
    ridge = np.zeros((h, w))
    for cell, weight in [(170, 1), (84, 0.55), (42, 0.32), (21, 0.17), (11, 0.08)]:
        ridge += weight * (1 - np.abs(2 * _noise(w, h, cell, rng) - 1)) ** 1.4
    ridge /= ridge.max()
    west_hills = np.clip((-px + py * 0.18 - 3500) / 21_000 + 0.32, 0, 1)
    west_hills = west_hills**2 * (3 - 2 * west_hills)
    south_hills = np.clip((-py - 13_500) / 12_000, 0, 1) * np.clip((22_000 - px) / 20_000, 0, 1) * 0.75
    massif = np.maximum(west_hills, south_hills)
    coarse = xy.reshape(h, w, 2)[::6, ::6]
    dense = plane.density_of(coarse.reshape(-1, 2)).reshape(coarse.shape[:2])
    lived = np.asarray(Image.fromarray(dense.astype("f4")).resize((w, h), Image.Resampling.BICUBIC))
    massif = massif * (1 - np.clip(lived * 1.3, 0, 1) * 0.9)
    height = ridge * massif + 0.02 * ridge
    gy, gx = np.gradient(height * 62)
    sun, tilt = np.radians(315), np.radians(42)
    slope, aspect = np.arctan(np.hypot(gx, gy)), np.arctan2(-gx, gy)
    shade = np.clip(np.sin(tilt) * np.cos(slope) + np.cos(tilt) * np.sin(slope) * np.cos(sun - aspect), 0, 1) - np.sin(
        tilt
    )
    base, light, dark = np.array([12.0, 26, 45]), np.array([66.0, 104, 134]), np.array([3.0, 8, 18])
    k = np.clip(shade * 2.1, -1, 1)[..., None]
    image = base + np.where(k > 0, (light - base) * k, (base - dark) * k)
    image += (height * 9)[..., None] * np.array([0.5, 1.1, 1.2])
    Image.fromarray(np.clip(image, 0, 255).astype("u1")).filter(ImageFilter.GaussianBlur(0.6)).save(
        file, quality=68, method=6
    )
