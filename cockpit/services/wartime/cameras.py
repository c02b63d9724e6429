"""摄像机: where the picture of a registered camera comes from, and how it is played.

A platform of cameras gives its streams under addresses that differ by the camera's id only, so one template serves all;
a camera of another platform has an address of its own, from a host that the installation trusts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, urlsplit

from cockpit.domain.camera_stream import stream_of, wrong_with_stream
from cockpit.services.wartime.scene import Camera

_CLIPS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraAddresses:
    """`template` holds `{id}` (or `{n}`, one of four clips); `stream` is one of `camera_stream.STREAMS`, or empty: it
    is told by the ending."""

    template: str = ""
    stream: str = ""
    is_demo: bool = False
    #: hosts (`name` or `name:port`) that a camera's own address may lead to
    hosts: frozenset[str] = frozenset()

    def camera(self, camera_id: str, name: str, distance_m: float, own: str = "") -> Camera:
        """A camera with its address. `own`: an address of its own, which comes before the template if its host is one
        of `hosts`."""
        own = own if own and not wrong_with_stream(own) and urlsplit(own).netloc.lower() in self.hosts else ""
        url = own or self.template
        if url:
            clip = blake2b(camera_id.encode(), digest_size=2).digest()[0] % _CLIPS + 1
            url = url.replace("{id}", quote(camera_id, safe="")).replace("{n}", str(clip))
        stream = (self.stream if not own else "") or stream_of(url)
        return Camera(
            id=camera_id, name=name, distance_m=distance_m, url=url if stream else "", stream=stream,
            is_demo=self.is_demo and not own,
        )  # fmt: skip


def hosts_of(words: str) -> frozenset[str]:
    """`camera_hosts`: names between commas or spaces."""
    return frozenset(word.lower() for word in words.replace(",", " ").split())


def addresses_of_city(config: Mapping[str, object]) -> CameraAddresses:
    """`[cameras] url, stream, demo` of a city.toml."""
    about = config.get("cameras")
    if not isinstance(about, Mapping):
        return CameraAddresses()
    return CameraAddresses(
        template=str(about.get("url", "")), stream=str(about.get("stream", "")), is_demo=about.get("demo") is True
    )
