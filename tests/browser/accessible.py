"""无障碍: what axe finds on a page, which stops of the Tab key show no ring, and where the focus is."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = {"serious", "critical"}
#: how the element in focus looks, and how it looks a moment later without
_RING = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  // the browser lights the part of a date that is typed in
  if (at.matches('[type=date], [type=datetime-local]')) return null;
  const own = [
    'outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'backgroundColor', 'color', 'stroke',
    'strokeWidth', 'textDecorationLine',
  ];
  const look = () => {
    const around = [at, at.parentElement, at.closest('label'), ...at.querySelectorAll(':scope > *')].filter(Boolean);
    const parts = around.map((one) => getComputedStyle(one));
    return parts.map((style) => own.map((name) => style[name]).join()).join('|');
  };
  const inFocus = look();
  at.blur();
  const without = look();
  const name = (at.getAttribute('aria-label') || at.innerText || at.id || '').trim().slice(0, 40);
  return { name: at.tagName + ' ' + name + ' .' + at.getAttribute('class'), ring: inFocus !== without };
}"""


def grave(page: Page) -> list[str]:
    """Rules broken seriously or critically, each with the places, as axe tells them."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: " + "; ".join(f"{n['target']} {_why(n)}" for n in v["nodes"][:6])
        for v in found
        if v["impact"] in _GRAVE
    ]


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return str(checks[0]["message"]) if checks else ""


def without_ring(page: Page, *, stops: int) -> list[str]:
    """The first so many stops of the Tab key that look in focus as they look without."""
    told = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        seen = page.evaluate(_RING)
        if seen is not None and not seen["ring"]:
            told.append(seen["name"])
    return told
