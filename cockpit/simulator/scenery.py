"""画面: a street as a camera might see it, with something in it; drawn, no photograph of anything."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (960, 540)
_HORIZON = 235
#: left, top, right, bottom in px
Box = tuple[int, int, int, int]
_Colour = tuple[int, int, int]
_Draw = ImageDraw.ImageDraw


def draw_scene(kind: str, box: list[int], *, camera: str, at: str, rng: np.random.Generator) -> bytes:
    """A JPEG of some 40 KB; what the model found fills `box`."""
    night = not 6 <= int(at[11:13]) < 18
    picture = Image.new("RGB", SIZE, (26, 32, 44) if night else (176, 192, 204))
    draw = ImageDraw.Draw(picture)
    _street(draw, rng, night)
    left, top, right, bottom = box
    _THINGS.get(kind, _heap)(draw, (left, top, right, bottom), rng)
    noise = rng.normal(0, 5 if night else 3, (SIZE[1], SIZE[0], 1))
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float64) + noise
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    _told(ImageDraw.Draw(picture), camera, at)
    out = BytesIO()
    picture.save(out, "JPEG", quality=78)
    return out.getvalue()


def _shade(colour: _Colour, share: float) -> _Colour:
    red, green, blue = (int(min(255, c * share)) for c in colour)
    return red, green, blue


def _street(draw: _Draw, rng: np.random.Generator, night: bool) -> None:
    """Houses on both sides, pavement and a road that runs away."""
    light = 0.45 if night else 1.0
    x = 0
    while x < SIZE[0]:
        width, height = int(rng.integers(70, 150)), int(rng.integers(90, 215))
        wall = _shade(((150, 142, 130), (128, 136, 142), (158, 150, 140))[int(rng.integers(3))], light)
        draw.rectangle((x, _HORIZON - height, x + width, _HORIZON), fill=wall)
        for wx in range(x + 10, x + width - 12, 22):
            for wy in range(_HORIZON - height + 12, _HORIZON - 14, 26):
                lit = night and rng.random() < 0.3
                draw.rectangle(
                    (wx, wy, wx + 11, wy + 14), fill=(232, 206, 140) if lit else _shade((92, 104, 118), light)
                )
        x += width + int(rng.integers(0, 18))
    draw.rectangle((0, _HORIZON, *SIZE), fill=_shade((140, 140, 138), light))
    draw.polygon([(300, SIZE[1]), (430, _HORIZON), (560, _HORIZON), (1100, SIZE[1])], fill=_shade((86, 88, 92), light))
    for n in range(6):
        y = _HORIZON + 14 + n * n * 9
        draw.line(
            (495 + n * n * 4, y, 497 + n * n * 6, y + 8 + n * 5), fill=_shade((220, 220, 214), light), width=2 + n
        )
    for _ in range(int(rng.integers(2, 5))):  # trees
        tx = int(rng.integers(20, 940))
        draw.rectangle((tx, _HORIZON - 60, tx + 5, _HORIZON + 8), fill=_shade((82, 66, 52), light))
        draw.ellipse((tx - 30, _HORIZON - 122, tx + 34, _HORIZON - 48), fill=_shade((72, 108, 70), light))


def _heap(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    for _ in range(26):
        w, h = int(rng.integers(24, 66)), int(rng.integers(20, 48))
        x = int(rng.integers(left, max(left + 1, right - w)))
        y = int(rng.integers(top + (bottom - top) // 4, max(top + 2 + (bottom - top) // 4, bottom - h)))
        colour = ((30, 34, 40), (206, 210, 212), (58, 96, 150), (166, 126, 78), (72, 118, 74))[int(rng.integers(5))]
        draw.ellipse((x, y, x + w, y + h), fill=colour, outline=_shade(colour, 0.7))


def _bins(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    width = (right - left) // 3
    for n, colour in enumerate(((58, 108, 66), (50, 84, 140), (92, 94, 98))):
        x = left + n * width
        draw.rectangle((x + 4, top + 34, x + width - 6, bottom), fill=colour, outline=(28, 30, 34))
        draw.rectangle((x, top + 26, x + width - 2, top + 36), fill=_shade(colour, 0.8))
    _heap(draw, (left, top - 10, right, top + 56), rng)


def _water(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    draw.ellipse(box, fill=(110, 128, 142))
    for _ in range(18):
        y = int(rng.integers(top + 8, bottom - 8))
        x = int(rng.integers(left + 20, right - 50))
        draw.line((x, y, x + int(rng.integers(14, 46)), y), fill=(176, 192, 204), width=2)


def _stall(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    colour = ((196, 62, 54), (44, 108, 160), (214, 160, 52))[int(rng.integers(3))]
    draw.polygon([(left, top + 34), ((left + right) // 2, top), (right, top + 34)], fill=colour)
    draw.rectangle((left + 8, top + 34, left + 13, bottom), fill=(60, 60, 62))
    draw.rectangle((right - 13, top + 34, right - 8, bottom), fill=(60, 60, 62))
    draw.rectangle((left, bottom - 46, right, bottom - 8), fill=(150, 118, 84))
    for x in range(left + 12, right - 22, 24):
        draw.ellipse((x, bottom - 64, x + 18, bottom - 46), fill=((222, 90, 60), (236, 190, 80), (110, 160, 74))[x % 3])
    middle = (left + right) // 2
    draw.ellipse((middle - 11, top + 42, middle + 11, top + 64), fill=(206, 166, 138))
    draw.rectangle((middle - 16, top + 62, middle + 16, bottom - 46), fill=(70, 76, 96))


def _bikes(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    step = max(16, (right - left - 60) // 8)
    for x in range(left, right - 58, step):
        colour = ((240, 186, 40), (62, 150, 204), (60, 172, 120))[int(rng.integers(3))]
        y = bottom - 34 - int(rng.integers(0, max(1, (bottom - top) // 3)))
        draw.ellipse((x, y, x + 28, y + 28), outline=(26, 28, 32), width=3)
        draw.ellipse((x + 32, y, x + 60, y + 28), outline=(26, 28, 32), width=3)
        draw.line((x + 14, y + 14, x + 24, y - 10, x + 44, y - 8, x + 46, y + 14), fill=colour, width=4)
        draw.line((x + 40, y - 22, x + 46, y + 14), fill=colour, width=4)


def _truck(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    cab = left + (right - left) // 4
    draw.polygon(
        [(cab, top + 30), (right, top + 30), (right - 12, bottom - 26), (cab, bottom - 26)], fill=(176, 112, 48)
    )
    draw.polygon([(cab + 6, top + 30), ((cab + right) // 2, top), (right - 6, top + 30)], fill=(124, 98, 72))
    draw.rectangle((left, top + 44, cab - 4, bottom - 26), fill=(188, 60, 48))
    draw.rectangle((left + 8, top + 52, cab - 12, top + 78), fill=(120, 146, 164))
    for x in (left + 8, cab + 16, right - 62):
        draw.ellipse((x, bottom - 42, x + 42, bottom), fill=(24, 26, 28), outline=(90, 92, 96), width=4)
    del rng


def _dust(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    draw.rectangle((left, bottom - 40, right, bottom), fill=(70, 112, 160))
    for _ in range(40):
        r = int(rng.integers(12, 34))
        x, y = int(rng.integers(left, right)), int(rng.integers(top, bottom - 20))
        tone = int(rng.integers(168, 206))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(tone, tone - 14, tone - 34))


def _poster(draw: _Draw, box: Box, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=(190, 184, 172))
    for _ in range(9):
        x, y = int(rng.integers(left, right - 44)), int(rng.integers(top, bottom - 44))
        draw.rectangle(
            (x, y, x + 40, y + 42), fill=((236, 226, 90), (236, 240, 244), (230, 120, 110))[int(rng.integers(3))]
        )
        for n in range(3):
            draw.line((x + 5, y + 10 + n * 10, x + 34, y + 10 + n * 10), fill=(60, 60, 70), width=2)


_THINGS: dict[str, Callable[[_Draw, Box, np.random.Generator], None]] = {
    "bin_overflow": _bins, "bin_mixed": _bins, "road_flooded": _water, "river_debris": _water, "street_vendor": _stall,
    "shop_outside": _stall, "road_occupied": _stall, "open_air_grill": _stall, "road_promotion": _stall,
    "bike_parking": _bikes, "shared_bikes": _bikes, "dump_truck_open": _truck, "dump_truck_dirty": _truck,
    "site_dust": _dust, "illegal_poster": _poster,
}  # fmt: skip


def _told(draw: _Draw, camera: str, at: str) -> None:
    """What cameras write into their pictures: when and which; and that this one is drawn."""
    font = ImageFont.load_default(20)
    for x, y, words in ((18, 14, at[:19].replace("T", " ")), (18, 506, camera), (780, 506, "DEMO DRAWING")):
        draw.text((x, y), words, font=font, fill=(240, 244, 248), stroke_width=2, stroke_fill=(20, 24, 30))
