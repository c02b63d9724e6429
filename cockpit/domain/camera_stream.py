"""视频流地址: how an address of a camera is played, and what speaks against keeping it."""

from urllib.parse import parse_qsl, urlsplit

#: as a browser plays them: docs/wartime.md
STREAMS = ("hls", "whep", "jpeg", "video")
_BY_ENDING = {
    ".m3u8": "hls", "/whep": "whep", ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "jpeg", ".webp": "jpeg",
    ".mp4": "video", ".webm": "video",
}  # fmt: skip
#: names of what opens a door: an address with one of these in it would be read by whoever stands before the wall
_SECRETS = ("token", "key", "secret", "sign", "auth", "passw", "pwd")


def stream_of(url: str) -> str:
    """How an address is played, by its ending; empty for one that nobody here can play, or that is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "") or not parts.path:
        return ""
    path = parts.path.lower()
    return next((stream for ending, stream in _BY_ENDING.items() if path.endswith(ending)), "")


def wrong_with_stream(url: str) -> str:
    """What is wrong with a camera's own address, as a refusal says it; empty if nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no web address"
    if parts.scheme not in ("http", "https") or not host:
        return "is no http or https address"
    if "@" in parts.netloc:
        return "holds a name or password: whoever stands before a wall could read it"
    if any(secret in name.lower() for name, _ in parse_qsl(parts.query) for secret in _SECRETS):
        return "holds a token or key: whoever stands before a wall could read it"
    if not stream_of(url):
        return "has no ending that tells how it is played (.m3u8 /whep .jpg .jpeg .png .webp .mp4 .webm)"
    return ""
