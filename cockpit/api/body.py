"""The body of a request: bounded before and after unpacking, whatever the client claims."""

import zlib

from flask import Request

from cockpit.api.problem import ProblemError

LARGEST_BYTES = 16 * 1024 * 1024
#: read and thrown away of a body that is too large, so that the client gets to read the answer
_DRAINED_BYTES = 4 * LARGEST_BYTES
_CHUNK = 64 * 1024


def read_body(request: Request, *, largest: int = LARGEST_BYTES) -> bytes:
    """The unpacked body. Raises ProblemError 413 when it is too large, 400 when its gzip is broken, 415."""
    encoding = (request.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise ProblemError(415, f"Content-Encoding {encoding!r} is not understood; send gzip or nothing")
    raw = _read(request, largest)
    return raw if encoding == "identity" else _unpacked(raw, largest)


def _read(request: Request, largest: int) -> bytes:
    stream = request.stream
    too_large = ProblemError(413, f"the body is larger than {largest} bytes; send it in parts")
    if (request.content_length or 0) > largest:
        _drain(stream)
        raise too_large
    raw: bytes = stream.read(largest + 1)
    if len(raw) > largest:
        _drain(stream)
        raise too_large
    return raw


def _drain(stream: object) -> None:
    left = _DRAINED_BYTES
    while left > 0 and (chunk := stream.read(_CHUNK)):  # type: ignore[attr-defined]  # WSGI streams have no type
        left -= len(chunk)


def _unpacked(raw: bytes, largest: int) -> bytes:
    """A gzip bomb is cut off at `largest`: no more memory than that is ever used."""
    parts: list[bytes] = []
    room = largest
    try:
        while raw:
            unpacker = zlib.decompressobj(wbits=31)
            part = unpacker.decompress(raw, room + 1)
            room -= len(part)
            if room < 0:
                raise ProblemError(413, f"the unpacked body is larger than {largest} bytes; send it in parts")
            if not unpacker.eof:
                raise ProblemError(400, "the gzip body is cut off")
            parts.append(part)
            raw = unpacker.unused_data
    except zlib.error:
        raise ProblemError(400, "the body is no valid gzip") from None
    return b"".join(parts)
