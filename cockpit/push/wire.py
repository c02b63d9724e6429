"""Messages as Socket.IO packets: encoded once, then the same bytes for every browser that gets them.

Socket.IO protocol 5: an event is `2["name",{…}]`; with one binary attachment `51-["name",{…}]` and the bytes
in the websocket message behind it.
"""

from typing import Any, NamedTuple

import msgspec
from engineio.packet import MESSAGE, Packet  # type: ignore[import-untyped]  # publishes no types

#: the browser puts the attachment here
ATTACHMENT = {"_placeholder": True, "num": 0}


class Encoded(NamedTuple):
    """The websocket messages of one event, in their order, and how many bytes they are."""

    packets: tuple[Packet, ...]
    size: int


def encode(name: str, payload: object, attachment: bytes | None = None) -> Encoded:
    """The packets of event `name`. `payload` may hold `ATTACHMENT` where `attachment` belongs."""
    text = json_bytes([name, payload]).decode()
    if attachment is None:
        return Encoded((Packet(MESSAGE, f"2{text}"),), len(text) + 2)
    return Encoded((Packet(MESSAGE, f"51-{text}"), Packet(MESSAGE, attachment)), len(text) + 4 + len(attachment))


def json_bytes(value: object) -> bytes:
    """JSON of plain data, Dash components, figures and numpy values; NaN becomes null."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    for name in ("to_plotly_json", "tolist"):  # Dash components and figures; numpy arrays and scalars
        method = getattr(value, name, None)
        if method is not None:
            return method()
    raise TypeError(f"{type(value).__name__} cannot go to a browser")
