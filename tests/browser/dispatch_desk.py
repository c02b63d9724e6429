"""就近调度 made up: candidates, orders, plans and an evacuation as the API and the push tell them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.harness.world import CENTRE, now_ms

LON, LAT = CENTRE
RUNGS = ("delivered", "read", "accepted", "departed", "arrived")

Answer = dict[str, Any] | tuple[int, dict[str, Any]]


def candidate(number: int, name: str, **given: Any) -> dict[str, Any]:
    """One item of `GET nearby`."""
    distance = 180 * number
    return {
        "id": f"gw-{number:05d}", "kind": "gridworker", "name": name, "lon": LON + 0.002 * number, "lat": LAT + 0.001,
        "distance_m": distance, "road_m": distance * 1.3, "eta_s": 70 * number, "by_road": True, "status": "free",
        "why": "本网格", "skills": [], "position_age_s": 4, "code": "330110012003009", "busy_order_id": None, **given,
    }  # fmt: skip


def six() -> list[dict[str, Any]]:
    """Those of the visual guide: near ones, one who is busy, one whose position is old."""
    return [
        candidate(1, "沈建国", why="03 格 · 责任网格"),
        candidate(2, "城管抢修 2 队", id="v-2", kind="vehicle", why="路面类资质 · 车载围挡", skills=["road_repair"]),
        candidate(3, "余杭交警大队", id="p-6", kind="police", why="可封控", by_road=False, position_age_s=None,
                  status="registered"),
        candidate(4, "吴敏", status="busy", busy_order_id="o-9", why="05 格 · 手头 1 件"),
        candidate(5, "朱丽华", kind="volunteer", id="vol-5", status="stale", eta_s=None, position_age_s=540,
                  why="位置较旧"),
    ]  # fmt: skip


def left_out() -> list[dict[str, Any]]:
    return [candidate(7, "赵志强", status="off_shift", why="不在班次"), candidate(8, "钱伟", why="超出 3 km")]


@dataclass
class Api:
    """What the page's questions are answered with, and what it asked."""

    answers: dict[str, Answer | Callable[[str, dict[str, Any]], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def on(self, page: Page) -> "Api":
        page.route("**/api/v1/**", self._reply)
        return self

    def wishes(self, path: str) -> list[dict[str, Any]]:
        """Bodies of what was posted to a path."""
        return [body for method, asked, body in self.asked if method == "POST" and asked == path]

    def queries(self, path: str) -> list[str]:
        return [asked for method, asked, _ in self.asked if method == "GET" and asked.startswith(path)]

    def _reply(self, route: Route) -> None:
        request = route.request
        whole = request.url.partition("/api/v1/")[2]
        path = whole.partition("?")[0]
        if path in ("snapshot", "movers"):
            return route.continue_()
        posted = json.loads(request.post_data) if request.post_data else {}
        self.asked.append((request.method, path if request.method == "POST" else whole, posted))
        answer = self.answers.get(path, (404, {"detail": "没有"}))
        if callable(answer):
            answer = answer(whole, posted)
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return route.fulfill(status=status, json=body)


def near(items: list[dict[str, Any]] | None = None, out: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """An answer of `GET nearby`."""
    items = six() if items is None else items
    return {
        "as_of": datetime.now(UTC).isoformat(), "items": items,
        "left_out": left_out() if out is None else out, "total": len(items),
    }  # fmt: skip


def order_row(
    event_id: str, name: str, rung: str = "issued", *, ago_s: float = 60, within_s: float = 90,
    kind: str = "gridworker", task: str = "到文一西路高教路口东侧封控，设围挡", **given: Any,
) -> list[Any]:  # fmt: skip
    """A row of the view's orders, at a rung."""
    issued = now_ms() - round(ago_s * 1000)
    reached = RUNGS[: RUNGS.index(rung) + 1] if rung in RUNGS else RUNGS if rung == "finished" else ()
    rungs = {name: issued + 2000 * (n + 1) for n, name in enumerate(reached)}
    if rung == "finished":
        rungs["finished"] = issued + 20_000
    more = {"reminded": None, "substitutes": None, "by": None, "escalated": None, "command": "c-1", **given}
    return [
        event_id, f"r-{name}", kind, name, task, rung, issued, issued + round(within_s * 1000), rungs,
        more["reminded"], more["substitutes"], more["by"], more["escalated"], LON, LAT, "值班 李明", more["command"],
    ]  # fmt: skip


def evacuation_row(event_id: str, moved: int = 531, households: int = 792) -> list[Any]:
    """A row of the view's evacuations: twelve buildings, filled as a board in the middle of it is."""
    letters = ("m" * moved + "t" * 148 + "n" * 41 + "h" * 23 + "r" * 6 + "-" * households)[:households]
    size = households // 12
    buildings = [
        [f"b-{n}", f"{n + 1} 幢", LON, LAT, letters[n::12][: size + 1]] for n in range(12)
    ]  # fmt: skip
    every = "".join(row[4] for row in buildings)
    states = {"m": "moved", "t": "told", "n": "nobody_home", "h": "needs_help", "r": "refused", "-": "not_reached"}
    counts = {state: every.count(letter) for letter, state in states.items()}
    return [event_id, now_ms() - 500_000, None, counts, 2_180, buildings, 40, now_ms() - 1000]


def plan_run_row(event_id: str, *done: str, orders: tuple[str, ...] = (), ago_s: float = 60) -> list[Any]:
    """A row of the view's plan runs: 道路塌陷, run by 李明, with two items of which some are done."""
    at = now_ms() - round(ago_s * 1000)
    items = (("closed", "封闭道路东西两向", "Road closed"), ("gas", "核查燃气管线", "Gas checked"))
    checklist = [[i, zh, en, i in done, *(("王芳", at + 9000) if i in done else (None, None))] for i, zh, en in items]
    return [
        "road_collapse", "道路塌陷", "Road collapse", event_id, at, "李明", list(orders), checklist,
        [["区城管局", "请调围挡"]], [], [], [["police", 2, 1]],
    ]  # fmt: skip


def department(n: int, name: str, **given: Any) -> dict[str, Any]:
    """One item of `GET units`."""
    return {
        "id": f"unit:{name}", "kind": "unit", "kind_title": "部门", "name": name, "code": "330110",
        "division": "余杭区", "level": "county", "phone": f"0571-8862 01{n:02d}", "responsible": False,
        "open_orders": 0, "order_id": None, **given,
    }  # fmt: skip
