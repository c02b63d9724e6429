"""部件: a hand on a map, in the page itself: drags it to and fro, turns a layer on; how smooth, how soon.

The same for every page with a Leaflet map, ours or another's. Frames are those of `requestAnimationFrame`: a lost one
is a wait that a person sees, and a screencast would take the processors that draw.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Page

#: strokes of a hand: so long, so far, to the east, the south, back and back
_DRAG = """([selector, seconds]) => new Promise((done) => {
  const STROKE_S = 0.8, FAR_PX = 260, WAYS = [[1, 0], [0, 1], [-1, 0], [0, -1]];
  const box = document.querySelector(selector), r = box.getBoundingClientRect(), gaps = [];
  const x0 = r.left + r.width / 2, y0 = r.top + r.height / 2;
  const fire = (type, target, x, y) => target.dispatchEvent(new MouseEvent(type, {
    bubbles: true, cancelable: true, view: window, button: 0, buttons: 1, clientX: x, clientY: y }));
  let begun = 0, last = 0, stroke = -1;
  requestAnimationFrame(function frame(now) {
    if (begun) gaps.push(now - last);
    begun = begun || now;
    last = now;
    const s = (now - begun) / 1000, at = Math.floor(s / STROKE_S), far = FAR_PX * (s / STROKE_S - at);
    if (at !== stroke) {
      if (stroke >= 0) fire('mouseup', document, x0 + WAYS[stroke % 4][0] * FAR_PX, y0 + WAYS[stroke % 4][1] * FAR_PX);
      if (s >= seconds) return done(gaps);
      stroke = at;
      fire('mousedown', document.elementFromPoint(x0, y0), x0, y0);
    }
    fire('mousemove', document, x0 + WAYS[at % 4][0] * far, y0 + WAYS[at % 4][1] * far);
    requestAnimationFrame(frame);
  });
})"""
#: from the press of a switch until the frame after the one that has drawn the layer's things
_TURN = """(name) => new Promise((done) => {
  const book = cockpit.thematic, start = performance.now();
  document.querySelector('[data-thematic="' + name + '"]').click();
  const ours = ({ layer }) => layer.name === name;
  const there = () => book.seen.things.some(ours) || book.seen.cells.some(ours);
  requestAnimationFrame(function look() {
    if (!there()) return void requestAnimationFrame(look);
    requestAnimationFrame(() => done(performance.now() - start));
  });
})"""
_LOOK_AT = """([lat, lon, zoom]) => {
  cockpit.map.fitted = true;
  cockpit.map.leaflet.setView([lat, lon], zoom, { animate: false });
}"""
#: our page has drawn all that its view asks for
_SETTLED = """() => {
  const map = window.cockpit && cockpit.map && cockpit.map.leaflet, book = window.cockpit && cockpit.thematic;
  if (!map || !book || !book.loaded || map._animatingZoom || !book.on.length) return false;
  const { seen } = book, shown = book.shown().filter((layer) => layer.total);
  if (!shown.length || !seen.sheet || seen.sheet.zoom !== map.getZoom() || !seen.drawn) return false;
  return !shown.some((layer) => book.isComing(layer));
}"""


@dataclass(frozen=True, slots=True)
class Smoothness:
    """Frames of a drag."""

    fps: float
    #: the longest of a hundred waits between two frames
    p99_ms: float
    longest_ms: float


def dragged(page: Page, selector: str, *, seconds: float) -> Smoothness:
    """The map under `selector`, dragged to and fro."""
    gaps = np.array(page.evaluate(_DRAG, [selector, seconds]), dtype=np.float64)
    return Smoothness(1e3 * len(gaps) / float(gaps.sum()), float(np.quantile(gaps, 0.99)), float(gaps.max()))


def turned_on_ms(page: Page, name: str) -> float:
    """Milliseconds from the press until a layer's things are on the screen; no pointer came near before."""
    return float(page.evaluate(_TURN, name))


def settle(page: Page, timeout_s: float = 60.0) -> None:
    """Wait until our page has all tiles of its view."""
    page.wait_for_function(_SETTLED, timeout=timeout_s * 1000)


def look_at(page: Page, lon: float, lat: float, zoom: float) -> None:
    """Our map, without an animation."""
    page.evaluate(_LOOK_AT, [lat, lon, zoom])


def evaluated(page: Page, script: str, *given: Any) -> float:
    """A number from the page."""
    return float(page.evaluate(script, *given))
