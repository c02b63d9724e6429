"""`POST events/{id}/{move}`: a person asks for a move of the life cycle, by the table in `domain.moves`."""

from datetime import datetime
from typing import Annotated, Any, Protocol

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cockpit.api.asked import Instants
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import Principal, principal
from cockpit.api.language import language
from cockpit.api.messages import Id, Name, Text, Time
from cockpit.api.problem import ProblemError, clean
from cockpit.api.wording import rule_text
from cockpit.catalogue import texts
from cockpit.domain.act import Degree
from cockpit.domain.assignment import GivenLimit
from cockpit.domain.commands import MoveEvent
from cockpit.domain.event import Event
from cockpit.domain.level import Level
from cockpit.domain.moves import BY_NAME, MoveName
from cockpit.domain.officer import Officer, level_of
from cockpit.services.intake import FindLimit
from cockpit.services.standards import limit_of_assignment


class MoveRequest(BaseModel):
    """What a move may say; all of it may be missing unless the move needs it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    unit: Name = Field(default="", description="the unit that is asked, that is called or that reports in")
    co_units: Annotated[list[Name], Field(max_length=20)] = Field(default_factory=list, description="协办")
    level: Level | None = Field(default=None, description="where it goes: the level that handles it, above or below")
    note: Text = Field(default="", description="the reason, the order, the result")
    attachments: Annotated[
        list[Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]], Field(max_length=50)
    ] = Field(default_factory=list)
    condition: Name = Field(default="", description="立案条件 of the standard, which gives the limit")
    due_at: Time | None = Field(default=None, description="a deadline of its own instead of a condition")
    degree: Degree = Field(default=Degree.ORDINARY, description="督办: ordinary, yellow or red")
    score: Annotated[int, Field(ge=1, le=5)] | None = Field(default=None, description="satisfaction, 1 to 5")
    into: Id | None = Field(default=None, description="the main event to merge into")
    parent: Name = Field(default="", description="the parent event; empty takes it away")
    expected_version: int | None = Field(default=None, ge=0, description="`version` that the officer saw")


def officer_of(asking: Principal, city_code: str) -> Officer:
    """The officer who asks, at the level that the account's scope stands for."""
    return Officer(name=asking.name, account=asking.account.token_id, level=level_of(asking.scope, city_code))


class Past(Protocol):
    """What moves need of the events that are in no fold (`services.past_events`)."""

    def find(self, event_id: str, at: datetime) -> Event | None: ...


class Moves:
    """Turns requests into commands; what a rule forbids is 409 with the rule, what nobody knows here is 404."""

    def __init__(self, instants: Instants, commands: Commands, past: Past, *, find_limit: FindLimit) -> None:
        self._instants, self._commands, self._past, self._find_limit = instants, commands, past, find_limit

    def post(self, event_id: str, move: str) -> Response:
        asking = principal()
        if move not in list(MoveName):
            raise ProblemError(404, f"there is no move {clean(move[:50])}")
        row = BY_NAME[MoveName(move)]
        if asking.role not in row.roles:
            raise ProblemError(
                403, f"role {asking.role.value} may not {row.name.value}", roles=sorted(r.value for r in row.roles)
            )
        wanted = parsed(MoveRequest)
        event, city_code = self._find(event_id, asking)
        officer = officer_of(asking, city_code)

        def make(command_id: str, at: datetime) -> MoveEvent:
            return MoveEvent(
                command_id=command_id,
                by=officer.name,
                scope=asking.scope.code,
                at=at,
                event_id=event.event_id,
                move=row.name,
                account=officer.account,
                officer_level=officer.level,
                given=self._given(row.name, event, wanted, at),
                **_said(wanted),
            )

        words = texts(language(request))
        return self._commands.ask(
            asking,
            make,
            reason_of=lambda refused: rule_text(words, refused.rule, refused.reason, event),
            about=event,
        )

    def _find(self, event_id: str, asking: Principal) -> tuple[Event, str]:
        with self._instants.fold.lock:
            situation = self._instants.fold.situation
            event, city_code = situation.events.get(event_id), situation.rules.city_code
        if event is None:  # it left long ago: the dispatcher brings it back before it decides
            event = self._past.find(event_id, self._instants.clock())
        if event is None or not asking.scope.covers(event.report.place.code):
            raise ProblemError(404, f"no event {clean(event_id[:200])} is at work", rule="unknown_event")
        return event, city_code

    def _given(self, move: MoveName, event: Event, wanted: MoveRequest, at: datetime) -> GivenLimit | None:
        """The limit that an assignment gives: of the condition, else of the category unless the source set a time."""
        if move is not MoveName.ASSIGN or wanted.due_at is not None:
            return None
        if not wanted.condition:
            return limit_of_assignment(event.report, self._find_limit, at)
        given = self._find_limit(event.report.category, wanted.condition, at)
        if given is None:
            raise ProblemError(
                400, f"no standard of {event.report.category or 'no category'} has the condition", field="condition"
            )
        return given


def _said(wanted: MoveRequest) -> dict[str, Any]:
    return {
        "unit": wanted.unit.strip(),
        "co_units": tuple(unit.strip() for unit in wanted.co_units),
        "level": wanted.level,
        "note": wanted.note.strip(),
        "attachments": tuple(wanted.attachments),
        "due_at": wanted.due_at,
        "degree": wanted.degree,
        "score": wanted.score,
        "into": wanted.into or "",
        "parent": wanted.parent,
        "expected_version": wanted.expected_version,
    }


def moves_blueprint(moves: Moves) -> Blueprint:
    """`POST /api/v1/events/{id}/{move}`."""
    blueprint = Blueprint("moves", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/events/<path:event_id>/<move>", "post", moves.post, methods=["POST"])
    return blueprint
