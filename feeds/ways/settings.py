"""What each way needs to know, as a feed's file has it."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from cockpit.services.feeding.seam import FeedConfig
from cockpit.services.feeding.secret import Secret

Seconds = Annotated[float, Field(gt=0, le=86_400)]


class MqttWay(FeedConfig):
    """A broker and what to subscribe to. The session stays on the broker while we are away."""

    host: str
    port: int = Field(default=1883, ge=1, le=65535)
    topics: list[str] = Field(min_length=1, max_length=100)
    share: str = Field(
        default="",
        pattern=r"^[^/+#]*$",
        description="processes of one group share the messages; empty: no sharing",
    )
    client_id: str = Field(default="", description="without one: made of the feed's name; sharing processes need own")
    username: str = ""
    password: Secret = ""
    tls: bool = False
    ca_file: str = Field(default="", description="without one the system's authorities count")
    cert_file: str = ""
    key_file: str = ""
    keepalive_s: int = Field(default=30, ge=5, le=3600)
    session_s: int = Field(default=7 * 86_400, ge=0, description="how long the broker keeps messages for us")
    protocol: Literal["5", "3.1.1"] = Field(
        default="5", description="for brokers that know 5 not; kept messages then come with every connection"
    )
    batch: int = Field(default=500, ge=1, le=10_000)

    @field_validator("topics")
    @classmethod
    def _are_filters(cls, topics: list[str]) -> list[str]:
        for topic in topics:
            parts = topic.split("/")
            if not topic or "\0" in topic or len(topic.encode()) > 65_535 or topic.startswith("$"):
                raise ValueError(f"{topic!r} is no topic of devices")
            if "#" in "".join(parts[:-1]) or any(set(part) & {"+", "#"} and len(part) > 1 for part in parts):
                raise ValueError(f"{topic!r}: + stands for one whole level, # for all the rest")
        return topics


class PollWay(FeedConfig):
    """An address that is asked every `every_s` seconds."""

    url: str = Field(pattern=r"^https?://")
    every_s: Seconds = 60.0
    username: str = ""
    password: Secret = ""
    token: Secret = ""
    most_pages: int = Field(default=100, ge=1, le=10_000)
    timeout_s: Seconds = 20.0


class FolderWay(FeedConfig):
    """A folder that files are dropped into; they go on to `done` or `failed` in it."""

    path: str
    pattern: str = "*"
    every_s: Seconds = 5.0
    settled_s: float = Field(default=2.0, ge=0, le=3600, description="a file is taken when it has not grown so long")


class KafkaWay(FeedConfig):
    """Topics of a Kafka cluster; `options` go to librdkafka as they are."""

    servers: str
    topics: list[str] = Field(min_length=1, max_length=100)
    group: str = "cockpit"
    username: str = ""
    password: Secret = ""
    options: dict[str, str] = Field(default_factory=dict)


class ReplayWay(FeedConfig):
    """A recorded file, played `speed` times as fast as it was recorded; 0: as fast as it goes."""

    file: str
    speed: float = Field(default=1.0, ge=0, le=100_000)
    as_now: bool = Field(default=True, description="times are moved so that what is played happens now")
    repeat: bool = False
