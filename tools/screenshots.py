"""Pictures of the running demo city for the documents: `make screenshots`, or `ARGS="wall-1920"` for some of them."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.cli.running import Running, running
from tools.layer_pictures import take_layers
from tools.phone_picture import take_phone
from tools.plot_picture import SCENE, draw_scene
from tools.track_day import DAY, PEOPLE, post_day

PHONE, LAYERS = "phone", "layers"
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
    #: what happens to the city before it is opened
    before: Callable[[Running], None] = lambda _up: None
    #: pressed one after the other once the figures have settled
    keys: Sequence[str] = ""
    #: there once the page is drawn
    ready: str = "#situation-map"
    #: run in the page last of all
    script: str = ""


def _wartime(up: Running) -> None:
    """A road collapses in 仓前街道, the plan that fits best is run, and its people answer one after the other."""
    report = {
        "event_id": "picture", "source": "gridworker", "title": "路面塌陷", "category": "event.05.05",
        "severity": "III", "description": "路面塌陷约 6 m × 4 m，燃气已关阀", "lon": 119.9906, "lat": 30.2853,
        "address": "文一西路", "reported_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    with up.client(up.linked_token("admin")) as feed:
        feed.post("feeds/events", json=report)
    time.sleep(_SETTLE_MS / 1000)
    with up.client(up.linked_token("duty")) as duty:
        event_id = "gridworker:picture"
        plan = duty.get("plans", params={"event_id": event_id}).json()["items"][0]
        run = duty.post(f"plans/{plan['plan_id']}/run", json={"event_id": event_id}).json()
        time.sleep(2)
        for i, order_id in enumerate(run["order_ids"][:-2]):
            for step in ("deliver", "read", "accept", "depart", "arrive")[: 5 if i % 3 == 0 else 3 + i % 2]:
                duty.post(f"orders/{order_id}/{step}", json={})


#: the card of the building in the middle of the map, and who lives behind its third door
_HOUSE = """async () => {
  const map = cockpit.map.leaflet, at = map.getCenter(), near = 0.002;
  const bbox = [at.lng - near, at.lat - near, at.lng + near, at.lat + near].join();
  const { items } = await (await fetch('/api/v1/buildings?bbox=' + bbox)).json();
  const house = items.find((one) => one.households > 8) || items[0];
  map.setView([house.lat, house.lon], 17, { animate: false });
  await cockpit.houses.show(house.building_code);
  await new Promise((done) => setTimeout(done, 1500));
  document.querySelectorAll('[data-door]')[2].click();
}"""

PICTURES = (
    Picture("wall-1920", "screen", "/screen", 1920, 1080),
    Picture("wall-3840x1080", "screen", "/screen?stage=3840x1080", 3840, 1080),
    Picture("wall-en", "screen", "/screen?lang=en", 1920, 1080),
    Picture("wall-wartime", "screen", "/screen", 1920, 1080, before=_wartime),
    Picture("leader-1440", "leader", "/leader", 1440, 900, ready="#leader-map svg"),
    Picture("reports-1440", "leader", "/reports", 1440, 900, ready="#reports-list[data-state]"),
    Picture("duty-1440", "duty", "/duty", 1440, 900, keys="j"),
    Picture("desk-plotting", "duty", f"/duty?event={SCENE}", 1440, 900, before=draw_scene, keys=("Shift+B",)),
    Picture("thematic-1440", "leader", "/thematic?level=community", 1440, 900, ready="#th-map[data-state=ready]"),
    Picture("thematic-flows", "leader", "/thematic?view=flows", 1440, 900, ready="#th-map[data-state=ready]"),
    Picture("thematic-clusters", "leader", "/thematic?view=clusters", 1440, 900, ready="#th-map[data-state=ready]"),
    Picture("thematic-heat", "leader", "/thematic?view=heat", 1440, 900, ready="#th-map[data-state=ready]"),
    Picture("search-1440", "duty", "/duty", 1440, 900, keys="/cqjd"),
    Picture("houses-1440", "duty", "/duty?go=119.9831,30.2928", 1440, 900, script=_HOUSE),
    Picture("iot-1440", "duty", "/iot", 1440, 900, ready="#iot-domains [data-domain]"),
    Picture("iot-phone", "duty", "/iot", 390, 844, ready="#iot-domains [data-domain]"),
    Picture(
        "tracks-1440",
        "duty",
        f"/tracks?date={DAY}&subjects={','.join(PEOPLE)}",
        1440,
        900,
        before=post_day,
        keys="nnn",
        ready=".track-piece",
    ),
    # look around it, order three, tick two more
    Picture("patrol-1440", "duty", "/patrol", 1440, 900, ready="#patrol-frame img.there"),
    Picture("desk-dispatch", "duty", "/duty", 1440, 900, keys=("j", "d", "1", "2", "3", "Enter", "1", "2")),
    # last: they ask for the whole history, which is still being told while the first ones are taken
    *(
        Picture(
            f"leader-{topic}-1440",
            "leader",
            f"/leader?topic={topic}",
            1440,
            900,
            ready=".ld-topic",
            script="() => document.querySelector('.ld-topic').scrollIntoView()",
        )
        for topic in ("pivot", "people", "coverage")
    ),
)


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - {picture.name for picture in PICTURES} - {PHONE, LAYERS}
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
            if not wanted or LAYERS in wanted:
                take_layers(browser, up.url, up.links["duty"], up.data_dir, FOLDER / LAYERS)
        browser.close()
    return 0


def _take(browser: Browser, up: Running, picture: Picture) -> None:
    picture.before(up)
    page = browser.new_page(viewport={"width": picture.width, "height": picture.height}, locale="zh-CN")
    page.goto(up.links[picture.role])
    page.goto(up.url + picture.path)
    page.wait_for_selector(picture.ready, timeout=60_000)
    page.wait_for_timeout(_SETTLE_MS)
    for key in picture.keys:
        page.keyboard.press(key)
        page.wait_for_timeout(3_000)
    if picture.script:
        page.evaluate(picture.script)
        page.wait_for_timeout(3_000)
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=str(file))
    page.close()
    print(f"taken: {file.relative_to(FOLDER.parent.parent)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
