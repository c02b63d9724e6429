"""消息: what sources may post, exactly as the contract names it. Refusals name the field that is wrong.

Everything is bounded and clean when it leaves here: finite numbers, aware times, no NUL, no lone surrogate, no
endless text. Fields that we do not know are kept in `extra`, not dropped.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from cockpit.domain.level import Level
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.feeding.extra import check_extra

#: times outside are a device's invention, not the city's history
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_NO_NUL = r"^[^\x00]*$"
_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"


def parse_time(value: object) -> datetime:
    """ISO 8601 with an offset → aware UTC. A number or a naive time is refused: nobody knows what it means.

    A format that has read the time already gives the instant itself; no JSON can.
    """
    if isinstance(value, datetime):
        at = value
    elif not isinstance(value, str):
        raise PydanticCustomError("time", "must be an ISO 8601 time with an offset, as text")
    else:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("time", "is no ISO 8601 time") from None
    if at.tzinfo is None:
        raise PydanticCustomError("time_naive", "has no offset; write +08:00 or Z")
    if not EARLIEST <= at < LATEST:
        raise PydanticCustomError("time_range", "must lie between the years 1900 and 2200")
    return at.astimezone(UTC)


Time = Annotated[datetime, BeforeValidator(parse_time)]
Number = Annotated[float, Strict()]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_CONTROL)]
Name = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]
Title = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=_NO_NUL)]
Crs = Annotated[
    str,
    StringConstraints(max_length=20, pattern=r"^(?i:wgs-?84|gcj-?02|bd-?09|epsg:[0-9]{1,6})$"),
    Field(description="wgs84, gcj02, bd09 or EPSG:n"),
]


class Message(BaseModel):
    """What all messages share: unknown fields are collected in `extra`."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False, frozen=True)

    @property
    def extras(self) -> dict[str, Any]:
        """The fields that the contract does not name."""
        unknown = dict(self.model_extra or {})
        inner = unknown.pop("extra", None)
        if isinstance(inner, dict):
            return {**inner, **unknown}
        return unknown if inner is None else {**unknown, "extra": inner}

    @model_validator(mode="after")
    def _extra_is_clean(self) -> Self:
        if self.model_extra:
            check_extra(self.model_extra)
        return self


class _Placed(Message):
    lon: Number | None = Field(default=None, description="degrees, -180…180, or metres east in a projected crs")
    lat: Number | None = Field(default=None, description="degrees, -90…90, or metres north in a projected crs")
    crs: Crs | None = "wgs84"

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise PydanticCustomError("place", "lon and lat go together")
        return self


class EventMessage(_Placed):
    """上报: one event as its source reports it."""

    event_id: Id = Field(description="unique within its source")
    source: Source
    category: Name | None = None
    category_text: Title | None = None
    title: Title | None = Field(default=None, description="falls back to category_text, then category")
    description: Text | None = None
    reported_at: Time
    due_at: Time | None = None
    severity: Severity | None = None
    grid_code: Name | None = None
    address: Title | None = None
    reporter: Name | None = None
    attachments: list[Annotated[str, StringConstraints(max_length=2_000, pattern=_NO_NUL)]] | None = Field(
        default=None, max_length=50
    )

    @property
    def words(self) -> str:
        """The title, or what says best what it is about."""
        return next((t.strip() for t in (self.title, self.category_text, self.category) if t and t.strip()), "")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.words:
            raise PydanticCustomError("title", "title, category_text or category is needed")
        if self.due_at is not None and self.due_at <= self.reported_at:
            raise PydanticCustomError("due_at", "due_at must be later than reported_at")
        return self


class TransitionMessage(Message):
    """流转: an event entered a stage."""

    event_id: Id
    source: Source
    stage: Stage
    at: Time
    unit: Name | None = None
    by: Name | None = None
    level: Level | None = None
    note: Text | None = None


class AlarmMessage(_Placed):
    """报警: a device raises an alarm or clears it."""

    alarm_id: Id | None = None
    device_id: Id
    kind: Id
    state: Literal["raised", "cleared"]
    severity: Severity | None = Field(default=None, description="needed when raised")
    value: Number | None = None
    unit: Name | None = None
    at: Time
    message: Text | None = None

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if self.state == "raised" and self.severity is None:
            raise PydanticCustomError("severity", "severity is needed when an alarm is raised")
        return self


class PositionMessage(Message):
    """定位: where somebody or something says it is."""

    subject_id: Id
    kind: Id
    lon: Number
    lat: Number
    crs: Crs | None = "wgs84"
    at: Time
    accuracy_m: Annotated[Number, Field(ge=0, le=1e7)] | None = None
    speed_mps: Annotated[Number, Field(ge=0, le=1e4)] | None = None
    heading_deg: Annotated[Number, Field(ge=-360, le=360)] | None = None
    battery: Annotated[Number, Field(ge=0, le=100, description="share 0…1 or per cent")] | None = None


class ReadingMessage(_Placed):
    """读数: a device measured something. It becomes an alarm only by a rule; most readings are nothing but history."""

    device_id: Id
    quantity: Id = Field(description="what was measured, as the device names it: temperature, pm25, level_m")
    value: Number
    unit: Name | None = None
    at: Time


class AlarmLevelsMessage(_Placed):
    """报警标志: a device that says each time which of its alarms hold, not when one began or ended.

    `holding` maps the kind of each alarm that holds to its severity; a kind that is not in it does not hold.
    """

    device_id: Id
    holding: dict[Id, Severity]
    at: Time
    message: Text | None = None
