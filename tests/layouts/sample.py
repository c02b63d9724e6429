"""Hand-made figures of a demonstration district, in the sizes that a wall must bear: a day, a huge day, nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cockpit.domain.alarm import Alarm
from cockpit.domain.event import Place
from cockpit.domain.level import Level
from cockpit.domain.mode import Mode
from cockpit.domain.overtime import Colour
from cockpit.domain.scope import Scope
from cockpit.domain.severity import Severity
from cockpit.domain.source import FEEDS, FeedStatus, Source
from cockpit.domain.stage import Phase, Stage
from cockpit.situation.figures import BoardRow, Counts, Figures, LevelRow, RedRow
from cockpit.situation.indicators import INDICATORS, Measure
from cockpit.situation.situation import Happening
from layouts.context import FeedRow, ProcessRow, ScreenContext

#: 2026-11-19 14:32:05 in Hangzhou
AS_OF = datetime(2026, 11, 19, 6, 32, 5, tzinfo=UTC)
COUNTY = "330110"

STREETS = {
    "330110013": ("余杭街道", "Yuhang Street"),
    "330110012": ("仓前街道", "Cangqian Street"),
    "330110005": ("五常街道", "Wuchang Street"),
    "330110011": ("闲林街道", "Xianlin Street"),
    "330110010": ("良渚街道", "Liangzhu Street"),
    "330110009": ("仁和街道", "Renhe Street"),
    "330110014": ("中泰街道", "Zhongtai Street"),
    "330110110": ("瓶窑镇", "Pingyao Town"),
    "330110109": ("径山镇", "Jingshan Town"),
    "330110113": ("黄湖镇", "Huanghu Town"),
    "330110111": ("鸬鸟镇", "Luniao Town"),
    "330110112": ("百丈镇", "Baizhang Town"),
}
_RED = (
    ("污水外溢 · 主干管破损", "330110010", "区住管局", -2538),
    ("路面塌陷隐患", "330110012", "区城管局", -665),
    ("燃气管线第三方施工", "330110014", "区住管局", -220),
    ("占道经营反复投诉", "330110005", "综合执法队", 532),
    ("电动车集中充电起火隐患", "330110013", "消防救援站", 860),
    ("工地夜间扬尘", "330110011", "生态环境分局", 1296),
    ("河道漂浮物聚集", "330110110", "林水局", 1570),
    ("井盖缺失", "330110009", "区城管局", 1784),
    ("违法搭建复查", "330110005", "综合执法队", 1862),
    ("噪声扰民", "330110010", "", 2400),
)
_ALARMS = (
    ("smoke", "梦想小镇 8 幢 3 层", "", True),
    ("water_level", "余杭塘河 和睦桥", "3.82 m", True),
    ("gas", "闲林中心菜场", "", True),
    ("elevator", "万达广场 2 号梯", "困人", False),
    ("manhole", "良渚 古墩路 116 号", "", False),
    ("smoke", "仓前 龙湖天街 B1", "", False),
    ("dust", "闲林 西溪工地 3 号", "", False),
    ("water_quality", "东苕溪 瓶窑断面", "浊度", False),
    ("gas", "余杭 禹航路 88 号", "", False),
    ("access", "五常 浙大校友园", "离线", False),
    ("tilt", "径山 古塔", "0.8°", True),
    ("smoke", "良渚 玉鸟集", "", False),
)
_HOURLY = [11, 7, 5, 4, 6, 12, 24, 49, 74, 83, 77, 66, 58, 82, 54]
_MEDIAN = [10, 8, 6, 5, 6, 11, 22, 44, 66, 79, 76, 68, 52, 63, 66, 64, 60, 55, 47, 41, 36, 27, 20, 14]
_RATES = (99.1, 97.4, 98.8, 98.2, 94.6, 97.9, 96.3, 98.5, 99.4, 100, 100, None)


def measures(scale: int = 1) -> dict[str, Measure]:
    known = {
        "reported_today": Measure(612 * scale),
        "accepted_today": Measure(604 * scale),
        "handled_today": Measure(538 * scale),
        "closed_today": Measure(486 * scale),
        "handling_rate": Measure(538 * scale, 541 * scale),
        "on_time_handling_rate": Measure(530 * scale, 538 * scale),
        "timely_acceptance_rate": Measure(598 * scale, 604 * scale),
        "closing_rate": Measure(486 * scale, 538 * scale),
        "on_time_closing_rate": Measure(478 * scale, 538 * scale),
        "late_closing_rate": Measure(8 * scale, 538 * scale),
        "overtime": Measure(3 * scale),
        "at_risk": Measure(9 * scale),
    }
    return {indicator.name: known[indicator.name] for indicator in INDICATORS}


def red_rows() -> list[RedRow]:
    return [
        RedRow(
            event_id=f"gridworker:{i}",
            colour=Colour.OVERTIME if left < 0 else Colour.AT_RISK,
            title=title,
            code=code + "001001",
            unit=unit,
            stage=Stage.HANDLING,
            overtime_at=AS_OF + timedelta(seconds=left),
            share=1.04 if left < 0 else 0.91 - i * 0.01,
        )
        for i, (title, code, unit, left) in enumerate(_RED)
    ]


def alarm_rows() -> list[Alarm]:
    return [
        Alarm(
            alarm_id=f"a-{i}",
            device_id=f"d-{i}",
            kind=kind,
            severity=Severity.IV,
            place=Place(code="330110012", address=address),
            raised_at=AS_OF - timedelta(seconds=13 + i * 47),
            cleared_at=None if raised else AS_OF - timedelta(seconds=5),
            message=message,
        )
        for i, (kind, address, message, raised) in enumerate(_ALARMS)
    ]


def a_day(scale: int = 1) -> Figures:
    """The day of the visual guide; `scale` makes it a larger city's."""
    by_source = (298, 141, 73, 52, 31, 0, 12, 5)
    kinds = (Source.GRIDWORKER, Source.HOTLINE_12345, Source.IOT, Source.VIDEO_AI, Source.CITIZEN, Source.DRONE,
             Source.DEPARTMENT, Source.HIGHER_LEVEL)  # fmt: skip
    waiting = ((1, 2, 1), (2, 8, 7), (5, 27, 26), (3, 18, 18))
    hourly: list[int | None] = [n * scale for n in _HOURLY]
    return Figures(
        as_of=AS_OF,
        scope=Scope(COUNTY),
        mode=Mode.PEACETIME,
        mode_since=None,
        mode_event_id=None,
        mode_event_title="",
        counts=Counts(
            green=486 * scale, blue=106 * scale, at_risk=9 * scale, overtime=3 * scale, paused=4 * scale, unplaced=2
        ),
        measures=measures(scale),
        past_rate=0.98193,
        hourly=hourly + [None] * 9,
        hourly_median=[float(n * scale) for n in _MEDIAN],
        sources=[(kind, n * scale) for kind, n in zip(kinds, by_source, strict=True)],
        red=red_rows(),
        levels=[
            LevelRow(level=level, waiting={p: n * scale for p, n in zip(Phase, row, strict=True)})
            for level, row in zip(Level, waiting, strict=True)
        ],
        handed_down=[6 * scale, 44 * scale, 287 * scale],
        handed_up=[3 * scale, 12 * scale, 31 * scale],
        alarms=alarm_rows(),
        alarms_today=73 * scale,
        alarms_open=4,
        board=[
            BoardRow(code=code, on_time=0 if rate is None else round(rate * 10), due=0 if rate is None else 1000)
            for code, rate in zip(STREETS, _RATES, strict=True)
        ],
        happenings=[
            (
                Happening(AS_OF - timedelta(minutes=i), row.event_id, stage, row.unit),
                row.title,
                row.code,
            )
            for i, (row, stage) in enumerate(
                zip(red_rows(), ("escalated", "assigned", "accepted", "fed_back", "closed") * 2, strict=True)
            )
        ],
    )


