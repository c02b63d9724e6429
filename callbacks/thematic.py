"""专题地图: opens the page of thematic maps for whoever is signed in, within the scope that they may see."""

from collections.abc import Callable
from typing import Any

import dash

from cockpit.catalogue import LANGS, texts
from cockpit.services.city import City
from cockpit.situation.indicators import REGISTRY
from layouts.address import AddressError, scope_of
from layouts.page import Viewer
from layouts.problem import problem
from layouts.tab import tab_title
from layouts.thematic import ThematicPage, thematic_page

PATH = "/thematic"
#: divisions that the page can be opened for: down to the community
_COMMUNITY = 12


def register(*, city: City, viewer: Callable[[], Viewer]) -> None:
    """Register `/thematic` with Dash. Which map is shown is in the address too; that is the scripts'."""

    def maps(scope: str | None = None, lang: str | None = None, **_rest: str) -> Any:
        said = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        try:
            looked_at = scope_of(who, scope).in_city(city.code)
        except AddressError as wrong:
            return problem(said[wrong.key], said, detail=str(wrong), back=PATH)
        top = who.scope if len(who.scope) > len(city.code) else city.code
        page = ThematicPage(
            texts=said,
            scope=looked_at.code,
            city=city.title_of(looked_at.code, said.lang) or said["product.name"],
            demo=city.demo,
            tz=city.tz,
            may_command=who.may_command,
            divisions={
                code: city.name_of(code, said.lang)
                for code in city.divisions
                if code.startswith(top) and len(code) <= _COMMUNITY
            },
            # the period is chosen beside them: 上报量 of 今日, not 今日上报 of seven days
            indicators={
                i.name: said.find(f"indicator_period.{i.name}.title", said[f"indicator.{i.name}.title"])
                for i in REGISTRY
            },
        )
        return thematic_page(page)

    dash.register_page(
        "thematic",
        path=PATH,
        name="thematic",
        title=tab_title(city, "thematic.title"),
        layout=maps,
    )
