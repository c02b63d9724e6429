"""A road collapse for the panels of wartime: twelve minutes in, with forces, cameras, a plan and an evacuation."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cockpit.domain.event import Event, Place, Report, event_of
from cockpit.domain.mode import Incident, Mode, ModeState
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.domain.step import Step
from cockpit.services.wartime import Camera, Checklist, ChecklistItem, EvacuationPace, Milestone, Near, Scene
from cockpit.situation.figures import Figures
from tests.layouts.sample import AS_OF, COUNTY, a_day

EVENT_ID = "gridworker:1"
TITLE, ADDRESS = "路面塌陷", "仓前街道 文一西路高教路口"
LON, LAT = 119.99, 30.285
SINCE = AS_OF - timedelta(minutes=12, seconds=7)


def incident() -> Incident:
    return Incident(title=TITLE, lon=LON, lat=LAT, code="330110012001001", address=ADDRESS, reported_at=SINCE)


def event() -> Event:
    report = Report(
        event_id=EVENT_ID, source=Source.GRIDWORKER, title=TITLE, reported_at=SINCE,
        place=Place(lon=LON, lat=LAT, code="330110012001001", address=ADDRESS),
        description="路面塌陷约 6 m × 4 m，燃气已关阀", severity=Severity.III,
    )  # fmt: skip
    steps = tuple(
        Step(stage=stage, at=SINCE + timedelta(minutes=n), unit="区应急管理局", fact_id=f"s{n}")
        for n, stage in ((1, Stage.ACCEPTED), (2, Stage.ASSIGNED), (5, Stage.HANDLING))
    )
    return event_of(report, steps)


_NEAR = (
    ("330110012001-03", "gridworker", "沈**", 210, 320, 84, "free"),
    ("330110012001-05", "gridworker", "吴**", 380, 510, 130, "free"),
    ("v-7", "vehicle", "巡查车 浙A·7Q21", 900, 1_240, 190, "busy"),
    ("f-1", "fire_station", "区消防救援大队仓前站", 1_720, 2_310, 260, "registered"),
    ("h-1", "hospital", "区第一人民医院", 2_400, 3_120, 330, "registered"),
    ("p-1", "police", "余杭交警大队仓前中队", 1_900, 2_650, 300, "registered"),
    ("g-9", "gridworker", "陈**", 640, 0, 0, "stale"),
)


def near() -> tuple[Near, ...]:
    return tuple(
        Near(
            id=key, kind=kind, name=name, lon=LON + i * 0.002, lat=LAT + i * 0.001, distance_m=metres,
            road_m=road or None, eta_s=eta or None, by_road=bool(road), status=status,
            why={"zh-CN": f"第 {i + 1} 近 · 当班", "en": f"no. {i + 1} by distance · on shift"},
        )
        for i, (key, kind, name, metres, road, eta, status) in enumerate(_NEAR)
    )  # fmt: skip


def cameras(n: int = 6) -> tuple[Camera, ...]:
    names = ("路口东", "小区南门", "高教路北", "救援集结点", "文一西路人行天桥西侧出口", "地铁 5 号线 C 口")
    return tuple(
        Camera(
            id=f"cam-{i}", name=names[i], distance_m=(40, 180, 310, 260, 610, 1_250)[i], url="", stream="", is_demo=True
        )
        for i in range(n)
    )


def a_scene(**changes: Any) -> Scene:
    """The collapse at `AS_OF`."""
    items = (
        "封闭文一西路东西两向",
        "关闭燃气与给水阀门",
        "疏散半径 300 m 划定",
        "逐户疏散与安置点开放",
        "探地雷达扫测",
        "抢修方案会商",
    )
    state = ModeState(
        scope=COUNTY, mode=Mode.WARTIME, event_id=EVENT_ID, by="周值班长", at=SINCE + timedelta(minutes=2, seconds=11),
        note="路面持续下沉", incident=incident(),
    )  # fmt: skip
    scene = Scene(
        as_of=AS_OF, mode=state, event=event(), overtime_at=AS_OF + timedelta(minutes=47),
        scope=COUNTY, near=near(), comes=17,
        counts={"gridworker": 14, "fire_station": 2, "hydrant": 31, "camera": 12, "hospital": 1},
        cameras=cameras(),
        checklist=Checklist(
            plan={"zh-CN": "道路塌陷", "en": "Road collapse"}, started_at=SINCE + timedelta(minutes=3),
            items=tuple(
                ChecklistItem(
                    text={"zh-CN": text, "en": text}, done_at=SINCE + timedelta(minutes=3 + i) if i < 3 else None
                )
                for i, text in enumerate(items)
            ),
        ),
        milestones=tuple(
            Milestone(at=SINCE + timedelta(minutes=minutes), key=key)
            for minutes, key in (
                (0, "reported"), (1, "accepted"), (2.2, "wartime"), (2.4, "ordered"), (5, "first_arrival"),
                (6.6, "evacuation"), (9, "handling"),
            )
        ),
    )  # fmt: skip
    return replace(scene, **changes)


def evacuating(**changes: Any) -> Scene:
    """The same with an evacuation that goes on."""
    finish = tuple(AS_OF + timedelta(minutes=n) for n in (3, 5, 7))
    pace = EvacuationPace(evacuation_id="e1", rate_per_min=58.0, finish=finish, why="projected")  # type: ignore[arg-type]  # three of them
    return a_scene(evacuation=pace, **changes)


def lost_sight() -> Scene:
    """Nothing around it is known, the event has left the fold."""
    return a_scene(event=None, overtime_at=None, near=None, comes=None, counts=None, cameras=None, checklist=None)


def at_war() -> Figures:
    """The figures of the day in wartime."""
    return replace(
        a_day(), mode=Mode.WARTIME, mode_since=SINCE, mode_event_id=EVENT_ID, mode_event_title=TITLE,
        incident=incident(),
    )  # fmt: skip


def mode_row() -> dict[str, Any]:
    """The mode as the push tells it."""
    ms = round(SINCE.timestamp() * 1000)
    return {
        "mode": "wartime", "event_id": EVENT_ID, "at": ms + 131_000, "by": "周值班长", "note": "路面持续下沉",
        "title": TITLE, "address": ADDRESS, "lon": LON, "lat": LAT, "reported_at": ms,
    }  # fmt: skip


_STOPS = ("delivered", "read", "accepted", "departed", "arrived")
_ORDERS = (
    ("区消防 仓前站", "2 车 13 人", 5), ("网格员 沈**", "封控路口", 5), ("网格员 吴**", "逐户疏散", 5),
    ("燃气抢修", "港华 1 组", 5), ("交警 余杭大队", "封控 6 人", 4), ("城管 应急中队", "围挡 2 车", 3),
    ("探地雷达 检测院", "1 车", 4), ("志愿者 朱**", "协助疏散", 1), ("党员先锋队", "安置点引导", 2),
    ("供水抢修", "关阀", 0),
)  # fmt: skip


def order_rows(n: int = 8) -> dict[str, list[Any]]:
    """Orders as the push tells them: who is there, who is on the way, who is silent."""
    issued = round(AS_OF.timestamp() * 1000) - 600_000
    rows = {}
    for i, (name, task, reached) in enumerate(_ORDERS[:n]):
        rungs = {"issued": issued, **{stop: issued + (k + 1) * 47_000 for k, stop in enumerate(_STOPS[:reached])}}
        state = "substituted" if i == 7 else _STOPS[reached - 1] if reached else "issued"
        rows[f"o{i}"] = [EVENT_ID, f"r{i}", "unit", name, task, state, issued, issued + 120_000, rungs, None, None,
                         None, None, LON, LAT, "周值班长", "c1"]  # fmt: skip
    return rows


def evacuation_rows() -> dict[str, list[Any]]:
    """792 households in twelve buildings."""
    moved = (58, 51, 47, 62, 39, 44, 60, 55, 28, 41, 30, 16)
    buildings = []
    for i, n in enumerate(moved):
        rest = 66 - n
        letters = "m" * n + "t" * (rest // 2) + "n" * (rest // 8) + "h" * (rest // 10) + "r" * (rest // 20)
        buildings.append([f"b{i}", f"{i + 1} 幢", LON, LAT, letters.ljust(66, "-")])
    every = "".join(b[4] for b in buildings)  # type: ignore[misc]  # the fifth is the letters
    letters_of = {"moved": "m", "told": "t", "nobody_home": "n", "needs_help": "h", "refused": "r", "not_reached": "-"}
    counts = {state: every.count(letter) for state, letter in letters_of.items()}
    began = round(AS_OF.timestamp() * 1000) - 400_000
    return {"e1": [EVENT_ID, began, None, counts, 2_210, buildings, 40, began + 390_000]}
