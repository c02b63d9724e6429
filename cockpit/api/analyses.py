"""研判: `indicators/{name}/units` 部门达标 and `thematic/repeats` 重复点位, as `/leader` shows them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import limit_asked, page_of
from cockpit.api.indicators import Indicators, indicator_of
from cockpit.api.language import language
from cockpit.api.problem import ProblemError
from cockpit.api.thematic_maps import frame
from cockpit.catalogue import Texts, texts
from cockpit.domain.category import category_of
from cockpit.domain.event import Event
from cockpit.services.analyses.repeats import Spot
from cockpit.services.analyses.topics import compares_units, repeats_topic, units_topic
from cockpit.services.analyses.units import UnitLine
from cockpit.services.drill_figures import Drilled
from cockpit.services.kind_names import kind_names
from cockpit.services.standards import StandardsBook


class Analyses(Indicators):
    """The same questions as `indicators`, answered by unit and by place."""

    def __init__(self, figures: Indicators, *, standards: StandardsBook, target: float) -> None:
        """`target`: the rate that passes, 0…1."""
        super().__init__(figures._instants, figures._drill)
        self._standards, self._target = standards, target

    def units(self, name: str) -> Response:
        """The units of a rate, the best adjusted first; 404 for an indicator that compares none."""
        indicator, limit, drilled, words = indicator_of(name), limit_asked(), self._drilled(), texts(language(request))
        if not compares_units(indicator):
            raise ProblemError(404, f"{indicator.name} is no rate of events that units are compared by")
        topic = units_topic(self._drill, drilled, indicator, self._instants.past())
        items: list[object] = [self._unit_item(line, words) for line in topic.lines[:limit]]
        return page_of(
            drilled.known.at, items, total=len(topic.lines), name=name, target=self._target,
            numerator=topic.whole.numerator, denominator=topic.whole.denominator, **_about(drilled),
        )  # fmt: skip

    def repeats(self) -> Response:
        """Places with the same kind again and again, the most first, each with its newest report."""
        limit, drilled, words = limit_asked(), self._drilled(), texts(language(request))
        topic = repeats_topic(self._drill, drilled, self._instants.past(), most=limit)
        names = kind_names(self._standards.now().rows_at(drilled.known.at), words.lang)
        items: list[object] = [
            _spot_item(spot, event, names.get(category_of(spot.kind), "")) for spot, event in topic.lines
        ]
        return page_of(drilled.known.at, items, total=topic.total, **_about(drilled))

    def _unit_item(self, line: UnitLine, words: Texts) -> dict[str, Any]:
        return {
            "unit": line.unit or None,
            "name": line.unit or words["topic.units.nobody"],
            "total": line.total,
            "did": line.did,
            "missed": line.missed,
            "value": line.value,
            "expected_missed": line.expected_missed,
            "adjusted": line.adjusted,
            "alone": line.alone,
            "passes": None if line.judged is None else line.judged >= self._target,
        }


def _spot_item(spot: Spot, event: Event | None, kind_title: str) -> dict[str, Any]:
    place = event.report.place if event else None
    last_at: datetime | None = event.report.reported_at if event else None
    return {
        "key": spot.key,
        "kind": category_of(spot.kind),
        "kind_title": kind_title,
        "count": spot.count,
        "alike": spot.alike,
        "lon": round(spot.lon, 6),
        "lat": round(spot.lat, 6),
        "code": place.code if place else "",
        "address": place.address if place else "",
        "event_id": event.event_id if event else None,
        "last_at": last_at,
    }


def _about(drilled: Drilled) -> dict[str, Any]:
    return {name: value for name, value in frame(drilled).items() if name != "as_of"}


def analyses_blueprint(analyses: Analyses) -> Blueprint:
    """`/api/v1/indicators/{name}/units` and `/api/v1/thematic/repeats`."""
    blueprint = Blueprint("analyses", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/indicators/<name>/units", "units", analyses.units, methods=["GET"])
    blueprint.add_url_rule("/thematic/repeats", "repeats", analyses.repeats, methods=["GET"])
    return blueprint
