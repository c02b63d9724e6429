"""`POST households/{id}/unmask`, `…/visit`, `households/stale/remind`: what is done about houses, and by whom."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Annotated

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cockpit.api.asked import Instants, answer
from cockpit.api.commands import CommandAppender, parsed
from cockpit.api.houses import Houses
from cockpit.api.identity import require
from cockpit.api.messages import Id
from cockpit.api.problem import ProblemError, answered
from cockpit.api.signin import Audit
from cockpit.api.throttle import Throttle
from cockpit.catalogue import LANGS, texts
from cockpit.domain.event import Place, Report
from cockpit.domain.order import order_id_of
from cockpit.domain.order_commands import IssueOrders
from cockpit.domain.residence import STALE_AFTER_DAYS, UNMASKED_FOR, UNMASKS
from cockpit.domain.role import Role
from cockpit.domain.scope import community_of
from cockpit.domain.source import Source
from cockpit.services.city import City
from cockpit.services.houses.book import HouseBook
from cockpit.services.intake import Intake
from cockpit.services.recipients import RecipientBook

#: more households of one account within the window are looked through, not looked up
MOST_UNMASKED, _WINDOW_S = 60, 600.0
#: a week's work, and a day until somebody has said yes to it
_DUE = timedelta(days=7)
_ACCEPT_WITHIN_S = 86_400.0


class UnmaskRequest(BaseModel):
    """Why whole names and numbers are needed; kept with who and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[
        str, StringConstraints(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f]*$", strip_whitespace=True)
    ]


