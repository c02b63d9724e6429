"""`POST recommendation`: ways to send people to all incidents together, side by side with what each costs."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import answer
from cockpit.api.commands import parsed
from cockpit.api.identity import require
from cockpit.api.language import language
from cockpit.api.messages import Id, Name
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import Texts, texts
from cockpit.domain.geo import distance_m
from cockpit.domain.role import Role
from cockpit.services.advising import MOST_EVENTS, Adviser, Need, Option, Sent


class RecommendationRequest(BaseModel):
    """Which incidents; without any, all that wartime is switched on around in the scope."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    event_ids: Annotated[list[Id], Field(max_length=MOST_EVENTS)] = Field(default_factory=list)
    scope: Name = ""


class Recommendation:
    """The answer, from what is known now. Nothing is ordered by it."""

    def __init__(self, adviser: Adviser, *, clock: Callable[[], datetime]) -> None:
        self._adviser, self._clock = adviser, clock

    def post(self) -> Response:
        """Two or three options, one where they are the same, none where nothing is needed or nobody is there."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted = parsed(RecommendationRequest)
        scope, words = asking.narrowed(wanted.scope), texts(language(request))
        events = self._adviser.incidents(wanted.event_ids, scope)
        found = {event.event_id for event in events}
        passed = [clean(event_id) for event_id in dict.fromkeys(wanted.event_ids) if event_id not in found]
        if passed and not events:
            told = ", ".join(event_id[:200] for event_id in passed[:5])
            raise ProblemError(404, f"no open event {told} is in scope {scope.code}", rule="unknown_event")
        now = self._clock()
        advice = self._adviser.advise(events, scope=scope, now=now)
        return answer(
            {
                "as_of": now,
                "scope": scope.code,
                "events": [event.event_id for event in events],
                "unplaced": advice.unplaced,
                "passed": passed,
                "needs": [_need_item(need, need.count, words) for need in advice.needs],
                "options": [_option_item(option, words) for option in advice.options],
            }
        )


def _option_item(option: Option, words: Texts) -> dict[str, Any]:
    return {
        "name": option.name,
        "title": words[f"recommendation.{option.name}"],
        "about": words[f"recommendation.{option.name}_about"],
        "orders": [_order_item(sent, words) for sent in option.sent],
        "total_arrival_s": round(option.total_s, 1),
        "worst_arrival_s": None if option.worst_s is None else round(option.worst_s, 1),
        "coverage_left": option.coverage_left,
        "workload_max": option.workload_max,
        "unmet": [_need_item(need, missing, words) for need, missing in option.unmet],
    }


def _order_item(sent: Sent, words: Texts) -> dict[str, Any]:
    why = [words.format("recommendation.why_eta", minutes=max(1, round(sent.eta_s / 60)))]
    if sent.left_in_street is not None:
        why.append(words.format("recommendation.why_left", n=sent.left_in_street))
    why.append(words.format("recommendation.why_load", n=sent.orders_today))
    return {
        "event_id": sent.need.event_id,
        "recipient_id": sent.who.id,
        "name": sent.who.name,
        "kind": sent.who.kind,
        "eta_s": round(sent.eta_s, 1),
        "distance_m": round(float(distance_m(sent.need.lon, sent.need.lat, sent.who.lon, sent.who.lat))),
        "why": " · ".join(why),
    }


def _need_item(need: Need, count: int, words: Texts) -> dict[str, Any]:
    title = words.find(f"resource_kind.{need.kind}", need.kind)
    return {"event_id": need.event_id, "kind": need.kind, "title": title, "count": count}


def recommendation_blueprint(recommendation: Recommendation) -> Blueprint:
    """`POST /api/v1/recommendation`."""
    blueprint = Blueprint("recommendation", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/recommendation", "post", recommendation.post, methods=["POST"])
    return blueprint
