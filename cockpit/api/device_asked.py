"""What `devices…` is asked with, and what it asks itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.messages import Name, Number
from cockpit.domain.device import Device


class Registry(Protocol):
    """Every device by its id (`services.devices`)."""

    def now(self) -> Mapping[str, Device]: ...


class Adopting(Protocol):
    """Where devices are entered (`store.devices`)."""

    def put(self, entered: Sequence[Device], *, now: datetime) -> None: ...


class Archive(Protocol):
    """What devices measured (`store.readings`)."""

    def last_of(self, device_ids: Sequence[str]) -> Sequence[Any]: ...
    def heard_at(self) -> Mapping[str, datetime]: ...
    def lags_since(self, start: datetime) -> Sequence[tuple[str, int]]: ...
    def history_of(self, device_id: str, start: datetime, end: datetime) -> list[tuple[str, int, float]]: ...


class LimitsRequest(BaseModel):
    """What is normal for one quantity."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    low: Number | None = None
    high: Number | None = None
    unit: Name = ""


class AdoptRequest(BaseModel):
    """What an unknown device is: from then on it is one of the registry."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Annotated[str, Field(min_length=1, max_length=200)]
    name: Name = ""
    owner: Name = ""
    lon: Number | None = Field(default=None, ge=-180, le=180)
    lat: Number | None = Field(default=None, ge=-90, le=90)
    interval_s: Annotated[float, Field(gt=0, le=31 * 86_400)] | None = None
    limits: dict[str, LimitsRequest] = Field(default_factory=dict, max_length=20)
