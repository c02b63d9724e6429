"""How a test looks at the map: real pixels of a real browser, asked again until they are there or time is up."""

import io
import time
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import Page

DEADLINE_S = 15.0

GREEN, BLUE, RED, RISK, PEOPLE = (63, 195, 154), (90, 169, 240), (240, 68, 62), (255, 133, 120), (166, 227, 211)
#: what was seen before its feed was lost
DEAD = (133, 146, 165)
#: a done dot lets a quarter of the ground through
DONE_DOT = (49, 150, 123)


def until(condition: Callable[[], Any], what: str, deadline_s: float = DEADLINE_S) -> Any:
    """The first truthy answer of `condition`; fails with `what` when time is up."""
    end = time.monotonic() + deadline_s
    while True:
        if answer := condition():
            return answer
        assert time.monotonic() < end, f"not within {deadline_s} s: {what}"
        time.sleep(0.05)  # between two looks, never instead of one


def point_of(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies on the screen, in CSS pixels of the window, however the stage is scaled."""
    x, y = page.evaluate(
        """([lon, lat]) => {
            const map = cockpit.map.leaflet, box = map.getContainer().getBoundingClientRect();
            const at = map.latLngToContainerPoint([lat, lon]), k = box.width / map.getSize().x;
            return [box.left + at.x * k, box.top + at.y * k];
        }""",
        [lon, lat],
    )
    return x, y


def shot(page: Page, x: float, y: float, half: int = 8) -> Image.Image:
    """The square of screen around a point."""
    clip = {"x": round(x) - half, "y": round(y) - half, "width": 2 * half, "height": 2 * half}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


def shows(page: Page, lon: float, lat: float, colour: tuple[int, int, int], *, half: int = 8, off: int = 24) -> bool:
    """Whether some pixel near a place has about this colour."""
    image = shot(page, *point_of(page, lon, lat), half)
    raw = image.tobytes()
    pixels = zip(raw[::3], raw[1::3], raw[2::3], strict=True)
    return any(all(abs(a - b) <= off for a, b in zip(pixel, colour, strict=True)) for pixel in pixels)


def sees(page: Page, lon: float, lat: float, colour: tuple[int, int, int], **how: Any) -> None:
    until(lambda: shows(page, lon, lat, colour, **how), f"{colour} at {lon}, {lat}")


def live(page: Page) -> None:
    """The page has joined and the map is there."""
    joined = "window.cockpit && cockpit.map && cockpit.map.leaflet && cockpit.link().state === 'live'"
    page.wait_for_function(joined, timeout=20_000)


def stat(page: Page, name: str) -> Any:
    return page.evaluate(f"cockpit.stats()['{name}']")
