"""The city of one process, joined from its settings: divisions, calendar, rules, feeds, and where its tables lie."""

import tomllib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cockpit.data_dir import DataDir
from cockpit.exits import TellError
from cockpit.settings import Settings
from cockpit.stream_parts import StreamParts

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.domain.working_calendar import WorkingCalendar
    from cockpit.feed_files import FeedFile
    from cockpit.services.city import City
    from cockpit.situation.situation import Rules


class CityParts(StreamParts):
    """What everything else is joined over. Made when first asked for, and once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def engine(self) -> "Engine":
        from cockpit.store.database import open_engine

        return open_engine(self.settings.database())

    @cached_property
    def city(self) -> "City":
        from cockpit.services.city import City, UnknownCityError

        try:
            city = self._load_city(City)
        except (UnknownCityError, ValueError) as wrong:
            raise TellError(str(wrong)) from wrong
        from cockpit.feeding import expected_feeds

        known = {info.name for info in city.feeds}
        city.feeds.extend(info for info in expected_feeds(self.feed_files) if info.name not in known)
        patience = self.settings.feed_stale_periods, self.settings.feed_lost_periods
        city.feeds[:] = [info.waited_for(*patience) for info in city.feeds]
        return city

    def _load_city(self, kind: "type[City]") -> "City":
        own = DataDir(self.settings.data_dir).city
        if self.settings.empty and (own / "city.toml").is_file():
            return kind.load(str(own), tz=self.settings.tz)
        if self.settings.empty:
            return kind.empty(tz=self.settings.tz)
        return kind.load(self.settings.city, tz=self.settings.tz)

    @cached_property
    def feed_files(self) -> "list[FeedFile]":
        """The feeds of the data directory; what is wrong with a file is said once and costs only that feed."""
        import structlog

        from cockpit.feed_files import WrongFile, list_feed_files

        found = list(list_feed_files(DataDir(self.settings.data_dir).feeds))
        for wrong in found:
            if isinstance(wrong, WrongFile):
                structlog.get_logger(__name__).warning("a feed's file is wrong", feed=wrong.name, error=wrong.why)
        return [file for file in found if not isinstance(file, WrongFile)]

    @cached_property
    def _about_city(self) -> dict[str, Any]:
        """What the city says about itself, without its geometry: that takes a second and few processes need it."""
        from cockpit.services.city import UnknownCityError, city_directory

        try:
            if self.settings.empty:
                own = DataDir(self.settings.data_dir).city / "city.toml"
                return tomllib.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
            file = city_directory(self.settings.city) / "city.toml"
            return tomllib.loads(file.read_text(encoding="utf-8"))
        except (UnknownCityError, ValueError) as wrong:
            raise TellError(str(wrong)) from wrong

    @cached_property
    def district(self) -> str:
        """The city's code; an empty city has none, whatever divisions were imported."""
        if self.settings.empty:
            return ""
        try:
            return str(self._about_city["code"])
        except KeyError as missing:
            raise TellError(f"the city {self.settings.city} has no {missing} in its city.toml") from missing

    @property
    def _tz(self) -> str:
        return str(self._about_city.get("tz", self.settings.tz))

    @cached_property
    def rules(self) -> "Rules":
        from cockpit.situation.situation import Rules

        return Rules(
            city_code=self.district,
            tz=self._tz,
            at_risk_share=self.settings.at_risk_share,
            accept_within_s=self.settings.accept_within_s,
            assign_within_s=self.settings.assign_within_s,
            calendar=self.calendar,
        )

    @cached_property
    def calendar(self) -> "WorkingCalendar":
        """As the holidays make it; what people decided about single days is in the situation."""
        from cockpit.domain.office_hours import parse_office_hours
        from cockpit.services.calendars import chinese_calendar

        return chinese_calendar(
            self._tz,
            office_hours=parse_office_hours(self.settings.office_hours),
            day_s=round(self.settings.working_day_hours * 3600),
        )
