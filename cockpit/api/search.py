"""`GET search`: 搜索 over places, divisions, people, events, numbers and coordinates; what each role may see."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import answer, scope_asked
from cockpit.api.identity import require
from cockpit.api.language import language
from cockpit.api.problem import ProblemError
from cockpit.catalogue import Texts, texts
from cockpit.domain.role import Role
from cockpit.services.city import City
from cockpit.services.search.name_index import Thing
from cockpit.services.search.searching import Asked, Result, Searching

_LONGEST, _USUAL, _MOST = 100, 6, 50
#: digits of a street, a community and a grid
_NAMED_BY = (9, 12, 15)


class Search:
    """The box's answers."""

    def __init__(self, searching: Searching, *, city: City, clock: Callable[[], datetime]) -> None:
        self._searching, self._city, self._clock = searching, city, clock

    def find(self) -> Response:
        """`?q=&scope=&limit=`: groups, each with its total and up to `limit` things. Nothing for nothing typed."""
        asking, scope, now = require(*(role for role in Role if role is not Role.FEED)), scope_asked(), self._clock()
        words = " ".join(request.args.get("q", "").replace("\x00", "").split())
        if len(words) > _LONGEST:
            raise ProblemError(400, f"q has more than {_LONGEST} characters", field="q")
        asked = Asked(words, asking.role, scope, _limit(), now)
        found = self._searching.find(asked) if words else []
        preparing, lang = self._searching.is_preparing, language(request)
        groups = [self._group(result, texts(lang), lang) for result in found]
        return answer({"as_of": now, "q": words, "scope": scope.code, "groups": groups, "preparing": preparing})

    def _group(self, result: Result, words: Texts, lang: str) -> dict[str, Any]:
        return {
            "group": result.group,
            "title": words[f"search_group.{result.group}"],
            "total": result.total,
            "items": [self._item(thing, result.group, words, lang) for thing in result.things],
        }

    def _item(self, thing: Thing, group: str, words: Texts, lang: str) -> dict[str, Any]:
        is_placed = not (math.isnan(thing.lon) or math.isnan(thing.lat))
        division = self._city.divisions.get(thing.id) if group == "division" else None
        return {
            "kind": thing.kind,
            "kind_title": self._kind_title(thing.kind, group, words, lang),
            "id": thing.id,
            "title": division.name_en if division and lang == "en" else thing.title,
            "detail": thing.detail or self._place_of(thing.code, lang),
            "code": thing.code,
            "lon": thing.lon if is_placed else None,
            "lat": thing.lat if is_placed else None,
            "bounds": division.bounds if division else None,
        }

    def _kind_title(self, kind: str, group: str, words: Texts, lang: str) -> str:
        """What a thing is, in words; empty where the group says it."""
        layer = self._searching.layer(kind) if group == "layer" else None
        if layer is not None:
            return layer.title.of(lang)
        prefix = {"place": "resource_kind", "event": "stage", "device": "alarm_kind", "coordinate": "search_system"}
        return words.find(f"{prefix.get(group, 'search_kind')}.{kind}", kind if group == "place" else "")

    def _place_of(self, code: str, lang: str) -> str:
        return " · ".join(self._city.name_of(code[:n], lang) for n in _NAMED_BY if len(code) >= n)


def _limit() -> int:
    text = request.args.get("limit", str(_USUAL))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= _MOST):
        raise ProblemError(400, f"limit must be a number from 1 to {_MOST}", field="limit")
    return int(text)


def search_blueprint(search: Search) -> Blueprint:
    """`/api/v1/search`."""
    blueprint = Blueprint("search", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/search", "find", search.find, methods=["GET"])
    return blueprint
