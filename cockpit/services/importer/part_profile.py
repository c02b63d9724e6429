"""`[parts]` of a profile: which columns of somebody's table of parts are ours (docs/parts.md)."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cockpit.services.importer.profile import FileFields, ProfileError, Text, TextField, first_wrong

NEEDED = ("part_code", "class", "subclass", "lon", "lat")
ALL = ("part_code", "class", "subclass", "name", "state", "owner", "lon", "lat")


class PartFields(BaseModel):
    """Our names, and where each comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    part_code: Text
    class_: Text = Field(alias="class")
    subclass: Text
    lon: Text
    lat: Text
    name: Text | None = None
    state: Text | None = None
    owner: Text | None = None
    crs: str | None = None

    @property
    def fields(self) -> dict[str, TextField]:
        """The fields that are told, by our names."""
        told = {name: getattr(self, "class_" if name == "class" else name) for name in ALL}
        return {name: field for name, field in told.items() if field is not None}

    @property
    def columns(self) -> dict[str, str]:
        """The table's column of each field that comes from one."""
        return {name: field.column for name, field in self.fields.items() if field.column is not None}


class PartProfile(BaseModel):
    """A whole profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: PartFields
    file: FileFields = Field(default_factory=FileFields)


def own_part_profile(columns: Sequence[str]) -> PartProfile:
    """The profile of a table that has our names. ProfileError if it lacks one that is needed."""
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ProfileError(
            f"without --profile the columns must have our names: there is no {missing[0]!r}; "
            f"the table has: {', '.join(columns)}"
        )
    return PartProfile.model_validate({"parts": {name: name for name in ALL if name in columns}})


def read_part_profile(path: Path) -> PartProfile:
    """The profile in a file. ProfileError with one line for what is wrong with it."""
    try:
        return PartProfile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is no TOML: {error}") from None
    except ValidationError as wrong:
        raise ProfileError(f"{path}: {first_wrong(wrong)}") from None
