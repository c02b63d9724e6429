"""筛选: the filters of a list of events. The same words for what is in the fold and for what is past."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.domain.event import Event
from cockpit.domain.overtime import Colour, colour_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.domain.timing import Timing

Box = tuple[float, float, float, float]


class AskedColour(StrEnum):
    """The legend's words: red is both kinds of red, blue has the paused in it; green is everything finished."""

    GREEN = "green"
    BLUE = "blue"
    PAUSED = "paused"
    AT_RISK = "at_risk"
    OVERTIME = "overtime"
    RED = "red"


COLOURS_OF = {
    AskedColour.GREEN: frozenset({Colour.GREEN}),
    AskedColour.BLUE: frozenset({Colour.BLUE, Colour.PAUSED}),
    AskedColour.PAUSED: frozenset({Colour.PAUSED}),
    AskedColour.AT_RISK: frozenset({Colour.AT_RISK}),
    AskedColour.OVERTIME: frozenset({Colour.OVERTIME}),
    AskedColour.RED: frozenset({Colour.AT_RISK, Colour.OVERTIME}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What a list is asked for; None or empty lets everything through. `stage` closed is everything finished.

    `q` is case-folded and holds no NUL. Times are from … (included) to … (not included).
    """

    stage: Stage | None = None
    colour: AskedColour | None = None
    overtime: bool | None = None
    source: Source | None = None
    category: str = ""
    q: str = ""
    reported_from: datetime | None = None
    reported_to: datetime | None = None
    closed_from: datetime | None = None
    closed_to: datetime | None = None
    bbox: Box | None = None

    def takes(self, event: Event, now: datetime, timing: Timing) -> bool:
        """True if the event passes every filter at `now`."""
        report = event.report
        return (
            self._has_stage(event)
            and (self.source is None or report.source is self.source)
            and (self.reported_from is None or report.reported_at >= self.reported_from)
            and (self.reported_to is None or report.reported_at < self.reported_to)
            and self._closed_in_time(event)
            and (not self.category or self.is_of_category(event))
            and (self.bbox is None or self.lies_within(event))
            and (not self.q or self.q in said_of(event))
            and self._has_colour(event, now, timing)
        )

    def _has_stage(self, event: Event) -> bool:
        if self.stage is Stage.CLOSED:
            return event.is_finished and not event.is_dismissed
        return self.stage is None or event.stage is self.stage

    def _closed_in_time(self, event: Event) -> bool:
        if self.closed_from is None and self.closed_to is None:
            return True
        closed = event.closed_at
        return (
            closed is not None
            and (self.closed_from is None or closed >= self.closed_from)
            and (self.closed_to is None or closed < self.closed_to)
        )

    def is_of_category(self, event: Event) -> bool:
        """A code covers what begins with it; a text must be the same."""
        return event.report.category.startswith(self.category) or event.report.category_text == self.category

    def lies_within(self, event: Event) -> bool:
        """True for a place in the box, its borders included."""
        lon, lat = event.report.place.lon, event.report.place.lat
        if self.bbox is None or lon is None or lat is None:
            return False
        west, south, east, north = self.bbox
        return west <= lon <= east and south <= lat <= north

    def _has_colour(self, event: Event, now: datetime, timing: Timing) -> bool:
        if self.colour is None and self.overtime is None:
            return True
        if event.is_dismissed:
            return self.colour is None and not self.overtime
        colour = colour_of(event, now, timing)
        if self.overtime is not None and (colour is Colour.OVERTIME) != self.overtime:
            return False
        return self.colour is None or colour in COLOURS_OF[self.colour]


def said_of(event: Event) -> str:
    """Everything that `q` looks through, case-folded; between two texts stands what no question holds."""
    report = event.report
    texts = (report.title, report.event_id, report.place.address, report.description, report.category_text)
    return "\0".join(texts).casefold()
