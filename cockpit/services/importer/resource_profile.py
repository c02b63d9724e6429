"""`[resources]` of a profile: which columns of somebody's table are ours (docs/import.md)."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cockpit.services.importer.profile import FileFields, ProfileError, Text, TextField, first_wrong

NEEDED = ("id", "kind", "lon", "lat")
ALL = ("id", "kind", "name", "lon", "lat", "phone", "capacity", "skills", "status", "stream_url")


class ResourceFields(BaseModel):
    """Our names, and where each comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    kind: Text
    lon: Text
    lat: Text
    name: Text | None = None
    phone: Text | None = None
    capacity: Text | None = None
    skills: Text | None = None
    status: Text | None = None
    stream_url: Text | None = None
    crs: str | None = None

    @property
    def fields(self) -> dict[str, TextField]:
        """The fields that are told, by our names."""
        told = {name: getattr(self, name) for name in ALL}
        return {name: field for name, field in told.items() if field is not None}

    @property
    def columns(self) -> dict[str, str]:
        """The table's column of each field that comes from one."""
        return {name: field.column for name, field in self.fields.items() if field.column is not None}


class ResourceProfile(BaseModel):
    """A whole profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resources: ResourceFields
    file: FileFields = Field(default_factory=FileFields)


def own_resource_profile(columns: Sequence[str]) -> ResourceProfile:
    """The profile of a table that has our names. ProfileError if it lacks one that is needed."""
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ProfileError(
            f"without --profile the columns must have our names: there is no {missing[0]!r}; "
            f"the table has: {', '.join(columns)}"
        )
    return ResourceProfile.model_validate({"resources": {name: name for name in ALL if name in columns}})


def read_resource_profile(path: Path) -> ResourceProfile:
    """The profile in a file. ProfileError with one line for what is wrong with it."""
    try:
        return ResourceProfile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is no TOML: {error}") from None
    except ValidationError as wrong:
        raise ProfileError(f"{path}: {first_wrong(wrong)}") from None
