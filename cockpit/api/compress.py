"""gzip for answers above a kilobyte, unless they are packed already."""

import gzip

from flask import Flask, Response, request

_SMALLEST_BYTES = 1_000
_TEXT = (
    "application/json",
    "application/problem+json",
    "text/",
    "application/openmetrics-text",
    "application/geo+json",
)


def register_compression(app: Flask) -> None:
    """Pack what is text and not streamed; everything else passes."""
    app.after_request(_packed)


def _packed(response: Response) -> Response:
    if (
        response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(_TEXT)
        or (response.content_length or 0) < _SMALLEST_BYTES
    ):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(response.get_data(), compresslevel=4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
