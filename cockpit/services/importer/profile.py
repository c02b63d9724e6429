"""A profile says which columns of somebody's table are ours, and how its times are written (TOML, docs/import.md)."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from cockpit.domain.severity import Severity
from cockpit.domain.source import Source

#: what stands in a time, a number or a code of a table when there is none
NOTHING = ("", "NULL", "null", "NaN", "nan", "NaT", "N/A", "None")


class ProfileError(ValueError):
    """The profile cannot be used; the text is one line that says where and why."""


Profile = TypeVar("Profile", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Column = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class TextField(_Strict):
    """A text: from a column, or the same for all. `map` turns the column's words into ours, `default` is for others."""

    column: Column | None = None
    const: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    default: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.const is None):
            raise PydanticCustomError("origin", "names either a column or a const")
        if self.const is not None and (self.map or self.default is not None):
            raise PydanticCustomError("const", "a const needs no map and no default")
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """What can come out besides the column's own words."""
        return tuple(w for w in (self.const, self.default, *self.map.values()) if w is not None)


class TimeField(_Strict):
    """A time: `format` as strptime has it (ISO 8601 without one), `tz` for times that name no offset."""

    column: Column
    format: str | None = None
    tz: str | None = None

    @model_validator(mode="after")
    def _has_a_zone(self) -> Self:
        if self.tz is not None:
            try:
                ZoneInfo(self.tz)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise PydanticCustomError("tz", "no time zone {tz}", {"tz": repr(self.tz)}) from None
        if self.format is not None and self.tz is None and "%z" not in self.format:
            raise PydanticCustomError("tz", "the format has no offset (%z), so tz is needed")
        return self


def _column_alone(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


Text = Annotated[TextField, BeforeValidator(_column_alone)]
Time = Annotated[TimeField, BeforeValidator(_column_alone)]


class TextFields(BaseModel):
    """Our names in a table, and where each comes from; a field that the profile does not name is None."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def fields(self) -> dict[str, TextField]:
        """The fields that are told, by our names."""
        told = {info.alias or name: getattr(self, name) for name, info in type(self).model_fields.items()}
        return {name: field for name, field in told.items() if isinstance(field, TextField)}

    @property
    def columns(self) -> dict[str, str]:
        """The table's column of each field that comes from one."""
        return {name: field.column for name, field in self.fields.items() if field.column is not None}


class EventFields(_Strict):
    """`[events]`: our names, and where each comes from."""

    event_id: Text
    source: Text
    reported_at: Time
    due_at: Time | None = None
    closed_at: Time | None = None
    title: Text | None = None
    category: Text | None = None
    category_text: Text | None = None
    description: Text | None = None
    address: Text | None = None
    severity: Text | None = None
    unit: Text | None = None
    reporter: Text | None = None
    grid_code: Text | None = None
    lon: Text | None = None
    lat: Text | None = None
    crs: str | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not (self.title or self.category_text or self.category):
            raise PydanticCustomError("title", "title, category_text or category is needed")
        if (self.lon is None) != (self.lat is None):
            raise PydanticCustomError("place", "lon and lat go together")
        _only("source", self.source, [s.value for s in Source])
        if self.severity is not None:
            _only("severity", self.severity, [s.value for s in Severity])
        return self

    @property
    def fields(self) -> dict[str, TextField | TimeField]:
        """The fields that are told, by our names."""
        told = {name: getattr(self, name) for name in type(self).model_fields if name != "crs"}
        return {name: field for name, field in told.items() if field is not None}

    @property
    def columns(self) -> dict[str, str]:
        """The table's column of each field that comes from one."""
        return {name: field.column for name, field in self.fields.items() if field.column is not None}


def _only(name: str, field: TextField, known: list[str]) -> None:
    wrong = [word for word in field.words if word not in known]
    if wrong:
        raise PydanticCustomError(
            name, "{name} has no {word}; known: {known}",
            {"name": name, "word": repr(wrong[0]), "known": ", ".join(known)},
        )  # fmt: skip


class FileFields(_Strict):
    """`[file]`: how the file is to be read, where that cannot be seen from the file itself."""

    encoding: Literal["utf-8", "gb18030"] | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    #: the line of the header; titles above it are no rows
    header: Annotated[int, Field(ge=1, le=1_000)] = 1


class EventsProfile(_Strict):
    """A whole profile."""

    events: EventFields
    file: FileFields = Field(default_factory=FileFields)


#: for a table that uses our names, as the messages of `POST feeds/events` do
OWN_NAMES = (
    "title",
    "category",
    "category_text",
    "description",
    "address",
    "severity",
    "unit",
    "reporter",
    "grid_code",
)


def own_profile(columns: list[str]) -> EventsProfile:
    """The profile of a table that has our names. ProfileError if it lacks one that is needed."""
    times = ("reported_at", "due_at", "closed_at")
    told = {name: name for name in (*OWN_NAMES, *times, "event_id", "source", "lon", "lat") if name in columns}
    try:
        return EventsProfile.model_validate({"events": told})
    except ValidationError as wrong:
        raise ProfileError(f"without --profile the columns must have our names: {first_wrong(wrong)}") from None


def read_profile(path: Path) -> EventsProfile:
    """The profile in a file. ProfileError with one line for what is wrong with it."""
    return profile_in(path, EventsProfile)


def profile_in(path: Path, kind: type[Profile]) -> Profile:
    """The profile of that kind in a file. ProfileError with one line for what is wrong with it."""
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is no TOML: {error}") from None
    except ValidationError as wrong:
        raise ProfileError(f"{path}: {first_wrong(wrong)}") from None


def own_names(columns: Sequence[str], *, needed: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """The columns of a table that has our names. ProfileError if it lacks one that is needed."""
    missing = [name for name in needed if name not in columns]
    if missing:
        raise ProfileError(
            f"without --profile the columns must have our names: there is no {missing[0]!r}; "
            f"the table has: {', '.join(columns)}"
        )
    return {name: name for name in known if name in columns}


def first_wrong(wrong: ValidationError) -> str:
    """The first thing that is wrong with a profile, in one line."""
    first = wrong.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{where} is no key of a profile"
    return f"{where}: {first['msg']}" if where else first["msg"]
