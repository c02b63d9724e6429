"""来源配置: DATA_DIR/feeds/NAME.toml, one file a feed: which words it speaks, by which way it comes, how often.

A file that is wrong costs only its own feed: `cockpit up` says so and goes on, `cockpit feed NAME` refuses it.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cockpit.exits import WrongUseError
from cockpit.services.feeding.batch import field_of, words_of
from cockpit.services.feeding.seam import FeedConfig
from feeds.registry import FORMAT_OF, Way

_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,40}$")


def _secret(value: str) -> str:
    """`env:NAME` and `file:PATH` keep a secret out of the file. ValueError when there is none."""
    kind, _, rest = value.partition(":")
    if kind == "env":
        if rest not in os.environ:
            raise ValueError(f"the environment has no {rest}")
        return os.environ[rest]
    if kind == "file":
        try:
            return Path(rest).expanduser().read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"{rest} cannot be read: {error.strerror or error}") from None
    return value


Secret = Annotated[str, AfterValidator(_secret)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MqttWay(_Part):
    """A broker and what to subscribe to. The session stays on the broker while we are away."""

    host: str
    port: int = Field(default=1883, ge=1, le=65535)
    topics: list[str] = Field(min_length=1, max_length=100)
    share: str = Field(default="cockpit", description="several processes share the messages; empty: no sharing")
    client_id: str = Field(default="", description="without one: made of the feed's name; sharing processes need own")
    username: str = ""
    password: Secret = ""
    tls: bool = False
    ca_file: str = Field(default="", description="without one the system's authorities count")
    cert_file: str = ""
    key_file: str = ""
    keepalive_s: int = Field(default=30, ge=5, le=3600)
    session_s: int = Field(default=7 * 86_400, ge=0, description="how long the broker keeps messages for us")
    batch: int = Field(default=500, ge=1, le=10_000)


class PollWay(_Part):
    """An address that is asked every `every_s` seconds."""

    url: str = Field(pattern=r"^https?://")
    every_s: Seconds = 60.0
    username: str = ""
    password: Secret = ""
    token: Secret = ""
    most_pages: int = Field(default=100, ge=1, le=10_000)
    timeout_s: Seconds = 20.0


class FolderWay(_Part):
    """A folder that files are dropped into; they go on to `done` or `failed` in it."""

    path: str
    pattern: str = "*"
    every_s: Seconds = 5.0
    settled_s: float = Field(default=2.0, ge=0, le=3600, description="a file is taken when it has not grown so long")


class KafkaWay(_Part):
    """Topics of a Kafka cluster; `options` go to librdkafka as they are."""

    servers: str
    topics: list[str] = Field(min_length=1, max_length=100)
    group: str = "cockpit"
    username: str = ""
    password: Secret = ""
    options: dict[str, str] = Field(default_factory=dict)


class ReplayWay(_Part):
    """A recorded file, played `speed` times as fast as it was recorded; 0: as fast as it goes."""

    file: str
    speed: float = Field(default=1.0, ge=0, le=100_000)
    as_now: bool = Field(default=True, description="times are moved so that what is played happens now")
    repeat: bool = False


class FeedFile(_Part):
    """One feed as its file has it."""

    name: str = Field(pattern=_NAME.pattern)
    format: str
    way: Way
    title_zh: str = ""
    title_en: str = ""
    period_s: Seconds = Field(default=60.0, description="how often it is heard of when all is well")
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
        secrets = {k: _secret(v) if k == "secret" and isinstance(v, str) else v for k, v in self.settings.items()}
        return FORMAT_OF[self.format].load().Config.model_validate(secrets)


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
