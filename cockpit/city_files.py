"""城市文件: serves the files of the city that the map draws, to whoever is signed in."""

import gzip
from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from cockpit.services.city import City

#: what the map asks for; nothing else in the directory leaves it
_TYPES = {
    "divisions.geojson": "application/geo+json",
    "grids.geojson": "application/geo+json",
    "basemap.geojson": "application/geo+json",
    "buildings.json": "application/json",
    "buildings.bin": "application/octet-stream",
    "terrain.webp": "image/webp",
}
_COMPRESSED_ALREADY = frozenset({"terrain.webp"})


def city_blueprint(city: City) -> Blueprint:
    """`/city/city.json` and `/city/<file>`; 404 for what the city does not have (an empty city has nothing)."""
    blueprint = Blueprint("city", __name__)

    @cache
    def packed(name: str) -> tuple[bytes, str]:
        body = (city.directory or Path()).joinpath(name).read_bytes()
        etag = blake2b(body, digest_size=8).hexdigest()
        return (body if name in _COMPRESSED_ALREADY else gzip.compress(body, 6)), etag

    @blueprint.get("/city/city.json")
    def description() -> Response:
        if city.directory is None:
            return Response(status=404)
        return jsonify({k: v for k, v in city.config.items() if k != "feeds"})

    @blueprint.get("/city/<name>")
    def file(name: str) -> Response:
        if name not in _TYPES or city.directory is None or not (city.directory / name).is_file():
            return Response(status=404)
        body, etag = packed(name)
        if request.if_none_match.contains(etag):
            return Response(status=304)
        encoded = name not in _COMPRESSED_ALREADY
        if encoded and not request.accept_encodings.quality("gzip"):
            body, encoded = gzip.decompress(body), False
        response = Response(body, mimetype=_TYPES[name])
        if encoded:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.set_etag(etag)
        response.headers["Cache-Control"] = "private, max-age=300"
        return response

    return blueprint
