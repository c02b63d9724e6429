"""定位: where a person or vehicle said it was. Telemetry: on the screen the newest wins."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """One position report in WGS-84; optional numbers are None when the device did not say."""

    subject_id: str
    kind: str
    lon: float
    lat: float
    at: datetime
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    battery: float | None = None
    #: what the device said besides, as it came
    extra: dict[str, object] = field(default_factory=dict)
