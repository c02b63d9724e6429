"""智能巡查: opens the queue of findings for whoever may judge them, within the scope that they may see."""

from collections.abc import Callable
from typing import Any

import dash

from cockpit.catalogue import LANGS, texts
from cockpit.services.city import City
from layouts.address import AddressError, scope_of
from layouts.duty.page import side_page
from layouts.page import Viewer
from layouts.patrol import patrol_page
from layouts.problem import problem
from layouts.tab import tab_title

PATH = "/patrol"


def register(*, city: City, viewer: Callable[[], Viewer], build: str) -> None:
    """Register `/patrol` with Dash. Filters and the chosen finding are in the address; they are the scripts'."""

    def queue(scope: str | None = None, lang: str | None = None, **_rest: str) -> Any:
        words = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        if not who.may_command:
            return problem(words["problem.forbidden"], words, detail=words["problem.forbidden_what"])
        try:
            looked_at = scope_of(who, scope)
        except AddressError as wrong:
            return problem(words[wrong.key], words, detail=str(wrong), back=PATH)
        page = side_page("patrol", who=who, scope=looked_at, city=city, words=words, build=build)
        return patrol_page(page, words)

    dash.register_page(
        "patrol",
        path=PATH,
        name="patrol",
        title=tab_title(city, "patrol.title"),
        layout=queue,
    )
