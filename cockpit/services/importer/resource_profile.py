"""`[resources]` of a profile: which columns of somebody's table are ours (docs/import.md)."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from cockpit.services.importer.profile import FileFields, Text, TextFields, own_names, profile_in

NEEDED = ("id", "kind", "lon", "lat")
ALL = ("id", "kind", "name", "lon", "lat", "phone", "capacity", "skills", "status", "stream_url")


class ResourceFields(TextFields):
    """Our names, and where each comes from."""

    id: Text
    kind: Text
    name: Text | None = None
    lon: Text
    lat: Text
    phone: Text | None = None
    capacity: Text | None = None
    skills: Text | None = None
    status: Text | None = None
    stream_url: Text | None = None
    crs: str | None = None


class ResourceProfile(BaseModel):
    """A whole profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resources: ResourceFields
    file: FileFields = Field(default_factory=FileFields)


def own_resource_profile(columns: Sequence[str]) -> ResourceProfile:
    """The profile of a table that has our names. ProfileError if it lacks one that is needed."""
    return ResourceProfile.model_validate({"resources": own_names(columns, needed=NEEDED, known=ALL)})


def read_resource_profile(path: Path) -> ResourceProfile:
    """The profile in a file. ProfileError with one line for what is wrong with it."""
    return profile_in(path, ResourceProfile)