class RevisitRequest(BaseModel):
    """The grid whose gridworkers are asked to visit what nobody checked for so long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Id
    days: Annotated[int, Field(ge=1, le=3_650)] = STALE_AFTER_DAYS


class HouseDeeds:
    """Whole names for a reason, a visit told, gridworkers reminded."""

    def __init__(
        self, book: HouseBook, houses: Houses, audit: Audit, *, clock: Callable[[], datetime], throttle: Throttle
    ) -> None:
        self._book, self._houses, self._audit = book, houses, audit
        self._clock, self._throttle = clock, throttle

    def unmask(self, household_id: str) -> Response:
        """The household with whole names and numbers; first it is written down who asked and why, then it is told."""
        asking, now = require(*UNMASKS), self._clock()
        reason = parsed(UnmaskRequest).reason
        house = self._houses.known(household_id, asking, now)
        account = f"account {asking.account.token_id}"
        wait_s = self._throttle.wait_s(account)
        if wait_s > 0:
            raise ProblemError(
                429, f"more than {MOST_UNMASKED} households in {_WINDOW_S / 60:.0f} minutes", rule="too_many_unmasked",
                headers={"Retry-After": str(round(wait_s) + 1)},
            )  # fmt: skip
        people, is_made_up = self._book.residents(household_id)
        detail = {
            "household_id": house.household_id, "code": house.code, "reason": reason, "people": len(people),
            "account": asking.account.token_id, "role": asking.role.value,
        }  # fmt: skip
        self._audit.record(at=now, who=asking.name, what="household_unmasked", detail=detail)
        self._throttle.failed(account)
        told = self._houses.household_item(house, people, asking, now, is_made_up=is_made_up)
        return answer(told | {"masked": False, "masked_again_at": now + UNMASKED_FOR})

    def visit(self, household_id: str) -> Response:
        """走访: somebody checked just now who lives there; the record is fresh again."""
        asking, now = require(*UNMASKS, Role.GRIDWORKER), self._clock()
        house = self._houses.known(household_id, asking, now)
        self._book.visited(house, now, asking.name)
        self._audit.record(
            at=now, who=asking.name, what="household_visited", detail={"household_id": household_id, "code": house.code}
        )
        return answer({"as_of": now, "household_id": household_id, "checked_at": now})


class HouseReminders:
    """催办走访: an event in the grid and an order to its gridworkers, so that all see whether it was done."""

    def __init__(
        self, book: HouseBook, instants: Instants, *, city: City, intake: Intake, commands: CommandAppender,
        recipients: RecipientBook,
    ) -> None:  # fmt: skip
        self._book, self._instants, self._city = book, instants, city
        self._intake, self._commands, self._recipients = intake, commands, recipients

    def remind(self) -> Response:
        """202 with the event and the orders; 409 where nothing is stale, nobody works, or it was asked this week."""
        asking, now = require(Role.DUTY, Role.ADMIN), self._instants.clock()
        wanted = parsed(RevisitRequest)
        grid = asking.narrowed(wanted.code).code
        workers = [entry.subject_id for entry in self._city.roster.values() if entry.grid_code == grid]
        stale = sum(g.stale for g in self._book.freshness(grid, now, wanted.days) if g.code == grid)
        if not stale:
            raise ProblemError(409, "no record of this grid is that old", rule="nothing_is_stale")
        if not workers:
            raise ProblemError(409, "nobody on the roster works in this grid", rule="grid_has_no_gridworker")
        event_id = _event_id(grid, now)
        if self.reminded_at([grid]):
            raise ProblemError(409, "the gridworkers were asked this week", rule="already_reminded", event_id=event_id)
        words = texts(LANGS[0])
        division = self._city.divisions.get(grid)
        name = f"{self._city.name_of(community_of(grid))}{self._city.name_of(grid)}"
        title = words.format("houses.revisit_title", grid=name, n=stale, days=wanted.days)
        lon, lat = division.label if division else (None, None)
        place = Place(lon=lon, lat=lat, code=grid, address=name)
        report = Report(
            event_id=event_id, source=Source.HIGHER_LEVEL, title=title, reported_at=now, place=place,
            category_text=words["houses.revisit_category"], due_at=now + _DUE, reporter=asking.name,
        )  # fmt: skip
        outcome = self._intake.take_reports([(0, report)], asking.scope)
        if outcome.rejected:
            raise ProblemError(409, outcome.rejected[0].error, rule="grid_has_no_place")
        command_id = f"revisit-{event_id}"
        looked_up = self._recipients.look_up(workers, now)
        self._commands.append(
            [
                IssueOrders(
                    command_id=command_id, by=asking.name, scope=asking.scope.code, at=now, event_id=event_id,
                    recipients=looked_up.recipients, task=title, accept_within_s=_ACCEPT_WITHIN_S,
                    account=asking.account.token_id, despite=("busy", "off_duty"),
                )
            ]
        )  # fmt: skip
        orders = [order_id_of(command_id, worker) for worker in workers]
        return answered(202, {"event_id": event_id, "order_ids": orders, "households": stale})

    def reminded_at(self, grids: Iterable[str]) -> dict[str, datetime]:
        """When the gridworkers of each grid were asked this week; grids that were not are not in it."""
        now = self._instants.clock()
        with self._instants.fold.lock:
            events = self._instants.fold.situation.events
            found = {grid: events.get(_event_id(grid, now)) for grid in grids}
        return {grid: event.report.reported_at for grid, event in found.items() if event is not None}


def _event_id(grid: str, now: datetime) -> str:
    """One a grid and week: asking again is the same event."""
    year, week, _ = now.isocalendar()
    return f"{Source.HIGHER_LEVEL.value}:revisit-{grid}-{year}w{week:02d}"


def house_deeds_blueprint(deeds: HouseDeeds, reminders: HouseReminders) -> Blueprint:
    """`/api/v1/households` to do something about."""
    blueprint = Blueprint("house_deeds", __name__, url_prefix="/api/v1")
    for path, name, does in (
        ("/households/stale/remind", "remind", reminders.remind),
        ("/households/<path:household_id>/unmask", "unmask", deeds.unmask),
        ("/households/<path:household_id>/visit", "visit", deeds.visit),
    ):
        blueprint.add_url_rule(path, name, does, methods=["POST"])
    return blueprint


def unmask_throttle(monotonic: Callable[[], float]) -> Throttle:
    """How many households one account may unmask."""
    return Throttle(most=MOST_UNMASKED, window_s=_WINDOW_S, monotonic=monotonic)
