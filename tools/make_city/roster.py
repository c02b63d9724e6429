"""花名册 — 1,575 invented gridworkers: one for every grid, a second one where most people live."""

from __future__ import annotations

import numpy as np

from . import names, plane
from .divisions import Place

SIZE = 1575
HEAD = ["subject_id", "name", "grid_code", "shift", "phone"]
SHIFTS = ["day"] * 76 + ["evening"] * 12 + ["night"] * 4 + ["rest"] * 8


def make_roster(grids: list[Place], rng: np.random.Generator) -> list[list[str]]:
    density = plane.density_of(plane.to_plane([g.label for g in grids]))
    second = np.argsort(-density, kind="stable")[: SIZE - len(grids)]
    codes = sorted([g.code for g in grids] + [grids[i].code for i in second])
    shifts = rng.permutation((SHIFTS * (SIZE // len(SHIFTS) + 1))[:SIZE])
    out = []
    for n, (code, shift) in enumerate(zip(codes, shifts, strict=True), 1):
        phone = f"1{rng.choice([3, 5, 7, 8])}{rng.integers(0, 10)}****{rng.integers(0, 10000):04d}"
        out.append([f"gw-{n:05d}", names.person(rng), code, str(shift), phone])
    return out
