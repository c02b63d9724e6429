"""页面: opens a page for whoever is signed in. Parse the address → ask the services → lay out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import dash

from cockpit.catalogue import LANGS, Texts, texts
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.history import History
from cockpit.services.projector import Projector
from cockpit.situation.situation import Situation
from cockpit.situation.view import mode_of
from layouts.address import AddressError, parse_as_of, scope_of
from layouts.page import Ground, ScreenPage, Viewer
from layouts.panels import TREND_GRAPH
from layouts.problem import problem
from layouts.screen import screen
from layouts.situation_map import situation_map
from layouts.tab import tab_title
from layouts.wall import STANDARD, WALLS, wall_of


class Painter(Protocol):
    """What fills the panels of a page before the push does."""

    def render(self, scope: Scope, lang: str, stage: str) -> dict[str, Any]: ...
    def trees_at(
        self, situation: Situation, scope: Scope, as_of: datetime, lang: str, stage: str
    ) -> Mapping[str, Any]: ...


def register(
    *,
    city: City,
    projector: Projector,
    history: History,
    renderer: Painter,
    viewer: Callable[[], Viewer],
    ground: Ground,
    build: str,
) -> None:
    """Register the pages of the cockpit with Dash."""

    def wall(
        scope: str | None = None,
        lang: str | None = None,
        stage: str | None = None,
        as_of: str | None = None,
        **_rest: str,
    ) -> Any:
        words = texts(lang if lang in LANGS else LANGS[0])
        who = viewer()
        try:
            looked_at = scope_of(who, scope)
            return _wall(words, who, looked_at, stage or STANDARD.name, parse_as_of(as_of))
        except AddressError as wrong:
            return problem(words[wrong.key], words, detail=str(wrong))

    def _wall(words: Texts, who: Viewer, scope: Scope, stage: str, as_of: datetime | None) -> Any:
        if stage not in WALLS:
            raise AddressError("problem.stage", stage)
        if as_of is None:
            with projector.lock:
                state = mode_of(projector.situation, scope)
            trees = renderer.render(scope, words.lang, stage)["panels"] if projector.ready else {}
        else:
            situation = history.rewind(as_of)
            state = mode_of(situation, scope)
            trees = renderer.trees_at(situation, scope, as_of, words.lang, stage)
        english = words.lang == "en"
        page = ScreenPage(
            scope=scope.code,
            city=city.title_of(scope.code, words.lang) or words["product.name"],
            lang=words.lang,
            stage=stage,
            mode=state.mode if state else Mode.PEACETIME,
            tz=city.tz,
            demo=city.demo,
            may_switch=who.may_command and as_of is None,
            csrf=who.csrf,
            opens=who.opens,
            build=build,
            as_of=as_of,
            notice=city.notice_en if english else city.notice,
            source=ground.source,
            bounds=city.bounds_of(scope.code),
            trees={TREND_GRAPH: trees[TREND_GRAPH]} if TREND_GRAPH in trees else {},
            start={component: tree for component, tree in trees.items() if component != TREND_GRAPH},
        )
        size = wall_of(stage)
        return screen(
            page,
            words,
            situation_map(
                bounds=page.bounds,
                centre=city.centre,
                zoom=10.0,
                width=size.width,
            ),
        )

    dash.register_page(
        "screen",
        path="/screen",
        name="screen",
        title=tab_title(city),
        layout=wall,
    )
