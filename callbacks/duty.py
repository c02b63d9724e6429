"""值班席: opens the duty desk for whoever may command, within the scope that they may see."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import dash

from cockpit.catalogue import LANGS, Texts, texts
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.projector import Projector
from cockpit.situation.view import mode_of
from layouts.address import AddressError, parse_as_of, scope_of
from layouts.duty import DESK, DeskPage, duty
from layouts.page import Ground, Viewer
from layouts.problem import problem
from layouts.situation_map import situation_map
from layouts.tab import tab_title

PATH = "/duty"


class Painter(Protocol):
    """What fills the desk's few panels before the push does."""

    def render(self, scope: Scope, lang: str, stage: str) -> dict[str, Any]: ...


def register(
    *,
    city: City,
    projector: Projector,
    renderer: Painter,
    viewer: Callable[[], Viewer],
    ground: Ground,
    build: str,
) -> None:
    """Register `/duty` with Dash. Its filters and the chosen event are in the address too; they are the scripts'."""

    def desk(scope: str | None = None, lang: str | None = None, as_of: str | None = None, **_rest: str) -> Any:
        words = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        if not who.may_command:
            return problem(words["problem.forbidden"], words, detail=words["problem.forbidden_what"])
        try:
            looked_at, asked = scope_of(who, scope), parse_as_of(as_of)
        except AddressError as wrong:
            return problem(words[wrong.key], words, detail=str(wrong), back=PATH)
        return _desk(words, who, looked_at, asked)

    def _desk(words: Texts, who: Viewer, scope: Scope, asked: datetime | None) -> Any:
        with projector.lock:
            state = mode_of(projector.situation, scope)
        trees = renderer.render(scope, words.lang, DESK.name)["panels"] if projector.ready else {}
        page = DeskPage(
            scope=scope.code,
            city=city.title_of(scope.code, words.lang) or words["product.name"],
            lang=words.lang,
            mode=state.mode if state else Mode.PEACETIME,
            tz=city.tz,
            demo=city.demo,
            may_switch=who.may_command,
            csrf=who.csrf,
            opens=who.opens,
            build=build,
            officer=who.name,
            account=who.account,
            divisions={code: city.name_of(code, words.lang) for code in city.divisions if code.startswith(scope.code)},
            notice=city.notice_en if words.lang == "en" else city.notice,
            source=ground.source,
            bounds=city.bounds_of(scope.code),
            start=trees,
        )
        return duty(
            page,
            words,
            situation_map(
                bounds=page.bounds,
                centre=city.centre,
                zoom=10.0,
                width=0,
            ),
            asked=asked,
        )

    dash.register_page(
        "duty",
        path=PATH,
        name="duty",
        title=tab_title(city, "desk.title"),
        layout=desk,
    )
