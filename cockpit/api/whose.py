"""`GET responsible` (谁管这个点) and `GET events/{id}/suggestion`: whose a place is, and whom to assign an event to."""

from typing import Any, Protocol

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, answer, choice_of
from cockpit.api.identity import principal
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibility
from cockpit.domain.role import Role
from cockpit.domain.suggestion import Suggestion
from cockpit.services.assignment import Suggester
from cockpit.services.city import City
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.whose import WorkerThere, divisions_of, known_of
from cockpit.situation.movers import Movers

_LONGEST_CATEGORY = 32
#: who may read a gridworker's whole name; others see it masked
_NAMED = frozenset({Role.DUTY, Role.ADMIN})


class MoversOf(Protocol):
    """What positions are read from: the projector."""

    @property
    def movers(self) -> Movers: ...


class Whose:
    """The two answers, from what is known now."""

    def __init__(
        self,
        instants: Instants,
        movers: MoversOf,
        *,
        city: City,
        responsibilities: ResponsibilityBook,
        suggester: Suggester,
        on_duty_within_s: float,
    ) -> None:
        self._instants, self._movers, self._city = instants, movers, city
        self._responsibilities, self._suggester = responsibilities, suggester
        self._on_duty_within_s = on_duty_within_s

    def responsible(self) -> Response:
        """`?lon=&lat=&category=`: the grid, its divisions, its gridworkers, and each level's units for the category."""
        lon, lat, category = _degrees("lon", 180), _degrees("lat", 90), request.args.get("category", "")
        listed, lang, now = self._responsibilities.now(), language(request), self._instants.clock()
        with self._instants.fold.lock:
            known = known_of(
                self._city, listed, self._movers.movers,
                lon=lon, lat=lat, category=category[:_LONGEST_CATEGORY], now=now,
                on_duty_within_s=self._on_duty_within_s,
            )  # fmt: skip
        if known is None:
            raise ProblemError(404, "the place lies in no grid of this city", rule="outside_city")
        asking, first = principal(), known.asked_first
        if not asking.scope.covers(known.code):
            raise ProblemError(403, f"the place lies outside your scope {asking.scope.code}", scope=asking.scope.code)
        named = asking.role in _NAMED
        return answer(
            {
                "as_of": now,
                "lon": lon,
                "lat": lat,
                "category": category,
                "code": known.code,
                "divisions": [
                    {"level": level, "code": code, "name": self._city.name_of(code, lang)}
                    for level, code in divisions_of(self._city, known.code)
                ],
                "unit": first[0].unit if len(first) == 1 else None,
                "asked_first": [_entry(e) for e in first],
                "units": [_entry(e) for entries in known.units.values() for e in entries],
                "gridworkers": [_worker(w, named) for w in known.workers],
                "nearest_on_duty": _worker(known.nearest, named) if known.nearest else None,
            }
        )

    def suggestion(self, event_id: str) -> Response:
        """`?level=` asks for units of one level. Nothing is decided by it; `unit` is null where nothing is known."""
        level, now = choice_of("level", Level), self._instants.clock()
        self._suggester.warm()
        with self._instants.fold.lock:
            situation = self._instants.fold.situation
            event = situation.events.get(event_id)
            covered = event is not None and principal().scope.covers(event.report.place.code)
            if event is None or not covered:
                raise ProblemError(404, f"no event {clean(event_id[:200])} is at work", rule="unknown_event")
            advice = self._suggester.advise(situation, event, level=level, now=now)
        told = [_suggestion(s, advice.names) for s in advice.suggestions]
        nothing = {"unit": None, "level": None, "category": None, "name": None, "why": None, "confidence": None}
        learned = advice.learned
        return answer(
            {
                "as_of": now,
                "event_id": event_id,
                **(told[0] if told else nothing),
                "others": told[1:],
                "classifier": {
                    "trained_at": learned.trained_at,
                    "examples": learned.classifier.examples,
                    "accuracy": learned.classifier.accuracy,
                }
                if learned
                else None,
            }
        )


def _degrees(name: str, most: float) -> float:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise ProblemError(400, f"{name} must be degrees from {-most:g} to {most:g}", field=name)
    return value


def _entry(entry: Responsibility) -> dict[str, Any]:
    return {"unit": entry.unit, "level": entry.level, "category": entry.category, "code": entry.code}


def _worker(worker: WorkerThere, named: bool) -> dict[str, Any]:
    name = worker.entry.name
    return {
        "subject_id": worker.entry.subject_id,
        "name": name if named else name[:1] + "*" * len(name[1:]),
        "grid_code": worker.entry.grid_code,
        "shift": worker.entry.shift,
        "on_duty": worker.on_duty,
        "age_s": worker.age_s,
        "distance_m": worker.distance_m,
    }


def _suggestion(suggestion: Suggestion, names: dict[str, str]) -> dict[str, Any]:
    return {
        "unit": suggestion.unit,
        "level": suggestion.level,
        "category": suggestion.category,
        "name": names.get(suggestion.category, ""),
        "why": suggestion.why,
        "confidence": round(suggestion.confidence, 4),
    }


def whose_blueprint(whose: Whose) -> Blueprint:
    """`/api/v1/responsible`, `/api/v1/events/{id}/suggestion`."""
    blueprint = Blueprint("whose", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/responsible", "responsible", whose.responsible, methods=["GET"])
    blueprint.add_url_rule("/events/<path:event_id>/suggestion", "suggestion", whose.suggestion, methods=["GET"])
    return blueprint
