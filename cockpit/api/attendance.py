"""`POST attendance` · `GET attendance`: 上岗 and 下岗, said by the person, or for them by an officer who was told."""

from datetime import datetime

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from cockpit.api.asked import Instants, answer, flag_of, scope_asked
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import Principal, require
from cockpit.api.language import language
from cockpit.api.messages import Name, Number, Time
from cockpit.api.own import masked
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.attendance import Attendance
from cockpit.domain.commands import MarkAttendance
from cockpit.services.city import City, RosterEntry
from cockpit.store.accounts import Role

#: who may read names in full
_NAMED = frozenset({Role.DUTY, Role.ADMIN})


class AttendanceRequest(BaseModel):
    """上岗 (`on_duty` true) or 下岗. A gridworker's own session need not say whose."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    on_duty: StrictBool
    subject_id: Name = Field(default="", description="whose; a gridworker's own without it")
    said_at: Time | None = Field(default=None, description="by the phone's clock, if it had to wait for a connection")
    lon: Number | None = Field(default=None, ge=-180, le=180)
    lat: Number | None = Field(default=None, ge=-90, le=90)


class AttendanceDesk:
    """Takes marks as commands and lists what holds."""

    def __init__(self, instants: Instants, commands: Commands, *, city: City) -> None:
        self._instants, self._commands, self._city = instants, commands, city

    def post(self) -> Response:
        """202 with the command's id; 409 `attendance_is_the_same` for what holds already."""
        asking = require(Role.GRIDWORKER, Role.DUTY, Role.ADMIN)
        wanted = parsed(AttendanceRequest)
        subject_id, code = self._whose(asking, wanted.subject_id)
        words = texts(language(request))

        def make(command_id: str, at: datetime) -> MarkAttendance:
            return MarkAttendance(
                command_id=command_id,
                by=asking.name,
                scope=asking.scope.code,
                at=at,
                subject_id=subject_id,
                on_duty=wanted.on_duty,
                code=code,
                said_at=wanted.said_at,
                lon=wanted.lon,
                lat=wanted.lat,
            )

        said = words["attendance.is_on" if wanted.on_duty else "attendance.is_off"]
        return self._commands.ask(asking, make, reason_of=lambda _refused: said)

    def listed(self) -> Response:
        """Everybody of the roster in the scope who has said something, newest first; `?on_duty=` one of the two."""
        asking = require(Role.DUTY, Role.ADMIN, Role.LEADER, Role.SCREEN)
        scope, wanted = scope_asked(), flag_of("on_duty")
        with self._instants.asked() as (situation, now):
            marks = [m for m in situation.attendance.values() if scope.covers(m.code) and m.holds(now)]
        found = [m for m in marks if wanted in (None, m.on_duty)]
        found.sort(key=lambda m: (-m.at.timestamp(), m.subject_id))
        return answer(
            {
                "as_of": now,
                "scope": scope.code,
                "total": len(found),
                "on_duty": sum(m.on_duty for m in marks),
                "items": [self._item(mark, asking) for mark in found],
                "next": None,
            }
        )

    def _whose(self, asking: Principal, subject_id: str) -> tuple[str, str]:
        """The subject and its grid. ProblemError 403 for somebody else's, 404 for nobody's."""
        own = asking.account.subject
        wanted = subject_id or own
        if asking.role is Role.GRIDWORKER and (not own or wanted != own):
            raise ProblemError(403, "a gridworker marks only their own attendance", rule="not_your_own")
        known = self._city.roster.get(wanted)
        code = known.grid_code if known else asking.scope.code
        if (known is None and wanted != own) or not asking.scope.covers(code):
            raise ProblemError(404, f"no gridworker {clean(wanted[:200])} in your scope", rule="unknown_subject")
        return wanted, code

    def _item(self, mark: Attendance, asking: Principal) -> dict[str, object]:
        entry: RosterEntry | None = self._city.roster.get(mark.subject_id)
        name = entry.name if entry else ""
        return {
            "subject_id": mark.subject_id,
            "name": name if asking.role in _NAMED else masked(name),
            "grid_code": mark.code,
            "on_duty": mark.on_duty,
            "at": mark.at,
            "by": mark.by,
        }


def attendance_blueprint(desk: AttendanceDesk) -> Blueprint:
    """`/api/v1/attendance`."""
    blueprint = Blueprint("attendance", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/attendance", "post", desk.post, methods=["POST"])
    blueprint.add_url_rule("/attendance", "listed", desk.listed, methods=["GET"])
    return blueprint
