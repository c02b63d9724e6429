"""摄像机: where the picture of a registered camera comes from, and how it is played.

A platform of cameras gives its streams under addresses that differ by the camera's id only, so one template serves all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, urlsplit

from cockpit.services.wartime.scene import Camera

#: as a browser plays them: docs/cameras.md
STREAMS = ("hls", "whep", "jpeg", "video")
_BY_ENDING = {
    ".m3u8": "hls", "/whep": "whep", ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "jpeg", ".webp": "jpeg",
    ".mp4": "video", ".webm": "video",
}  # fmt: skip
_CLIPS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraAddresses:
    """`template` holds `{id}` (or `{n}`, one of four clips); `stream` is one of STREAMS, or empty: by the ending."""

    template: str = ""
    stream: str = ""
    is_demo: bool = False

    def camera(self, camera_id: str, name: str, distance_m: float, own: str = "") -> Camera:
        """A camera with its address. `own`: an address of its own, which comes before the template."""
        url = own or self.template
        if url:
            clip = blake2b(camera_id.encode(), digest_size=2).digest()[0] % _CLIPS + 1
            url = url.replace("{id}", quote(camera_id, safe="")).replace("{n}", str(clip))
        stream = (self.stream if not own else "") or stream_of(url)
        return Camera(
            id=camera_id, name=name, distance_m=distance_m, url=url if stream else "", stream=stream,
            is_demo=self.is_demo and not own,
        )  # fmt: skip


def stream_of(url: str) -> str:
    """How an address is played, by its ending; empty for one that nobody here can play, or that is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "") or not parts.path:
        return ""
    path = parts.path.lower()
    return next((stream for ending, stream in _BY_ENDING.items() if path.endswith(ending)), "")


def addresses_of_city(config: Mapping[str, object]) -> CameraAddresses:
    """`[cameras] url, stream, demo` of a city.toml."""
    about = config.get("cameras")
    if not isinstance(about, Mapping):
        return CameraAddresses()
    return CameraAddresses(
        template=str(about.get("url", "")), stream=str(about.get("stream", "")), is_demo=about.get("demo") is True
    )
