"""Pictures of the running demo city for the documents: `make screenshots`, or `ARGS="wall-1920"` for some of them."""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.cli.running import Running, running
from tools.phone_picture import take_phone

PHONE = "phone"
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
#: the day is told in fast motion first, and the figures have to settle
_SETTLE_MS = 60_000


class Picture(NamedTuple):
    """One picture: as whom, which page, how large."""

    name: str
    role: str
    path: str
    width: int
    height: int
    #: pressed one after the other once the figures have settled
    keys: Sequence[str] = ""


PICTURES = (
    Picture("wall-1920", "screen", "/screen", 1920, 1080),
    Picture("wall-3840x1080", "screen", "/screen?stage=3840x1080", 3840, 1080),
    Picture("wall-en", "screen", "/screen?lang=en", 1920, 1080),
    Picture("duty-1440", "duty", "/duty", 1440, 900, keys="j"),
    # look around it, order three, tick two more
    Picture("desk-dispatch", "duty", "/duty", 1440, 900, keys=("j", "d", "1", "2", "3", "Enter", "1", "2")),
)


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - {picture.name for picture in PICTURES} - {PHONE}
    if unknown:
        print(f"no such picture: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with running(Path(folder) / "data") as up:
            for picture in PICTURES:
                if not wanted or picture.name in wanted:
                    _take(browser, up, picture)
            if not wanted or PHONE in wanted:
                take_phone(browser, up.url, up.links, FOLDER / f"{PHONE}.png")
        browser.close()
    return 0


def _take(browser: Browser, up: Running, picture: Picture) -> None:
    page = browser.new_page(viewport={"width": picture.width, "height": picture.height}, locale="zh-CN")
    page.goto(up.links[picture.role])
    page.goto(up.url + picture.path)
    page.wait_for_selector("#situation-map", timeout=60_000)
    page.wait_for_timeout(_SETTLE_MS)
    for key in picture.keys:
        page.keyboard.press(key)
        page.wait_for_timeout(3_000)
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=str(file))
    page.close()
    print(f"taken: {file.relative_to(FOLDER.parent.parent)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
