"""The edges of the API: `openapi.json`, and what is said of paths and methods that there are none of."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from cockpit.api.problem import problem

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def edges_blueprint(described: Mapping[str, Any]) -> Blueprint:
    """`openapi.json` as `described`, and a 404 that is one: Dash would answer unknown paths with a page."""
    blueprint = Blueprint("edges", __name__)
    body = msgspec.json.encode(described)
    etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'

    def openapi() -> Response:
        known = request.headers.get("If-None-Match", "") == etag
        response = Response(b"" if known else body, status=304 if known else 200, mimetype="application/json")
        response.headers.update({"ETag": etag, "Cache-Control": "no-cache"})
        return response

    def nothing(rest: str) -> Response:  # noqa: ARG001 - the route hands it over
        allowed = [m for m in _METHODS if _knows(m)]
        if allowed:
            return problem(405, f"{request.method} is not for this path", headers={"Allow": ", ".join(allowed)})
        return problem(404, "there is nothing under this path", instance=request.path[:200])

    def _knows(method: str) -> bool:
        adapter = current_app.url_map.bind("")
        try:
            endpoint, _ = adapter.match(request.path, method=method)
        except HTTPException:
            return False
        return bool(endpoint != "edges.nothing")

    blueprint.add_url_rule("/api/v1/openapi.json", "openapi", openapi, methods=["GET"])
    blueprint.add_url_rule("/api/<path:rest>", "nothing", nothing, methods=list(_METHODS))
    blueprint.add_url_rule("/api", "root", lambda: nothing(""), methods=list(_METHODS))
    return blueprint
