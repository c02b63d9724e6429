"""`GET sketch`: roads and buildings around a place, for a page that has no map of its own."""

from typing import Any, Protocol

from flask import Blueprint, Response, request

from cockpit.api.asked import answer
from cockpit.api.problem import ProblemError

_LEAST_M, _MOST_M, _USUAL_M = 50.0, 1_000.0, 250.0


class SketchOf(Protocol):
    """What is needed of `services.sketch`."""

    def around(self, lon: float, lat: float, radius_m: float) -> dict[str, Any]: ...


def sketch_blueprint(sketch: SketchOf) -> Blueprint:
    """`/api/v1/sketch?lon&lat&radius_m`."""
    blueprint = Blueprint("sketch", __name__, url_prefix="/api/v1")

    @blueprint.get("/sketch")
    def get() -> Response:
        lon, lat = _number("lon", -180, 180), _number("lat", -85, 85)
        radius_m = _number("radius_m", _LEAST_M, _MOST_M) if "radius_m" in request.args else _USUAL_M
        response = answer({"lon": lon, "lat": lat, **sketch.around(lon, lat, radius_m)})
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response

    return blueprint


def _number(name: str, least: float, most: float) -> float:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise ProblemError(400, f"{name} must be a number from {least:g} to {most:g}", field=name)
    return value
