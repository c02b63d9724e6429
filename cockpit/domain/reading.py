"""读数: what a device measured. Telemetry, not a fact: thousands a second; what matters is what a rule makes of it."""

from datetime import datetime
from typing import NamedTuple


class Reading(NamedTuple):
    """One value of one device. `at` by the device's clock, `received_at` by ours, both aware UTC."""

    device_id: str
    quantity: str
    value: float
    at: datetime
    received_at: datetime
    unit: str = ""
    #: WGS-84; None where the device did not say
    lon: float | None = None
    lat: float | None = None
