"""Commands: ask, do not do. The answer is a command id; what came of it arrives as a fact on every screen."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Annotated, Any, Protocol, TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from cockpit.api.asked import Instants
from cockpit.api.batches import words_of
from cockpit.api.body import read_body
from cockpit.api.identity import Principal, require
from cockpit.api.language import language
from cockpit.api.messages import Id, Name
from cockpit.api.problem import ProblemError, answered
from cockpit.catalogue import texts
from cockpit.domain.commands import Command, SetCalendarDay, SwitchMode
from cockpit.domain.event import Event
from cockpit.domain.facts import CommandRefused
from cockpit.domain.mode import Mode
from cockpit.situation.decide import decide
from cockpit.situation.situation import Situation
from cockpit.store.accounts import Role
from cockpit.stream.connection import FAILED as STREAM_FAILED

_LARGEST_BYTES = 64 * 1024
_LONGEST_KEY = 200

R = TypeVar("R", bound=BaseModel)


class ModeRequest(BaseModel):
    """平时/战时 of a scope; wartime is switched on around an event."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    mode: Mode
    scope: Name = ""
    event_id: Id | None = None
    #: why; shown in the history of modes
    note: Name = ""


class CalendarDayRequest(BaseModel):
    """A day that becomes a workday or a day off, and why."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    #: beyond 2200 no calendar counts
    day: Annotated[date, Field(ge=date(1970, 1, 1), le=date(2200, 12, 31))]
    is_workday: StrictBool
    note: Name = ""


class CommandAppender(Protocol):
    def append(self, commands: Sequence[Command]) -> list[bool]: ...


class IdempotencyKeys(Protocol):
    def claim(self, account: str, key: str, command_id: str, now: datetime) -> str: ...


class Commands:
    """Appends commands; a repeat with the same Idempotency-Key asks for nothing new."""

    def __init__(
        self,
        instants: Instants,
        commands: CommandAppender,
        *,
        idempotency: IdempotencyKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._instants, self._commands, self._idempotency, self._clock = instants, commands, idempotency, clock

    def put_mode(self) -> Response:
        """202 with the command's id; 409 with the rule if the situation forbids it as we know it now."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted = parsed(ModeRequest)
        scope = asking.narrowed(wanted.scope)
        return self.ask(
            asking,
            lambda command_id, at: SwitchMode(
                command_id=command_id,
                by=asking.name,
                scope=scope.code,
                at=at,
                mode=wanted.mode,
                event_id=wanted.event_id,
                note=wanted.note,
            ),
        )

    def put_calendar(self) -> Response:
        """Make a day a workday or a day off, for the whole city. 409 with the rule that forbids it."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted, words = parsed(CalendarDayRequest), texts(language(request))
        return self.ask(
            asking,
            lambda command_id, at: SetCalendarDay(
                command_id=command_id,
                by=asking.name,
                scope=asking.scope.code,
                at=at,
                day=wanted.day,
                is_workday=wanted.is_workday,
                note=wanted.note,
            ),
            reason_of=lambda refused: words.find(f"calendar.{refused.rule.removeprefix('calendar_')}", refused.reason),
        )

    def ask(
        self,
        asking: Principal,
        command_of: Callable[[str, datetime], Command],
        *,
        reason_of: Callable[[CommandRefused], str] = lambda refused: refused.reason,
        refused_with: Callable[[Situation, Command, CommandRefused], Mapping[str, object]] = lambda *_: {},
        answered_with: Callable[[str], Mapping[str, object]] = lambda _command_id: {},
        decided_later: Collection[str] = (),
        about: Event | None = None,
    ) -> Response:
        """Append a command made from an id and the time, unless the situation forbids it as we know it now.

        `reason_of` says why in words for the person who asks, `refused_with` adds to the problem document and
        `answered_with` to the answer. Rules in `decided_later` are left to the dispatcher: what they miss here may be
        on its way. `about` is an event that may have left the fold: what is asked of it is judged as if it were back.
        """
        command_id, is_repeat = self._claimed(asking)
        command = command_of(command_id, self._clock())
        if not is_repeat:
            self._check(command, reason_of, refused_with, decided_later, about)
        try:
            self._commands.append([command])
        except STREAM_FAILED as away:
            raise ProblemError(
                503, "the stream cannot be reached, nothing was asked for", headers={"Retry-After": "2"}
            ) from away
        return answered(202, {"command_id": command_id, **answered_with(command_id)})

    def _claimed(self, asking: Principal) -> tuple[str, bool]:
        """The command id, and whether an earlier request with the same key has it already."""
        key = request.headers.get("Idempotency-Key", "")
        fresh = uuid.uuid4().hex
        if not key:
            return fresh, False
        if len(key) > _LONGEST_KEY:
            raise ProblemError(400, f"Idempotency-Key is longer than {_LONGEST_KEY} characters")
        digest = blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
        known = self._idempotency.claim(asking.account.token_id, digest, fresh, self._clock())
        return known, known != fresh

    def _check(
        self,
        command: Command,
        reason_of: Callable[[CommandRefused], str],
        refused_with: Callable[[Situation, Command, CommandRefused], Mapping[str, object]],
        decided_later: Collection[str],
        about: Event | None,
    ) -> None:
        with self._instants.fold.lock:
            situation = self._instants.fold.situation
            if about is not None and about.event_id not in situation.events:
                situation = Situation(rules=situation.rules, refusals=situation.refusals)
                situation.put(about)
            refused = [fact for fact in decide(situation, command) if isinstance(fact, CommandRefused)]
            if not refused or refused[0].rule in decided_later:
                return
            more: dict[str, Any] = {"rule": refused[0].rule, "command_id": command.command_id}
            more |= refused_with(situation, command, refused[0])
        raise ProblemError(409, more.pop("detail", "") or reason_of(refused[0]), **more)


def parsed(model: type[R]) -> R:
    """The body of the request as `model`, none at all as an empty object. ProblemError 400 names a wrong field."""
    body = read_body(request, largest=_LARGEST_BYTES)
    try:
        return model.model_validate_json(body if body.strip() else b"{}")
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in error["loc"])
        raise ProblemError(400, f"{name or 'body'} {words_of(error)}", field=name) from None


def commands_blueprint(commands: Commands) -> Blueprint:
    """`PUT /api/v1/mode`, `PUT /api/v1/calendar`."""
    blueprint = Blueprint("commands", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/mode", "put_mode", commands.put_mode, methods=["PUT"])
    blueprint.add_url_rule("/calendar", "put_calendar", commands.put_calendar, methods=["PUT"])
    return blueprint
