"""来源: which feeds and which registers a figure is told by, as data; what people read is made of the same."""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.source import POSITIONS_FEED, Source
from cockpit.situation.indicator import Indicator, Subject


class Register(StrEnum):
    """What is kept here and tells a figure beside the feeds, or instead of them."""

    STEPS = "steps"  # 事件流转记录: of officers here and of the systems that told an event
    ROSTER = "roster"  # 花名册
    ATTENDANCE = "attendance"  # 签到
    HOUSEHOLDS = "households"  # 住户底数
    DEVICES = "devices"  # 设备台账
    GRIDS = "grids"  # 网格


@dataclass(frozen=True, slots=True)
class Origins:
    """Feeds by the names of `GET feeds`, and registers."""

    feeds: tuple[str, ...] = ()
    registers: tuple[Register, ...] = ()


_WHO = Origins((POSITIONS_FEED,), (Register.ROSTER, Register.ATTENDANCE))
_EVERY = tuple(source.value for source in Source)
#: of each subject but events
_OF_SUBJECT = {
    Subject.HANDOVERS: Origins(_EVERY, (Register.STEPS,)),
    Subject.ALARMS: Origins((Source.IOT.value,)),
    Subject.GRIDWORKERS: _WHO,
    Subject.GRIDS: _WHO,
    Subject.WALKED_GRIDS: Origins((POSITIONS_FEED,), (Register.ROSTER,)),
    Subject.RECORDS: Origins((Source.IOT.value,), (Register.HOUSEHOLDS, Register.DEVICES)),
}
#: those that need less than their subject does
_OF_ONE = {
    "gridworkers": Origins((), (Register.ROSTER,)),
    "grids": Origins((), (Register.GRIDS,)),
    "fresh_household_rate": Origins((), (Register.HOUSEHOLDS,)),
    "fresh_device_rate": Origins((Source.IOT.value,), (Register.DEVICES,)),
}


def origins_of(indicator: Indicator, asked: Source | None = None) -> Origins:
    """What tells an indicator; `asked`: the only source of events that is looked at."""
    if not indicator.is_of_events:
        return _OF_ONE.get(indicator.name, _OF_SUBJECT[indicator.subject])
    only = indicator.only or asked
    feeds = (only.value,) if only else _EVERY
    return Origins(feeds, (Register.HOUSEHOLDS,) if indicator.per_people else ())
