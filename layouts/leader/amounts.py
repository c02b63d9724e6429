"""数量: how an indicator's value is written: counts, percents, per ten thousand, and durations in their best unit."""

from cockpit.catalogue import Texts
from cockpit.situation.indicators import Indicator, Measure
from layouts.numerals import count_of, percent_of

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
#: what is still told in minutes, and in hours
_MINUTES_UNTIL, _HOURS_UNTIL = 100 * _MINUTE, 100 * _HOUR


def duration_of(seconds: float) -> tuple[float, str]:
    """A duration in its best unit, and that unit as a key of the catalogue."""
    if seconds < _MINUTES_UNTIL:
        return seconds / _MINUTE, "indicator_unit.minutes"
    if seconds < _HOURS_UNTIL:
        return seconds / _HOUR, "indicator_unit.hours"
    return seconds / _DAY, "indicator_unit.days"


def unit_of(indicator: Indicator, value: float | None, texts: Texts) -> str:
    """What stands small beside the number; empty for a count."""
    if indicator.is_timed:
        return "" if value is None else texts[duration_of(value)[1]]
    if indicator.is_rate:
        return texts[_per(indicator)]
    return ""


def number_of(indicator: Indicator, measure: Measure, texts: Texts) -> str:
    """The number without its unit; `—` for none."""
    value = measure.value
    if value is None:
        return texts["value.none"]
    if indicator.is_timed:
        return f"{duration_of(value)[0]:,.1f}"
    if indicator.is_rate:
        if indicator.per_people:
            return f"{indicator.per * value:,.{digits_of(indicator)}f}"
        return f"{indicator.per * value:,.0f}" if indicator.per != 100 else percent_of(value, texts)
    return count_of(measure.numerator, texts)


def records_of(texts: Texts, indicator: Indicator, n: int) -> str:
    """How long a list is, with the word that counts what is in it."""
    key = "leader.tile.records" if indicator.is_of_events else f"leader.subject_records.{indicator.subject.value}"
    return texts.format(key, n=count_of(n, texts))


def told(indicator: Indicator, value: float, texts: Texts) -> str:
    """A value with its unit, for a sentence; also of a count that lies between two counts."""
    if indicator.is_timed:
        amount, unit = duration_of(value)
        return f"{amount:,.1f} {texts[unit]}"
    if indicator.is_rate:
        return f"{indicator.per * value:,.{digits_of(indicator)}f} {unit_of(indicator, value, texts)}"
    return f"{value:,.0f}"


def scale_of(indicator: Indicator, values: list[float]) -> tuple[float, str]:
    """What the values of a chart are multiplied by, and the key of that unit (empty: a count)."""
    if indicator.is_timed:
        longest = max([0.0, *values])
        amount, unit = duration_of(longest)
        return (amount / longest if longest else 1 / _MINUTE), unit
    if indicator.is_rate:
        return float(indicator.per), _per(indicator)
    return 1.0, ""


def digits_of(indicator: Indicator) -> int:
    """Decimals of a rate: a few complaints among ten thousand people differ in the second one."""
    return 2 if indicator.per_people else 1


def _per(indicator: Indicator) -> str:
    if indicator.per_people:
        return "indicator_unit.per_10000_people"
    return "indicator_unit.per_10000" if indicator.per == 10_000 else "value.percent"
