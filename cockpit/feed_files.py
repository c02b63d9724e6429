"""来源配置: DATA_DIR/feeds/NAME.toml, one file a feed: which words it speaks, by which way it comes, how often.

A file that is wrong costs only its own feed: `cockpit up` says so and goes on, `cockpit feed NAME` refuses it.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from cockpit.exits import WrongUseError
from cockpit.services.feeding.batch import field_of, words_of
from cockpit.services.feeding.seam import FeedConfig
from feeds.registry import FORMAT_OF, Way
from feeds.ways.settings import FolderWay, KafkaWay, MqttWay, PollWay, ReplayWay, Seconds

_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,40}$")


class FeedFile(FeedConfig):
    """One feed as its file has it."""

    name: str = Field(pattern=_NAME.pattern)
    format: str
    way: Way
    title_zh: str = ""
    title_en: str = ""
    period_s: Seconds = Field(default=60.0, description="how often it is heard of when all is well")
    stale_after_s: Seconds | None = Field(default=None, description="silent for longer it is stale")
    lost_after_s: Seconds | None = Field(default=None, description="silent for longer it is lost")
    scope: str = Field(default="", pattern=r"^[0-9]{0,15}$", description="it brings nothing from outside it")
    record: bool = Field(default=False, description="keep what comes, for replay: DATA_DIR/feeds/recorded/NAME.ndjson")
    enabled: bool = True
    mqtt: MqttWay | None = None
    poll: PollWay | None = None
    folder: FolderWay | None = None
    kafka: KafkaWay | None = None
    replay: ReplayWay | None = None
    http: dict[str, Literal[""]] = Field(default_factory=dict, description="nothing to set")
    settings: dict[str, Any] = Field(default_factory=dict, description="of the format")

    @property
    def config(self) -> FeedConfig:
        """The settings of its format. Raises ValidationError."""
        return FORMAT_OF[self.format].load().Config.model_validate(self.settings)


@dataclass(frozen=True, slots=True)
class WrongFile:
    """A file that is no feed, and why."""

    name: str
    why: str


def list_feed_files(directory: Path) -> Iterator[FeedFile | WrongFile]:
    """Every feed of the folder, the wrong ones too, by name."""
    for path in sorted(directory.glob("*.toml")):
        try:
            yield read_feed_file(path)
        except WrongUseError as wrong:
            yield WrongFile(path.stem, str(wrong))


def read_feed_file(path: Path) -> FeedFile:
    """One feed. WrongUseError names what is wrong with its file."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WrongUseError(f"no feed {path.stem}: there is no {path}") from None
    except (OSError, ValueError) as error:
        raise WrongUseError(f"{path} cannot be read: {error}") from None
    try:
        feed = FeedFile.model_validate({**told, "name": path.stem})
        _check(feed)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise WrongUseError(f"{path}: {field_of(first)} {words_of(first)}".replace("  ", " ")) from None
    except ValueError as wrong:
        raise WrongUseError(f"{path}: {wrong}") from None
    return feed


def _check(feed: FeedFile) -> None:
    form = FORMAT_OF.get(feed.format)
    if form is None:
        raise ValueError(f"format {feed.format!r} is none of {', '.join(FORMAT_OF)}")
    if feed.way not in form.ways:
        raise ValueError(f"way {feed.way} is not for {feed.format}; {', '.join(form.ways)} are")
    if feed.way is not Way.HTTP and getattr(feed, feed.way.value) is None:
        raise ValueError(f"[{feed.way}] is missing")
    _ = feed.config
