"""Messages → the field's own terms: WGS-84 places, reports, steps, alarms, columns of fixes.

What cannot be converted (an unknown EPSG code, degrees out of range) is refused by field and leaves the batch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.event import Place, Report, Step
from cockpit.domain.facts import AlarmCleared, AlarmRaised
from cockpit.domain.reading import Reading
from cockpit.domain.severity import Severity
from cockpit.services.coordinates import UnknownCrsError, are_degrees, to_wgs84
from cockpit.services.feeding.batch import Batch
from cockpit.services.feeding.messages import (
    AlarmMessage,
    EventMessage,
    PositionMessage,
    ReadingMessage,
    TransitionMessage,
)
from cockpit.services.fixes import Fixes
from cockpit.services.intake import Refused
from cockpit.stream.lane import millis_of

#: making a transformation takes a while: a source has one or two
_MOST_CRS = 16


def reports_of(batch: Batch[EventMessage]) -> list[tuple[int, Report]]:
    """The report of each event message; public ids, codes still those the source gave."""
    places = _places(batch, lambda m: m.grid_code or "")
    return [(i, _report(m, places[i])) for i, m in zip(batch.indices, batch.items, strict=True) if i in places]


def _report(m: EventMessage, place: Place) -> Report:
    return Report(
        event_id=f"{m.source.value}:{m.event_id}",
        source=m.source,
        title=m.words,
        reported_at=m.reported_at,
        place=Place(lon=place.lon, lat=place.lat, code=place.code, address=m.address or ""),
        category=m.category or "",
        category_text=m.category_text or "",
        description=m.description or "",
        due_at=m.due_at,
        severity=m.severity,
        reporter=m.reporter or "",
        attachments=tuple(m.attachments or ()),
        extra=m.extras,
    )


def steps_of(batch: Batch[TransitionMessage]) -> list[tuple[int, str, Step]]:
    """(index, public event id, step) of each transition."""
    return [
        (
            i,
            f"{m.source.value}:{m.event_id}",
            Step(
                stage=m.stage,
                at=m.at,
                unit=m.unit or "",
                by=m.by or "",
                level=m.level,
                note=m.note or "",
                extra=m.extras,
            ),
        )
        for i, m in zip(batch.indices, batch.items, strict=True)
    ]


def alarms_of(batch: Batch[AlarmMessage]) -> list[tuple[int, AlarmRaised]]:
    """The fact of each alarm; intake fills in the place's code and when it was received."""
    places = _places(batch, lambda _m: "")
    return [(i, _alarm(m, places[i])) for i, m in zip(batch.indices, batch.items, strict=True) if i in places]


def _alarm(m: AlarmMessage, place: Place) -> AlarmRaised:
    alarm_id = m.alarm_id or f"{m.device_id}:{m.kind}"
    kind = AlarmCleared if m.state == "cleared" else AlarmRaised
    return kind(
        fact_id=f"alarm:{alarm_id}:{m.state}:{millis_of(m.at)}",
        at=m.at,
        received_at=m.at,
        alarm_id=alarm_id,
        device_id=m.device_id,
        kind=m.kind,
        severity=m.severity or Severity.IV,
        place=place,
        value=m.value,
        unit=m.unit or "",
        message=m.message or "",
        extra=m.extras,
    )


def readings_of(batch: Batch[ReadingMessage]) -> list[tuple[int, Reading]]:
    """The reading of each message; most say no place, and only what does is converted."""
    if all(m.lon is None for m in batch.items):
        return [(i, _reading(m, None, None)) for i, m in zip(batch.indices, batch.items, strict=True)]
    places = _places(batch, lambda _m: "")
    return [
        (i, _reading(m, place.lon, place.lat))
        for i, m in zip(batch.indices, batch.items, strict=True)
        if (place := places.get(i)) is not None
    ]


def _reading(m: ReadingMessage, lon: float | None, lat: float | None) -> Reading:
    return Reading(m.device_id, m.quantity, m.value, m.at, m.at, m.unit or "", lon, lat)


def fixes_of(batch: Batch[PositionMessage]) -> Fixes:
    """The fixes as columns: a visit to each message, then whole arrays."""
    items = batch.items
    n = len(items)
    lon, lat, good = _converted(
        [m.crs or "wgs84" for m in items],
        np.fromiter((m.lon for m in items), np.float64, n),
        np.fromiter((m.lat for m in items), np.float64, n),
        batch,
        np.array(batch.indices, dtype=np.int64),
    )
    fixes = Fixes(
        subjects=[m.subject_id for m in items],
        kinds=[m.kind for m in items],
        lon=lon,
        lat=lat,
        at_ms=np.fromiter((millis_of(m.at) for m in items), np.int64, n),
        accuracy_m=_column([m.accuracy_m for m in items]),
        speed_mps=_column([m.speed_mps for m in items]),
        heading_deg=_column([m.heading_deg for m in items]),
        battery=_column([m.battery for m in items]),
        indices=np.array(batch.indices, dtype=np.int64),
        extra={row: extra for row, m in enumerate(items) if m.model_extra and (extra := m.extras)},
    )
    return fixes if good.all() else fixes.picked(good)


def _column(values: list[float | None]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)  # None becomes NaN


def _places(batch: Batch[Any], code_of: Any) -> dict[int, Place]:
    """The WGS-84 place of each item by its index; the wrong ones are refused and missing."""
    places = {i: Place(code=code_of(m)) for i, m in zip(batch.indices, batch.items, strict=True) if m.lon is None}
    placed = [(i, m) for i, m in zip(batch.indices, batch.items, strict=True) if m.lon is not None]
    indices = np.array([i for i, _ in placed], dtype=np.int64)
    lon, lat, good = _converted(
        [m.crs or "wgs84" for _, m in placed],
        np.array([m.lon for _, m in placed], dtype=np.float64),
        np.array([m.lat for _, m in placed], dtype=np.float64),
        batch,
        indices,
    )
    for (i, m), x, y, ok in zip(placed, lon.tolist(), lat.tolist(), good.tolist(), strict=True):
        if ok:
            places[i] = Place(lon=x, lat=y, code=code_of(m))
    return places


def _converted(
    crs: Sequence[str],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    batch: Batch[Any],
    indices: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """WGS-84 degrees and which of them are good; the others are refused in `batch`."""
    good = np.ones(len(lon), dtype=bool)
    rows_of: dict[str, list[int]] = {}
    if any(name != "wgs84" for name in crs):
        lon, lat = lon.copy(), lat.copy()
        for row, name in enumerate(crs):
            rows_of.setdefault(name.lower(), []).append(row)
    for name, rows in rows_of.items():
        try:
            if len(rows_of) > _MOST_CRS:
                raise UnknownCrsError(f"more than {_MOST_CRS} coordinate systems in one request")
            lon[rows], lat[rows] = to_wgs84(name, lon[rows], lat[rows])
        except UnknownCrsError as unknown:
            good[rows] = False
            for i in indices[rows].tolist():
                _refuse(batch, i, "crs", str(unknown))
    degrees = are_degrees(lon, lat)
    for i in np.flatnonzero(good & ~degrees).tolist():
        name = "lat" if abs(lon[i]) <= 180 else "lon"
        _refuse(batch, int(indices[i]), name, "is no longitude or latitude in degrees")
    return lon, lat, np.asarray(good & degrees)


def _refuse(batch: Batch[Any], index: int, name: str, why: str) -> None:
    batch.rejected.append(Refused(index, name, why))
