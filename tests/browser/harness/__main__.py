"""`python -m tests.browser.harness`: the demo city with made-up events and walkers, to look at and to profile."""

import argparse
import json
import random
import threading
import time

import numpy as np

from tests.browser.harness.server import CITY, Harness
from tests.browser.harness.world import World, event_row


def spread(rng: random.Random, count: int) -> list[tuple[float, float, str]]:
    """Places in the city: the small grids are where people live."""
    grids = json.loads((CITY / "grids.geojson").read_text(encoding="utf-8"))["features"]
    places = []
    for _ in range(count):
        about = rng.choice(grids)["properties"]
        places.append((rng.gauss(about["label_lon"], 0.002), rng.gauss(about["label_lat"], 0.002), about["code"]))
    return places


def day(world: World, events: int, seed: int) -> None:
    """An afternoon: four in five done, a few at risk, three overdue."""
    rng = random.Random(seed)
    rows = {}
    for n, (lon, lat, code) in enumerate(spread(rng, events)):
        draw = rng.random()
        if n < 3:
            since = (3, 11, 42)[n] * 60
            row = event_row(
                lon, lat, at_risk_in_s=-4000, overtime_in_s=-since, title="污水外溢 · 主干管破损", code=code
            )
        elif draw < 0.8:
            row = event_row(lon, lat, "closed", code=code)
        elif draw < 0.815:
            row = event_row(lon, lat, "open", at_risk_in_s=-60, overtime_in_s=900, title="工地夜间扬尘", code=code)
        elif draw < 0.83:
            row = event_row(lon, lat, "paused", code=code)
        else:
            row = event_row(lon, lat, "open", at_risk_in_s=rng.uniform(600, 9000), overtime_in_s=10000, code=code)
        rows[f"demo:{n}"] = row
    world.put_all(rows)


def walk(world: World, count: int, fast: bool) -> None:
    """Everybody takes a step; who `fast`, far enough that each drawing differs."""
    rng = np.random.default_rng(1)
    step = 0.0003 if fast else 0.00006
    while True:
        lon, lat = rng.normal(0, step, count), rng.normal(0, step, count)
        rows = np.arange(count)
        world.move(rows, world.lon[rows] + lon, world.lat[rows] + lat)
        time.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8377)
    parser.add_argument("--events", type=int, default=604)
    parser.add_argument("--movers", type=int, default=1575)
    parser.add_argument("--lang", default="zh-CN")
    parser.add_argument("--fast", action="store_true", help="everybody glides several pixels a second")
    args = parser.parse_args()
    world = World()
    day(world, args.events, seed=7)
    places = spread(random.Random(3), args.movers)
    world.place(np.array([p[0] for p in places]), np.array([p[1] for p in places]))
    stage = "left:0;top:0;width:1920px;height:1080px"
    harness = Harness(world, port=args.port, city=True, stage=stage, lang=args.lang, pad="504,152,504,240").start()
    print(f"ready {harness.url}", flush=True)
    if args.movers:
        threading.Thread(target=walk, args=(world, args.movers, args.fast), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
