"""`GET me` · `GET mine`: who this session is, and what is theirs: their orders, evacuations and attendance."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, answer
from cockpit.api.identity import Principal, principal
from cockpit.api.language import language
from cockpit.api.problem import ProblemError
from cockpit.domain.scope import community_of, street_of
from cockpit.services.city import City
from cockpit.situation.own import own_view

#: digits of a grid's code, and how many grids anybody would choose from by hand
_GRID, _MOST_GRIDS = 15, 300


def masked(name: str) -> str:
    """沈某某 as 沈**: how a name is shown where it may be read over a shoulder."""
    return name[:1] + "*" * len(name[1:])


class Own:
    """Answers about the asking person."""

    def __init__(
        self, instants: Instants, *, city: City, clock: Callable[[], datetime], command_phone: str = ""
    ) -> None:
        self._instants, self._city, self._clock, self._command_phone = instants, city, clock, command_phone

    def me(self) -> Response:
        """The account, and the gridworker it stands for."""
        asking, lang, city = principal(), language(request), self._city
        subject = asking.account.subject
        entry = city.roster.get(subject)
        code = entry.grid_code if entry else asking.scope.code
        return answer(
            {
                "as_of": self._clock(),
                "account": asking.account.token_id,
                "role": asking.role,
                "name": masked(entry.name) if entry else asking.name,
                "subject_id": subject or None,
                "scope": asking.scope.code,
                "grid_code": code,
                "grid_name": city.name_of(code, lang),
                "community_name": city.name_of(community_of(code) or code, lang),
                "street_name": city.name_of(street_of(code) or code, lang),
                "shift": entry.shift if entry else None,
                "city": city.title_of(city.code, lang),
                "centre": self._centre(code),
                "bounds": city.bounds_of(code),
                "tz": city.tz,
                "command_phone": self._command_phone or None,
                "grids": [
                    {"code": code, "name": city.name_of(code, lang)}
                    for code in sorted(city.divisions)
                    if len(code) == _GRID and asking.scope.covers(code)
                ][:_MOST_GRIDS],
            }
        )

    def mine(self) -> Response:
        """What the push's lane `mine` carries, for whoever holds no socket. 403 for an account without a subject."""
        subject = subject_of(principal())
        with self._instants.asked() as (situation, now):
            told: dict[str, Any] = own_view(situation, subject, now)
        return answer({"as_of": now, "seq": situation.seq, **told})

    def _centre(self, code: str) -> tuple[float, float]:
        division = self._city.divisions.get(code)
        return division.label if division else self._city.centre


def subject_of(asking: Principal) -> str:
    """The subject that the account stands for. ProblemError 403 if it stands for nobody."""
    if not asking.account.subject:
        raise ProblemError(403, "this account stands for no gridworker (token create --subject)", rule="no_subject")
    return asking.account.subject


def own_blueprint(own: Own) -> Blueprint:
    """`/api/v1/me`, `/api/v1/mine`."""
    blueprint = Blueprint("own", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/me", "me", own.me, methods=["GET"])
    blueprint.add_url_rule("/mine", "mine", own.mine, methods=["GET"])
    return blueprint
