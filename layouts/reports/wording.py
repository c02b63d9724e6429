"""报告的用词: names, numbers and times of one report as they are written, the same way as on the screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cockpit.catalogue import Texts
from cockpit.domain.report import Earlier, ReportKind, ReportSpan
from cockpit.situation.indicators import Better, Indicator, Measure
from layouts.leader.amounts import digits_of, number_of, told, unit_of
from layouts.numerals import percent_of, span_of

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEVELS = {6: "county", 9: "street", 12: "community", 15: "grid"}
_PERCENT = 100
#: less than this is no change that could be seen: of a rate in two decimals, of one per 10,000 and minutes in one
_SAME, _SAME_PER, _SAME_S = 5e-5, 0.05, 3.0


def _least_change(indicator: Indicator) -> float:
    if indicator.is_timed:
        return _SAME_S
    if not indicator.is_rate:
        return 0.5
    return _SAME if indicator.per == _PERCENT else _SAME_PER / indicator.per


@dataclass(frozen=True, slots=True)
class Wording:
    """How one report says things. `names`: division code → name, `kinds`: category code → name."""

    texts: Texts
    tz: str
    city: str
    names: Mapping[str, str]
    kinds: Mapping[str, str]
    demo: bool

    def name_of(self, code: str) -> str:
        """A division's name."""
        return self.names.get(code, code) or self.texts["report.unplaced"]

    def place_of(self, code: str) -> str:
        """`仓前街道 葛巷社区`: where a code lies, down to the community."""
        found = [self.names[code[:n]] for n in (9, 12) if len(code) >= n and code[:n] in self.names]
        return " ".join(found) or self.name_of(code)

    def kind_of(self, category: str) -> str:
        return self.kinds.get(category, category) or self.texts["leader.kinds.none"]

    def level_below(self, codes: list[str]) -> str:
        """What the divisions of a table are called."""
        return self.texts[f"leader.level.{_LEVELS.get(len(codes[0]) if codes else 0, 'none')}"]

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.tz))

    def time(self, at: datetime) -> str:
        return self.local(at).strftime("%Y-%m-%d %H:%M")

    def instant(self, at: datetime) -> str:
        return self.local(at).strftime("%Y-%m-%d %H:%M:%S")

    def period(self, span: ReportSpan) -> str:
        """`2026 年 11 月 21 日 周六`."""
        first = span.first
        if span.kind is ReportKind.DAILY:
            day = self.texts[f"weekday.{_DAYS[first.weekday()]}"]
            return self.texts.format("report.day", y=first.year, m=first.month, d=first.day, weekday=day)
        if span.kind is ReportKind.MONTHLY:
            return self.texts.format("report.month", y=first.year, m=first.month)
        year, week, _ = first.isocalendar()
        last = datetime.fromordinal(span.behind.toordinal() - 1).strftime("%m-%d")
        return self.texts.format("report.week", y=year, w=week, since=first.strftime("%m-%d"), until=last)

    def before(self, how: Earlier) -> str:
        return self.texts[f"report.before.{how.value}"]

    def title_of(self, name: str) -> str:
        """An indicator's title; what counts a day is named by the period, as in the drill-down."""
        return self.texts.find(f"indicator_period.{name}.title", self.texts[f"indicator.{name}.title"])

    def definition_of(self, name: str) -> str:
        return self.texts.find(f"indicator_period.{name}.definition", self.texts[f"indicator.{name}.definition"])

    def value(self, indicator: Indicator, measure: Measure) -> str:
        """A measure with its unit."""
        number = number_of(indicator, measure, self.texts)
        if measure.value is None or not (indicator.is_rate or indicator.is_timed):
            return number
        unit = unit_of(indicator, measure.value, self.texts)
        return f"{number} {unit}" if indicator.is_timed else number + unit

    def rate(self, measure: Measure) -> str:
        if measure.value is None:
            return self.texts["value.none"]
        return percent_of(measure.value, self.texts) + self.texts["value.percent"]

    def change(self, indicator: Indicator, now: Measure, before: Measure | None) -> tuple[str, str]:
        """`▲ 3`, `▼ 1.20 个百分点` and whether that is `good`, `bad` or neither."""
        if before is None or now.value is None or before.value is None:
            return "", ""
        change = now.value - before.value
        if abs(change) < _least_change(indicator):
            return self.texts["report.same"], ""
        arrow = "▲" if change > 0 else "▼"
        size = told(indicator, abs(change), self.texts)
        if indicator.is_rate:
            hundredths = self.texts.format("report.points", n=f"{abs(change) * 100:.2f}")
            size = (
                hundredths if indicator.per == _PERCENT else f"{abs(change) * indicator.per:,.{digits_of(indicator)}f}"
            )
        if indicator.better is Better.NEITHER:
            return f"{arrow} {size}", ""
        return f"{arrow} {size}", "good" if (change > 0) == (indicator.better is Better.HIGHER) else "bad"

    def span_of(self, seconds: float) -> str:
        """`3 小时`, as the lists of the screens write an age."""
        return span_of(seconds, self.texts)
