"""`[parts]` of a profile: which columns of somebody's table of parts are ours (docs/parts.md)."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from cockpit.services.importer.profile import FileFields, Text, TextFields, own_names, profile_in

NEEDED = ("part_code", "class", "subclass", "lon", "lat")
ALL = ("part_code", "class", "subclass", "name", "state", "owner", "lon", "lat")


class PartFields(TextFields):
    """Our names, and where each comes from."""

    part_code: Text
    class_: Text = Field(alias="class")
    subclass: Text
    name: Text | None = None
    state: Text | None = None
    owner: Text | None = None
    lon: Text
    lat: Text
    crs: str | None = None


class PartProfile(BaseModel):
    """A whole profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: PartFields
    file: FileFields = Field(default_factory=FileFields)


def own_part_profile(columns: Sequence[str]) -> PartProfile:
    """The profile of a table that has our names. ProfileError if it lacks one that is needed."""
    return PartProfile.model_validate({"parts": own_names(columns, needed=NEEDED, known=ALL)})


def read_part_profile(path: Path) -> PartProfile:
    """The profile in a file. ProfileError with one line for what is wrong with it."""
    return profile_in(path, PartProfile)
