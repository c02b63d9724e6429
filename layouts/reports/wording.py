"""报告的用词: names, numbers and times of one report as they are written, the same way as on the screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cockpit.catalogue import Texts
from cockpit.domain.report import Earlier, ReportKind, ReportSpan
from cockpit.situation.indicators import Better, Indicator, Measure
from layouts.numerals import count_of, percent_of, span_of

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEVELS = {6: "county", 9: "street", 12: "community", 15: "grid"}
#: less than this of a rate is no change that could be seen in two decimals
_SAME = 5e-5


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
        if not indicator.is_rate:
            return count_of(measure.numerator, self.texts)
        if measure.value is None:
            return self.texts["value.none"]
        return percent_of(measure.value, self.texts) + self.texts["value.percent"]

    def rate(self, measure: Measure) -> str:
        if measure.value is None:
            return self.texts["value.none"]
        return percent_of(measure.value, self.texts) + self.texts["value.percent"]

    def change(self, indicator: Indicator, now: Measure, before: Measure | None) -> tuple[str, str]:
        """`▲ 3`, `▼ 1.20 个百分点` and whether that is `good`, `bad` or neither."""
        if before is None or now.value is None or before.value is None:
            return "", ""
        change = now.value - before.value
        if abs(change) < (_SAME if indicator.is_rate else 0.5):
            return self.texts["report.same"], ""
        arrow = "▲" if change > 0 else "▼"
        size = f"{abs(change):,.0f}"
        if indicator.is_rate:
            size = self.texts.format("report.points", n=f"{abs(change) * 100:.2f}")
        if indicator.better is Better.NEITHER:
            return f"{arrow} {size}", ""
        return f"{arrow} {size}", "good" if (change > 0) == (indicator.better is Better.HIGHER) else "bad"

    def span_of(self, seconds: float) -> str:
        """`3 小时`, as the lists of the screens write an age."""
        return span_of(seconds, self.texts)