def nothing_yet() -> Figures:
    """A city on its first morning: no event, no alarm, no sample."""
    return replace(
        a_day(0),
        past_rate=None,
        hourly=[0] * 15 + [None] * 9,
        hourly_median=[None] * 24,
        measures={i.name: Measure(0, None if i.denominator is None else 0) for i in INDICATORS},
        red=[],
        alarms=[],
        alarms_open=0,
        happenings=[],
        counts=Counts(green=0, blue=0, at_risk=0, overtime=0, paused=0, unplaced=0),
        board=[BoardRow(code=code, on_time=0, due=0) for code in STREETS],
    )


_TITLES = {
    "gridworker": ("网格通", "Gridworkers"), "hotline_12345": ("12345", "12345"),
    "citizen": ("随手拍", "Citizens"), "video_ai": ("AI 巡查", "AI patrol"), "drone": ("无人机", "Drones"),
    "iot": ("物联", "IoT"), "department": ("部门", "Depts"), "higher_level": ("上级", "Higher level"),
    "positions": ("定位", "Positions"),
}  # fmt: skip


def feeds(**special: tuple[FeedStatus, float | None]) -> tuple[FeedRow, ...]:
    """All feeds live, except those named."""
    rows = []
    for i, name in enumerate(FEEDS):
        status, age_s = special.get(name, (FeedStatus.LIVE, float(1 + i % 6)))
        zh, en = _TITLES[name]
        rows.append(FeedRow(name=name, title_zh=zh, title_en=en, status=status, age_s=age_s))
    return tuple(rows)


def surroundings(**special: tuple[FeedStatus, float | None]) -> ScreenContext:
    return ScreenContext(
        city_zh="余杭区",
        city_en="Yuhang District",
        names={
            "zh-CN": {COUNTY: "余杭区", **{code: zh for code, (zh, _) in STREETS.items()}},
            "en": {COUNTY: "Yuhang District", **{code: en for code, (_, en) in STREETS.items()}},
        },
        grids=1476,
        gridworkers=1575,
        on_duty=1203,
        feeds=feeds(**special),
        processes=tuple(ProcessRow(name=name, alive=True) for name in ("web", "archive", "dispatch", "simulate")),
        demo=True,
    )


UNHEARD = dict.fromkeys(FEEDS, (FeedStatus.UNKNOWN, None))
