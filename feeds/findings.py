"""AI 智能巡查: what cameras and drones with a model found: kind, confidence, picture.

Source: video analysis platforms and drone services; posted to `feeds/findings`. Interval: as things are found. Licence:
the city's own data; pictures stay where they are, only their addresses are kept. A finding is an event of the source
video_ai or drone with its confidence beside it; what becomes of it an officer or a threshold decides, not this feed.
"""

import re
from typing import Any

from pydantic import Field

from cockpit.domain.source import Source
from cockpit.services.feeding.messages import EventMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, ignored, refused
from cockpit.services.feeding.values import UnreadableError, load_json, number_of, text_of, time_of

_MOST = 5_000
_PICTURE = re.compile(r"^(https?://[^\s\"'<>\\]{3,1990}|/api/v1/attachments/[0-9a-f]{32})$")
_NAMES = {
    "finding_id": ("finding_id", "id", "event_id"),
    "camera_id": ("camera_id", "camera", "device_id"),
    "label": ("kind", "type", "label", "class"),
    "confidence": ("confidence", "score", "probability"),
    "at": ("at", "time", "timestamp", "ts"),
    "picture": ("picture", "picture_url", "image_url", "image", "snapshot"),
    "lon": ("lon", "lng", "longitude"),
    "lat": ("lat", "latitude"),
    "model": ("model", "algorithm"),
}


class Config(FeedConfig):
    """What the model's kinds mean here."""

    source: Source = Source.VIDEO_AI
    titles: dict[str, str] = Field(default_factory=dict, description="the model's kind → title")
    categories: dict[str, str] = Field(default_factory=dict, description="the model's kind → category")
    cameras: dict[str, tuple[float, float]] = Field(default_factory=dict, description="camera → longitude, latitude")
    crs: str = "wgs84"
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="what is less sure is understood and not used")


def parse(raw: Raw, config: Config) -> Parsed:
    """One event for each finding."""
    try:
        value = load_json(raw.body, largest=16 * 1024 * 1024)
    except UnreadableError as wrong:
        return refused("", str(wrong))
    findings = value if isinstance(value, list) else [value]
    if not findings:
        return ignored("empty")
    if len(findings) > _MOST:
        return refused("", f"more than {_MOST} findings at once")
    found = Findings()
    for index, finding in enumerate(findings):
        _one(finding, config, found, index)
    return found.parsed()


def _one(finding: Any, config: Config, found: Findings, index: int) -> None:
    if not isinstance(finding, dict):
        return found.refuse("", "must be an object", index)
    given = {
        ours: next((finding[n] for n in names if finding.get(n) is not None), None) for ours, names in _NAMES.items()
    }
    name = "kind"
    try:
        label = text_of(given["label"])
        if label is None:
            raise UnreadableError("is missing")
        name = "confidence"
        confidence = _share(given[name])
        if confidence < config.min_confidence:
            return found.ignore("low_confidence")
        name = "at"
        at = time_of(given[name])
        if at is None:
            raise UnreadableError("is missing")
        name = "camera_id"
        camera = text_of(given[name])
        name = "picture"
        picture = _picture(given[name])
        name = "finding_id"
        finding_id = text_of(given[name])
        if finding_id is None:
            if camera is None:
                raise UnreadableError("is missing, and so is the camera")
            finding_id = f"{camera}:{label}:{at}"
        name = "lon"
        lon, lat = number_of(given["lon"]), number_of(given["lat"])
        name = "model"
        model = text_of(given[name])
    except UnreadableError as wrong:
        return found.refuse(name, str(wrong), index)
    if lon is None and lat is None and camera in config.cameras:
        lon, lat = config.cameras[camera]
    event = {
        "event_id": finding_id, "source": config.source.value, "title": config.titles.get(label, label),
        "category": config.categories.get(label), "reported_at": at, "lon": lon, "lat": lat, "crs": config.crs,
        "attachments": [picture] if picture else None, "confidence": confidence, "finding_kind": label,
        "camera_id": camera, "model": model, "box": _box(finding.get("box", finding.get("bbox"))),
    }  # fmt: skip
    found.add(EventMessage, event, index)
    return None


def _share(value: Any) -> float:
    """0…1; per cent above that."""
    confidence = number_of(value)
    if confidence is None:
        raise UnreadableError("is missing")
    if not 0 <= confidence <= 100:
        raise UnreadableError("must lie between 0 and 1")
    return confidence if confidence <= 1 else confidence / 100


def _picture(value: Any) -> str | None:
    """An address, or that of a picture stored here at intake; never the picture itself or a script."""
    if value is None:
        return None
    if not isinstance(value, str) or not _PICTURE.match(value):
        raise UnreadableError("must be the http(s) address of a picture")
    return value


def _box(value: Any) -> list[float] | None:
    """Where in the picture; left out when it is no four numbers."""
    if not isinstance(value, list) or len(value) != 4:
        return None
    try:
        numbers = [number_of(n) for n in value]
    except UnreadableError:
        return None
    return [n for n in numbers if n is not None] if None not in numbers else None
