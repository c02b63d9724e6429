"""没有这一页: the page of an address that there is none of."""

from typing import Any

import dash

from cockpit.catalogue import LANGS, Texts, texts
from cockpit.services.city import City
from layouts.problem import problem
from layouts.tab import tab_title


def register(city: City) -> None:
    """Register the page of an address that there is none of; `not_found_404` is the name that Dash looks for."""

    def unknown(lang: str | None = None, **_rest: str | None) -> Any:
        words: Texts = texts(lang if lang in LANGS else LANGS[0])
        return problem(words["problem.not_found"], words, detail=words["problem.not_found_what"])

    dash.register_page(
        "not_found_404", path="/not-found", name="not_found", title=tab_title(city, "problem.not_found"), layout=unknown
    )
