"""轨迹: opens the tracks for whoever may look at some, within their scope. A gridworker finds their own."""

from collections.abc import Callable
from typing import Any

import dash

from cockpit.catalogue import LANGS, texts
from cockpit.services.city import City
from layouts.address import AddressError, scope_of
from layouts.duty.page import DeskPage
from layouts.page import Ground, Viewer
from layouts.problem import problem
from layouts.situation_map import situation_map
from layouts.tab import tab_title
from layouts.tracks import tracks_page

PATH = "/tracks"


def register(*, city: City, viewer: Callable[[], Viewer], ground: Ground, build: str) -> None:
    """Register `/tracks` with Dash. Day, people, instant and pace are in the address too; they are the scripts'."""

    def tracks(scope: str | None = None, lang: str | None = None, **_rest: str) -> Any:
        words = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        try:
            looked_at = scope_of(who, scope)
        except AddressError as wrong:
            return problem(words[wrong.key], words, detail=str(wrong), back=PATH)
        page = DeskPage(
            name="tracks",
            scope=looked_at.code,
            city=city.title_of(looked_at.code, words.lang) or words["product.name"],
            lang=words.lang,
            tz=city.tz,
            demo=city.demo,
            may_switch=who.may_command,
            csrf=who.csrf,
            build=build,
            officer=who.name,
            account=who.account,
            notice=city.notice_en if words.lang == "en" else city.notice,
            source=ground.source,
            bounds=city.bounds_of(looked_at.code),
        )
        view = situation_map(bounds=page.bounds, centre=city.centre, zoom=10.0, width=0)
        return tracks_page(page, words, view)

    dash.register_page(
        "tracks",
        path=PATH,
        name="tracks",
        title=tab_title(city, "tracks.title"),
        layout=tracks,
    )
