"""报告: which local day, week or month a daily, weekly or monthly report is about, and which it is compared with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class ReportKind(StrEnum):
    """How long a time a report is about."""

    DAILY = "daily"  # 日报
    WEEKLY = "weekly"  # 周报, Monday to Sunday
    MONTHLY = "monthly"  # 月报


class Earlier(StrEnum):
    """What a report is compared with."""

    DAY_BEFORE = "day_before"  # 前一日
    SAME_WEEKDAY = "same_weekday"  # 上周同日
    WEEK_BEFORE = "week_before"  # 上一周
    MONTH_BEFORE = "month_before"  # 上月
    YEAR_BEFORE = "year_before"  # 上年同月


#: in the order in which they are shown
COMPARED: dict[ReportKind, tuple[Earlier, ...]] = {
    ReportKind.DAILY: (Earlier.DAY_BEFORE, Earlier.SAME_WEEKDAY),
    ReportKind.WEEKLY: (Earlier.WEEK_BEFORE,),
    ReportKind.MONTHLY: (Earlier.MONTH_BEFORE, Earlier.YEAR_BEFORE),
}


@dataclass(frozen=True, slots=True)
class ReportSpan:
    """From a local midnight to another one (aware). `cut_at`: how far it has come if it is not over."""

    kind: ReportKind
    first: date
    #: the day behind its last
    behind: date
    zone: ZoneInfo
    cut_at: datetime | None = None

    @classmethod
    def of(cls, kind: ReportKind, day: date, zone: ZoneInfo, now: datetime) -> "ReportSpan":
        """The day, week or month that `day` lies in. ValueError if it has not begun."""
        first, behind = _borders(kind, day)
        span = cls(kind, first, behind, zone)
        if span.since >= now:
            raise ValueError(f"{first.isoformat()} has not begun")
        return span if span.end <= now else cls(kind, first, behind, zone, now)

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The midnight that it ends at."""
        return _midnight(self.behind, self.zone)

    @property
    def until(self) -> datetime:
        """Its end, or how far it has come."""
        return self.cut_at or self.end

    @property
    def is_over(self) -> bool:
        return self.cut_at is None

    @property
    def name(self) -> str:
        """`2026-11-21`, `2026-W47`, `2026-11`: by which it is told from others of its kind."""
        if self.kind is ReportKind.MONTHLY:
            return self.first.strftime("%Y-%m")
        if self.kind is ReportKind.WEEKLY:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02d}"
        return self.first.isoformat()

    def earlier(self, how: Earlier) -> "ReportSpan":
        """What it is compared with; of one that is not over, as much of the earlier one as has passed of this."""
        first, behind = _borders(self.kind, _earlier_day(self.first, how))
        whole = ReportSpan(self.kind, first, behind, self.zone)
        if self.cut_at is None:
            return whole
        cut = _wall_later(whole.since, self.since, self.cut_at)
        return whole if cut >= whole.end else ReportSpan(self.kind, first, behind, self.zone, cut)


def last_over(kind: ReportKind, now: datetime, zone: ZoneInfo) -> ReportSpan:
    """The newest day, week or month that is over."""
    first, _ = _borders(kind, now.astimezone(zone).date())
    return ReportSpan.of(kind, first - timedelta(days=1), zone, now)


def _borders(kind: ReportKind, day: date) -> tuple[date, date]:
    if kind is ReportKind.DAILY:
        return day, day + timedelta(days=1)
    if kind is ReportKind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _earlier_day(first: date, how: Earlier) -> date:
    if how is Earlier.YEAR_BEFORE:
        return first.replace(year=first.year - 1)  # of a month's first day: there is no 29 February among them
    days = {Earlier.DAY_BEFORE: 1, Earlier.SAME_WEEKDAY: 7, Earlier.WEEK_BEFORE: 7, Earlier.MONTH_BEFORE: 1}
    return first - timedelta(days=days[how])


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _wall_later(begin: datetime, since: datetime, cut: datetime) -> datetime:
    """As late in the earlier span by the clock on the wall as `cut` is in the later one."""
    wall = cut.astimezone(since.tzinfo).replace(tzinfo=None) - since.replace(tzinfo=None)
    return (begin.replace(tzinfo=None) + wall).replace(tzinfo=begin.tzinfo)
