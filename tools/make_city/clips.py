"""示意画面 — four short clips that stand in for the cameras of the demo city: drawn, not recorded, and marked as such.

Run `python -m tools.make_city.clips`; needs the extra `city-build` (PyAV writes VP9, Pillow draws). The clips loop
without a seam: everything that moves comes round after `SECONDS`.
"""

from pathlib import Path
from random import Random

import av
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "clips"
WIDTH, HEIGHT = 384, 216
#: few pictures a second: a wall draws no more of them
FPS, SECONDS = 5, 12
_FRAMES = FPS * SECONDS
_HORIZON = 86


class Street:
    """One view down a street: what stands still is drawn once, cars and people anew for each frame."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.bend = self.rng.uniform(-60, 60)
        self.still = self._still()
        #: lane −1 comes, 1 goes; how far along at the beginning; how many rounds in a loop; colour
        self.cars = [
            (self.rng.choice((-1, 1)), self.rng.random(), self.rng.choice((1, 1, 2)), self.rng.choice(_PAINTS))
            for _ in range(9)
        ]
        self.people = [(self.rng.uniform(0, 1), self.rng.uniform(0.3, 0.9), self.rng.choice((-1, 1))) for _ in range(6)]

    def _still(self) -> Image.Image:
        image = Image.new("RGB", (WIDTH, HEIGHT), (24, 29, 38))
        draw = ImageDraw.Draw(image)
        for y in range(_HORIZON):
            shade = 22 + y // 4
            draw.line([(0, y), (WIDTH, y)], fill=(shade, shade + 5, shade + 14))
        x = -10
        while x < WIDTH:
            wide, tall = self.rng.randint(26, 58), self.rng.randint(26, 78)
            draw.rectangle([x, _HORIZON - tall, x + wide, _HORIZON], fill=(30, 36, 46))
            for wy in range(_HORIZON - tall + 6, _HORIZON - 4, 9):
                for wx in range(x + 4, x + wide - 5, 8):
                    if self.rng.random() < 0.36:
                        draw.rectangle([wx, wy, wx + 3, wy + 4], fill=(128, 116, 84))
            x += wide + self.rng.randint(0, 8)
        draw.rectangle([0, _HORIZON, WIDTH, HEIGHT], fill=(38, 43, 44))
        middle = WIDTH / 2 + self.bend
        draw.polygon(
            [(middle - 20, _HORIZON), (middle + 20, _HORIZON), (WIDTH + 60, HEIGHT), (-60, HEIGHT)], fill=(54, 58, 64)
        )
        for i in range(14):
            a, b = (i / 14) ** 2, ((i + 0.45) / 14) ** 2
            draw.polygon(
                [self._at(0, a, -0.012), self._at(0, a, 0.012), self._at(0, b, 0.012), self._at(0, b, -0.012)],
                fill=(168, 164, 140),
            )
        for side in (-1.15, 1.15):
            for i in range(2, 9):
                px, py = self._at(side, (i / 9) ** 2)
                tall = 10 + 70 * (i / 9) ** 2
                draw.line([(px, py), (px, py - tall)], fill=(70, 76, 84), width=1 + i // 4)
                draw.ellipse([px - 2, py - tall - 2, px + 2, py - tall + 2], fill=(214, 190, 132))
        return image

    def _at(self, across: float, near: float, more: float = 0.0) -> tuple[float, float]:
        """A place on the road: `across` −1…1 from kerb to kerb, `near` 0 (far) … 1."""
        y = _HORIZON + (HEIGHT - _HORIZON) * near
        half = 20 + (WIDTH / 2 + 40) * near
        middle = WIDTH / 2 + self.bend * (1 - near)
        return middle + (across + more) * half, y

    def frame(self, n: int) -> Image.Image:
        image = self.still.copy()
        draw = ImageDraw.Draw(image)
        part = n / _FRAMES
        for lane, start, rounds, paint in sorted(self.cars, key=lambda c: (c[1] + c[2] * part) % 1):
            along = (start + rounds * part) % 1
            near = (along if lane < 0 else 1 - along) ** 2
            x, y = self._at(0.45 * lane, near)
            size = 3 + 44 * near
            draw.rounded_rectangle(
                [x - size / 2, y - size * 0.62, x + size / 2, y], radius=max(1, size / 8), fill=paint
            )
            light = (244, 236, 200) if lane < 0 else (206, 58, 50)
            for dx in (-0.36, 0.36):
                r = max(0.8, size / 14)
                draw.ellipse(
                    [x + dx * size - r, y - size * 0.24 - r, x + dx * size + r, y - size * 0.24 + r], fill=light
                )
        for start, near, way in self.people:
            x, y = self._at(way * 1.05, near)
            x += 30 * near * (((start + part) % 1) - 0.5) * 2
            tall = 6 + 22 * near
            draw.rounded_rectangle([x - tall / 7, y - tall * 0.78, x + tall / 7, y], radius=2, fill=(148, 156, 168))
            draw.ellipse([x - tall / 8, y - tall, x + tall / 8, y - tall * 0.76], fill=(196, 176, 158))
        return image.filter(ImageFilter.GaussianBlur(0.5))


_PAINTS = ((92, 100, 112), (138, 142, 148), (66, 82, 110), (110, 60, 56), (196, 198, 200))


def write(path: Path, seed: int) -> None:
    """One clip."""
    street = Street(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "28", "b:v": "0", "row-mt": "0", "cpu-used": "4"}
        for n in range(_FRAMES):
            container.mux(stream.encode(av.VideoFrame.from_image(street.frame(n))))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number in range(1, 5):
        target = FOLDER / f"street-{number}.webm"
        write(target, number * 17)
        print(f"{target.name}: {target.stat().st_size / 1024:.0f} KiB")
