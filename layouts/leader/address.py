"""下钻地址: everything that a drill-down shows is in its address, so that a link opens it again and back goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from cockpit.domain.source import Source
from cockpit.services.analyses.people import SERVICES
from cockpit.services.analyses.pivot import Dimension
from cockpit.services.analyses.topics import TopicAsked
from cockpit.services.drill_calendar import StepLength
from cockpit.services.drill_figures import Comparison, period_of
from cockpit.situation.indicators import BY_NAME, Part
from cockpit.situation.period import Filters, Period
from layouts.address import AddressError, instant_of, parse_as_of

PATH = "/leader"
#: days back from now; `custom` has its own times
RANGES = {"today": 0, "week": 7, "month": 30, "quarter": 90}
CUSTOM = "custom"
BOARDS = ("pass", "rank")
#: what the panel below shows, and how many days ahead the demand is told
TOPICS = ("overtime", "demand", "flow", "units", "pivot", "repeats", "months", "people", "coverage")
MINUTES = ("10", "15", "30")
DAYS_AHEAD = ("0", "1", "2")
_LONGEST = 400
_MOST_PAGES = 1_000
#: what may change without the tables of the analyses becoming others
_SAME_TABLE = {"cursor", "event", "pick", "part", "page"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaderAddress:
    """The parts of the address as texts, each with what holds when it is left out. `parse` lets only valid ones in."""

    scope: str = ""
    lang: str = ""
    as_of: str = ""
    range: str = "month"
    since: str = ""
    until: str = ""
    source: str = ""
    category: str = ""
    weekday: str = ""
    hour: str = ""
    indicator: str = "on_time_handling_rate"
    part: str = ""
    board: str = "pass"
    vs: str = Comparison.LAST_WEEK.value
    cursor: str = ""
    event: str = ""
    topic: str = TOPICS[0]
    day: str = "1"
    still: str = ""
    pick: str = ""
    #: which page of a long table of an analysis, from 1
    page: str = "1"
    down: str = Dimension.PLACE.value
    across: str = Dimension.KIND.value
    service: str = SERVICES[0]
    minutes: str = "15"
    step: str = StepLength.DAY.value

    @classmethod
    def parse(cls, asked: Mapping[str, str | None]) -> "LeaderAddress":
        """From the query of an address. AddressError names what is wrong."""
        renamed = {"from": "since", "to": "until"}
        told = {renamed.get(k, k): v[:_LONGEST] for k, v in asked.items() if v}
        address = cls(**{f.name: told[f.name] for f in fields(cls) if f.name in told})
        if address.since or address.until:
            address = replace(address, range=CUSTOM)
        known = (
            ("range", {*RANGES, CUSTOM}), ("indicator", BY_NAME), ("board", BOARDS),
            ("vs", {c.value for c in Comparison}), ("source", {"", *Source}), ("part", {"", *Part}),
            ("weekday", {"", *map(str, range(7))}), ("hour", {"", *map(str, range(24))}),
            ("topic", TOPICS), ("day", DAYS_AHEAD), ("still", {"", "1"}), ("down", {*Dimension}),
            ("across", {*Dimension} - {address.down}), ("service", SERVICES), ("minutes", MINUTES),
            ("step", {*StepLength}),
        )  # fmt: skip
        for name, allowed in known:
            if getattr(address, name) not in allowed:
                raise AddressError("leader.address", f"{name}={getattr(address, name)}")
        if not (address.page.isascii() and address.page.isdigit() and 1 <= int(address.page[:5]) <= _MOST_PAGES):
            raise AddressError("leader.address", f"page={address.page}")
        return address

    def href(self, **changes: str) -> str:
        """The address with something changed; another page of the list or another event is only told if it is asked.
        A table of an analysis stays on its page as long as it is the same table."""
        page = {} if changes.keys() <= _SAME_TABLE else {"page": "1"}
        changed = replace(self, **({"cursor": "", "event": "", "pick": ""} | page | changes))
        plain = LeaderAddress()
        names = {"since": "from", "until": "to"}
        told = {
            names.get(f.name, f.name): value
            for f in fields(self)
            if (value := getattr(changed, f.name)) != getattr(plain, f.name)
        }
        if changed.range == CUSTOM:
            told.pop("range", None)
        return f"{PATH}?{urlencode(told)}" if told else PATH

    @property
    def past(self) -> datetime | None:
        """`as_of`, None for now. AddressError for what is no time."""
        return parse_as_of(self.as_of)

    @property
    def filters(self) -> Filters:
        """What the address narrows down to."""
        return Filters(
            source=Source(self.source) if self.source else None,
            category=self.category,
            weekday=int(self.weekday) if self.weekday else None,
            hour=int(self.hour) if self.hour else None,
        )

    @property
    def list_part(self) -> Part:
        """Which list is shown: what is worth a look where none is asked for; a count has only one."""
        indicator = BY_NAME[self.indicator]
        if len(indicator.parts) == 1:
            return Part.NUMERATOR
        return Part(self.part) if self.part else indicator.worth_a_look

    @property
    def topic_asked(self) -> TopicAsked:
        """What the panel below shows."""
        indicator, part = BY_NAME[self.indicator], self.list_part
        if not indicator.is_of_events:
            # analyses are of events
            indicator = BY_NAME[LeaderAddress().indicator]
            part = indicator.worth_a_look
        return TopicAsked(
            name=self.topic, days_ahead=int(self.day), still=bool(self.still), indicator=indicator,
            part=part, pick=self.pick, down=Dimension(self.down), across=Dimension(self.across),
            service=self.service, minutes=int(self.minutes),
        )  # fmt: skip

    def period(self, at: datetime, tz: str) -> Period:
        """The period that is looked at. AddressError for an empty one."""
        zone = ZoneInfo(tz)
        try:
            if self.range == CUSTOM:
                return period_of(at, zone, _time(self.since), _time(self.until))
            days = RANGES[self.range]
            if days == 0:
                return period_of(at, zone, None, None)
            first = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
            return period_of(at, zone, first, None)
        except ValueError:
            raise AddressError("leader.address", f"{self.since} – {self.until}") from None


def _time(text: str) -> datetime | None:
    if not text:
        return None
    return instant_of(text)
