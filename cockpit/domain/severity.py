"""事件等级: I 特别重大 to IV 一般; shown by shape or ring, never in the fill."""

from enum import StrEnum


class Severity(StrEnum):
    I = "I"  # noqa: E741 - the field writes Roman numerals  # 特别重大
    II = "II"  # 重大
    III = "III"  # 较大
    IV = "IV"  # 一般
