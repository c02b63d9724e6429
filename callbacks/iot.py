"""物联: opens the overview of devices for whoever is signed in, within the scope that they may see."""

from collections.abc import Callable
from typing import Any

import dash

from cockpit.catalogue import LANGS, texts
from cockpit.services.city import City
from layouts.address import AddressError, scope_of
from layouts.duty.page import side_page
from layouts.iot import iot_page
from layouts.page import Viewer
from layouts.problem import problem
from layouts.tab import tab_title

PATH = "/iot"


def register(*, city: City, viewer: Callable[[], Viewer], build: str) -> None:
    """Register `/iot` with Dash. Which device is shown is in the address too (`?device=`); that is the scripts'."""

    def overview(scope: str | None = None, lang: str | None = None, **_rest: str) -> Any:
        words = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        try:
            looked_at = scope_of(who, scope)
        except AddressError as wrong:
            return problem(words[wrong.key], words, detail=str(wrong), back=PATH)
        page = side_page("iot", who=who, scope=looked_at, city=city, words=words, build=build)
        return iot_page(page, words)

    dash.register_page(
        "iot",
        path=PATH,
        name="iot",
        title=tab_title(city, "iot.title"),
        layout=overview,
    )
