"""What the API, the push and the pages of one web process share, each made once."""

from datetime import UTC, datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry

from callbacks.wall import WallRenderer
from cockpit.api.identity import Identities
from cockpit.api.meter import FeedMeter
from cockpit.data_dir import DataDir
from cockpit.feeding import known_titles
from cockpit.forecast_parts import demand_desk_of, open_events_of
from cockpit.parts import Parts
from cockpit.reporting import figure_watch_of, maker_of
from cockpit.screenshot_parts import screenshot_desk_of
from cockpit.services.archiver import behind_s
from cockpit.services.calendars import years_missing
from cockpit.services.drill_down import DrillDown
from cockpit.services.houses.inhabitants import Inhabitants
from cockpit.services.intake import Intake
from cockpit.services.on_duty import OnDuty
from cockpit.services.photos import Photos
from cockpit.services.surroundings import Lookout
from cockpit.services.unplaced import Unplaced
from cockpit.settings import Settings
from cockpit.store.accounts import Accounts, Role
from cockpit.store.attachments import Attachments
from cockpit.stream.connection import UNAVAILABLE
from cockpit.subject_parts import subjects_of

#: who may give commands from a page, and open the duty desk
COMMANDING = frozenset({Role.DUTY, Role.ADMIN})


class WebParts:
    """The parts of one web process that more than one of its doors uses."""

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self.parts, self.settings = parts, settings
        self.accounts = Accounts(parts.engine)
        self.identities = Identities(self.accounts, city_code=parts.city.code, clock=now)
        self.lookout = Lookout(
            city=parts.city,
            health=parts.health,
            dead_letters=self.dead_letters,
            archive_lag_s=behind_s(parts.facts, parts.positions),
            titles=known_titles(),
        )
        self.meter = FeedMeter(parts.health, away=UNAVAILABLE)
        self.intake = Intake(
            city=parts.city,
            facts=parts.facts,
            positions=parts.positions,
            clock=now,
            code_of_event=self.code_of,
            archived=parts.journal.known,
            find_limit=parts.standards.find_limit,
            over=parts.past_events.over_among,
        )
        self.photos = Photos(DataDir(settings.data_dir).attachments, most_bytes=settings.photos_most_mb << 20)
        self.attachments = Attachments(parts.engine)
        self.build = version("cockpit")
        self.drill = DrillDown(
            fold=parts.projector, folded=parts.history.folded, past=parts.past_events, city=parts.city,
            subjects=subjects_of(parts), inhabitants=Inhabitants(parts.houses), kept_since=parts.journal.begins_at,
        )  # fmt: skip
        self.forecast, self.demand = open_events_of(parts), demand_desk_of(parts)
        self.registry = CollectorRegistry()
        self.unplaced = Unplaced(
            fold=parts.projector, city=parts.city, roster=parts.roster, within_s=settings.on_duty_within_s
        )
        self.on_duty = OnDuty(
            fold=parts.projector, city=parts.city, roster=parts.roster, within_s=settings.on_duty_within_s
        )
        self.screenshots = screenshot_desk_of(parts, self.accounts)
        self.reports = maker_of(parts, self.drill, self.screenshots)
        self.figures = figure_watch_of(parts, self.drill)
        self.renderer = WallRenderer(
            city=parts.city,
            projector=parts.projector,
            lookout=self.lookout,
            target_rate=settings.target_rate,
            on_duty=self.on_duty.count,
            scenes=parts.scenes,
            unplaced=self.unplaced.count,
        )

    def dead_letters(self) -> int:
        parts = self.parts
        return parts.facts.count_dead() + parts.positions.count_dead() + parts.dead_messages.count()

    def archive_lag_s(self) -> float:
        return self.lookout.now().archive_lag_s

    def code_of(self, event_id: str) -> str | None:
        with self.parts.projector.lock:
            event = self.parts.projector.situation.events.get(event_id)
            return event.report.place.code if event else None

    def years_without_plan(self) -> list[int]:
        with self.parts.projector.lock:
            situation = self.parts.projector.situation
            today = now().astimezone(situation.rules.zone()).date()
            return years_missing(situation.calendar, situation.calendar_days.values(), today)


def now() -> datetime:
    """The clock of a web process."""
    return datetime.now(UTC)
