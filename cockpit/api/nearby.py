"""`GET nearby` (附近) and `GET resources` (资源): who and what is near a place and why, and what is registered."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from flask import Blueprint, Response, request

from cockpit.api.asked import (
    Instants,
    answer,
    bbox_asked,
    cursor_after,
    cursor_asked,
    flag_of,
    limit_asked,
    page_of,
    scope_asked,
)
from cockpit.api.identity import principal
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import Texts, texts
from cockpit.domain.plausibility import UNDRAWABLE
from cockpit.domain.resource import Resource, is_kind, kind_of, masked_name, masked_phone
from cockpit.domain.role import Role
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.query import Candidate, Found, LonLat, NearbyQuery
from cockpit.services.nearby.reasons import why_text
from cockpit.services.nearby.registry import Things
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation

#: who may read a person's whole name and number; others see them masked
_NAMED = frozenset({Role.DUTY, Role.ADMIN})
_LEAST_M, _MOST_M, _DEFAULT_M = 1.0, 100_000.0, 3_000.0
_DEFAULT_ITEMS = 20
_MOST_CORNERS = 500
_LONGEST_WORDS = 100


class NearbyAnswers:
    """The answers, from what is known at the instant asked for."""

    def __init__(
        self,
        instants: Instants,
        nearby: Nearby,
        things: Things,
        *,
        movers_at: Callable[[datetime], Movers],
    ) -> None:
        self._instants, self._nearby, self._things, self._movers_at = instants, nearby, things, movers_at

    def near(self) -> Response:
        """`?lon=&lat=`, `?event_id=` or `?polygon=`, and who is looked for."""
        past, scope = self._instants.past(), scope_asked()
        event_id, polygon = request.args.get("event_id", ""), _polygon()
        now = past or self._instants.clock()
        if event_id:
            with self._instants.asked() as (situation, now):
                lon, lat = _place_of(situation, event_id)
        else:
            lon, lat = _place(polygon)
        order = request.args.get("sort", "distance")
        if order not in ("distance", "eta"):
            raise ProblemError(400, "sort must be distance or eta", field="sort")
        query = NearbyQuery(
            lon=lon, lat=lat, scope=scope, now=now, polygon=polygon, radius_m=_radius_m(), kinds=_kinds(),
            skills=_words("skills"), limit=limit_asked(_DEFAULT_ITEMS), only_free=flag_of("only_free") is not False,
            soonest=order == "eta", with_left_out=bool(flag_of("left_out")),
        )  # fmt: skip
        found = self._nearby.find(query) if past is None else self._then(query, past)
        return _told(found, query, event_id, texts(language(request)))

    def resources(self) -> Response:
        """What is registered in the scope, by id; `by_kind` counts whatever kind was asked for."""
        scope, limit, cursor, box = scope_asked(), limit_asked(), cursor_asked(), bbox_asked()
        kinds, words = _kinds(), request.args.get("q", "").strip()[:_LONGEST_WORDS]
        registry, lang = self._things.now(), texts(language(request))
        mask = registry.within(scope)
        if box is not None:
            west, south, east, north = box
            mask &= (registry.lon >= west) & (registry.lon <= east) & (registry.lat >= south) & (registry.lat <= north)
        if words:
            mask &= registry.named(words)
        counts = np.bincount(registry.kind[mask], minlength=len(registry.kinds)).tolist()
        if kinds:
            mask &= np.array([k in kinds for k in registry.kinds] or [False], dtype=bool)[registry.kind]
        rows = np.flatnonzero(mask)
        first = 0 if cursor is None else registry.place_behind(cursor[1], rows)
        page = rows[first : first + limit]
        after = cursor_after(0.0, registry.ids[int(page[-1])]) if first + limit < len(rows) else None
        items: list[object] = [_resource(thing, lang, named=_is_named()) for thing in registry.things(page)]
        by_kind = {kind: n for kind, n in zip(registry.kinds, counts, strict=True) if n}
        titles = {kind: _kind_title(lang, kind) for kind in by_kind}
        return page_of(
            self._instants.clock(), items, total=len(rows), after=after, scope=scope.code, by_kind=by_kind,
            titles=titles,
        )  # fmt: skip

    def resource(self, resource_id: str) -> Response:
        """One registered thing of the scope."""
        thing = self._things.now().find(resource_id)
        if thing is None or not principal().scope.covers(thing.code):
            raise ProblemError(404, f"no resource {clean(resource_id[:200])}", rule="unknown_resource")
        return answer(
            {"as_of": self._instants.clock(), **_resource(thing, texts(language(request)), named=_is_named())}
        )

    def _then(self, query: NearbyQuery, past: datetime) -> Found:
        return self._nearby.find_then(query, self._instants.folded(past), self._movers_at(past))


def _told(found: Found, query: NearbyQuery, event_id: str, words: Texts) -> Response:
    named = _is_named()
    body: dict[str, Any] = {
        "as_of": found.as_of,
        "total": found.total,
        "items": [_item(c, words, named=named) for c in found.items],
        "next": None,
        "place": {"lon": query.lon, "lat": query.lat, "event_id": event_id or None},
        "radius_m": None if query.polygon else query.radius_m,
        "scope": query.scope.code,
    }
    if query.with_left_out:
        body["left_out"] = [_item(c, words, named=named) for c in found.left_out]
    return answer(body)


def _item(candidate: Candidate, words: Texts, *, named: bool) -> dict[str, Any]:
    masked = kind_of(candidate.kind).is_person and not named
    told: dict[str, Any] = {
        "id": candidate.id,
        "kind": candidate.kind,
        "kind_title": _kind_title(words, candidate.kind),
        "name": masked_name(candidate.name) if masked else candidate.name,
        "lon": candidate.lon,
        "lat": candidate.lat,
        "code": candidate.code,
        "distance_m": round(candidate.distance_m, 1),
        "road_m": round(candidate.road_m, 1),
        "eta_s": round(candidate.eta_s),
        "by_road": candidate.by_road,
        "travel": kind_of(candidate.kind).travel,
        "status": candidate.status,
        "status_title": words[f"nearby.status.{candidate.status.value}"],
        "why": why_text(words, candidate.why),
        "skills": list(candidate.skills),
        "position_age_s": None if candidate.age_s is None else round(candidate.age_s),
        "busy_order_id": candidate.busy_order_id,
        "phone": _phone(candidate.phone, masked=kind_of(candidate.kind).is_person),
        "capacity": candidate.capacity,
        "grid_code": candidate.grid_code or None,
    }
    if candidate.reason is not None:
        told["reason"] = candidate.reason
    return told


def _resource(thing: Resource, words: Texts, *, named: bool) -> dict[str, Any]:
    is_person = kind_of(thing.kind).is_person
    return {
        "id": thing.resource_id,
        "kind": thing.kind,
        "kind_title": _kind_title(words, thing.kind),
        "name": masked_name(thing.name) if is_person and not named else thing.name,
        "lon": thing.lon,
        "lat": thing.lat,
        "code": thing.code,
        "phone": _phone(thing.phone, masked=is_person),
        "capacity": thing.capacity,
        "skills": list(thing.skills),
        "status": thing.state,
    }


def _phone(phone: str, *, masked: bool) -> str | None:
    return (masked_phone(phone) if masked else phone) or None


def _kind_title(words: Texts, kind: str) -> str:
    return words.find(f"resource_kind.{kind}", kind)


def _is_named() -> bool:
    return principal().role in _NAMED


def _place_of(situation: Situation, event_id: str) -> LonLat:
    event = situation.events.get(event_id)
    if event is None or not principal().scope.covers(event.report.place.code):
        raise ProblemError(404, f"no event {clean(event_id[:200])} is at work", rule="unknown_event")
    place = event.report.place
    if place.lon is None or place.lat is None or UNDRAWABLE & set(place.flags):
        raise ProblemError(409, "the event has no place that can be relied on", rule="event_has_no_place")
    return place.lon, place.lat


def _place(polygon: tuple[LonLat, ...]) -> LonLat:
    if polygon and "lon" not in request.args and "lat" not in request.args:
        middle = shapely.Polygon(polygon).centroid
        return float(middle.x), float(middle.y)
    return _degrees("lon", 180), _degrees("lat", 90)


def _polygon() -> tuple[LonLat, ...]:
    text = request.args.get("polygon", "")
    if not text:
        return ()
    try:
        corners = tuple((float(lon), float(lat)) for lon, lat in (pair.split(",") for pair in text.split(";") if pair))
    except ValueError:
        corners = ()
    on_earth = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in corners)  # a NaN is neither
    if not 3 <= len(corners) <= _MOST_CORNERS or not on_earth:
        raise ProblemError(400, f"polygon must be 3 to {_MOST_CORNERS} corners lon,lat;lon,lat;…", field="polygon")
    shape = shapely.Polygon(corners)
    if not shape.is_valid or shape.area == 0:
        raise ProblemError(400, "polygon crosses itself or has no area", field="polygon")
    return corners


def _degrees(name: str, most: float) -> float:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise ProblemError(400, f"{name} must be degrees from {-most:g} to {most:g}", field=name)
    return value


def _radius_m() -> float:
    try:
        value = float(request.args.get("radius_m", _DEFAULT_M))
    except ValueError:
        value = math.nan
    if not _LEAST_M <= value <= _MOST_M:
        raise ProblemError(400, f"radius_m must be metres from {_LEAST_M:g} to {_MOST_M:,.0f}", field="radius_m")
    return value


def _kinds() -> frozenset[str]:
    kinds = _words("kinds")
    wrong = sorted(kind for kind in kinds if not is_kind(kind))
    if wrong:
        raise ProblemError(400, f"{clean(wrong[0][:50])} is no kind", field="kinds")
    return kinds


def _words(name: str) -> frozenset[str]:
    return frozenset(word.strip() for word in request.args.get(name, "").split(",") if word.strip())


def nearby_blueprint(nearby: NearbyAnswers) -> Blueprint:
    """`/api/v1/nearby`, `/api/v1/resources`."""
    blueprint = Blueprint("nearby", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/nearby", "near", nearby.near, methods=["GET"])
    blueprint.add_url_rule("/resources", "resources", nearby.resources, methods=["GET"])
    blueprint.add_url_rule("/resources/<path:resource_id>", "resource", nearby.resource, methods=["GET"])
    return blueprint
