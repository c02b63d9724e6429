"""时限: how long something may take, and on which clock that is counted.

Two clocks: 紧急工作时 and 紧急工作日 run day and night; 工作时 and 工作日 count office hours only.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.working_calendar import WORKING_DAY_S

_HOUR_S = 3_600
_DAY_S = 86_400


class LimitUnit(StrEnum):
    URGENT_HOUR = "urgent_hour"  # 紧急工作时: an hour of the continuous clock
    URGENT_DAY = "urgent_day"  # 紧急工作日: 24 hours of the continuous clock
    WORKING_HOUR = "working_hour"  # 工作时: an hour of office hours
    WORKING_DAY = "working_day"  # 工作日: eight hours of office hours


_CONTINUOUS_S = {LimitUnit.URGENT_HOUR: _HOUR_S, LimitUnit.URGENT_DAY: _DAY_S}
_SHORT = {
    LimitUnit.URGENT_HOUR: "急时",
    LimitUnit.URGENT_DAY: "急日",
    LimitUnit.WORKING_HOUR: "时",
    LimitUnit.WORKING_DAY: "日",
}


class UnreadableLimitError(ValueError):
    """The text names no limit; the message says why."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units of time; `amount` is more than 0."""

    amount: float
    unit: LimitUnit

    def __post_init__(self) -> None:
        if not 0 < self.amount < 10_000:
            raise UnreadableLimitError(f"a limit of {self.amount:g} is none")

    @property
    def office(self) -> bool:
        """True if only office hours count."""
        return self.unit not in _CONTINUOUS_S

    def allowed_s(self, day_s: int = WORKING_DAY_S) -> float:
        """Seconds on the limit's own clock; `day_s` is what one 工作日 stands for (`WorkingCalendar.day_s`)."""
        if self.unit is LimitUnit.WORKING_DAY:
            return self.amount * day_s
        return self.amount * _CONTINUOUS_S.get(self.unit, _HOUR_S)

    def __str__(self) -> str:
        """The short notation, which `parse_limit` reads back: `2急时`, `4时`, `1急日`, `5日`."""
        return f"{self.amount:g}{_SHORT[self.unit]}"


_NUMERALS = {"半": 0.5, "两": 2.0, **{sign: float(n) for n, sign in enumerate("一二三四五六七八九十", 1)}}
_WRITTEN = re.compile(
    r"(?P<before>紧急|急|工作)?(?P<amount>\d+(?:\.\d+)?|[半一二两三四五六七八九十])个?"
    r"(?P<clock>紧急工作|紧急|急|工作|自然|连续|日历)?(?P<unit>小时|时|h|天|日|d|分钟|分|min)"
)
_CONTINUOUS_WORDS = frozenset({"紧急工作", "紧急", "急", "自然", "连续", "日历"})


def parse_limit(text: str) -> Limit:
    """Read a limit as case standards write it: `2急时`, `4小时`, `5天`, `2日`, `1紧急工作日`, `3个工作日`, `半小时`.

    时, 小时 and 工作时 are working hours, 日, 天 and 工作日 working days; 急 and 紧急 before or after the number make
    them continuous, as do 自然, 连续 and 日历. 分钟 is a sixtieth of an hour. Raises UnreadableLimitError otherwise:
    a limit is never guessed.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    match = _WRITTEN.fullmatch(plain)
    if match is None:
        raise UnreadableLimitError(f"no limit can be read in {text[:40]!r}" if plain else "the limit is empty")
    amount = _NUMERALS.get(match["amount"]) or float(match["amount"])
    continuous = {match["before"], match["clock"]} & _CONTINUOUS_WORDS
    if continuous and "工作" in (match["before"], match["clock"]):
        raise UnreadableLimitError(f"{text[:40]!r} names two clocks")
    if match["unit"] in ("天", "日", "d"):
        return Limit(amount, LimitUnit.URGENT_DAY if continuous else LimitUnit.WORKING_DAY)
    if match["unit"] in ("分钟", "分", "min"):
        amount /= 60
    return Limit(amount, LimitUnit.URGENT_HOUR if continuous else LimitUnit.WORKING_HOUR)
