"""Recorded samples of every format, with the settings that they need and what they must give."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cockpit.services.feeding.messages import Message
from cockpit.services.feeding.recorded import read_recorded
from cockpit.services.feeding.seam import FeedConfig, Parsed, Raw
from feeds.registry import FORMAT_OF, FORMATS

SAMPLES = Path(__file__).parent / "samples"
NAMES = [form.name for form in FORMATS]


def config_of(name: str) -> FeedConfig:
    """The settings that the samples of a format were recorded with."""
    file = SAMPLES / f"{name}.toml"
    told = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return FORMAT_OF[name].load().Config.model_validate(told)


def parse(name: str, raw: Raw) -> Parsed:
    return FORMAT_OF[name].load().parse(raw, config_of(name))


def sample_of(name: str) -> list[Raw]:
    return list(read_recorded(SAMPLES / f"{name}.ndjson"))


def malformed_of(name: str) -> Iterator[tuple[Raw, str]]:
    """Each wrong message and the field that must be named."""
    path = SAMPLES / f"{name}.malformed.ndjson"
    fields = [json.loads(line)["refused"] for line in path.read_text(encoding="utf-8").splitlines()]
    yield from zip(read_recorded(path), fields, strict=True)


def told(message: Message) -> dict[str, Any]:
    """A message as the expectations have it: its kind and what is set."""
    fields = message.model_dump(mode="json", exclude_none=True)
    if fields.get("crs") == "wgs84":
        del fields["crs"]
    return {"is": type(message).__name__.removesuffix("Message"), **fields}


def expected_of(name: str) -> list[dict[str, Any]]:
    """For each raw message: what it gives, and what is knowingly not used."""
    lines = (SAMPLES / f"{name}.expected.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
