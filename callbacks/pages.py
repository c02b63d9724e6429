"""页面: opens a page for whoever is signed in. Parse the address → ask the services → lay out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import dash

from cockpit.catalogue import LANGS, Texts, texts
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.services.city import City
from cockpit.services.history import History
from cockpit.services.projector import Projector
from cockpit.services.tile_shift import tile_shift
from cockpit.situation.situation import Situation
from cockpit.situation.view import mode_of
from layouts.page import ScreenPage
from layouts.panels import TREND_GRAPH
from layouts.problem import problem
from layouts.screen import screen
from layouts.situation_map import situation_map
from layouts.wall import STANDARD, WALLS, wall_of

#: degrees around the city in which tiles are laid exactly
_TILE_MARGIN = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who looks at the page."""

    scope: str
    may_switch: bool
    csrf: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What lies under the map when the installation has tiles of its own."""

    tile_url: str = ""
    tile_crs: str = "wgs84"
    attribution: str = ""
    approval: str = ""


class Painter(Protocol):
    """What fills the panels of a page before the push does."""

    def render(self, scope: Scope, lang: str, stage: str) -> dict[str, Any]: ...
    def trees_at(
        self, situation: Situation, scope: Scope, as_of: datetime, lang: str, stage: str
    ) -> Mapping[str, Any]: ...


class AddressError(ValueError):
    """The address asks for something that is not there; `key` is the text that says so."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(detail)
        self.key = key


def parse_as_of(text: str | None) -> datetime | None:
    """`?as_of=` as an aware instant in the past; None for live."""
    if not text:
        return None
    try:
        as_of = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise AddressError("problem.as_of", text) from None
    if as_of.tzinfo is None:
        raise AddressError("problem.as_of", text)
    return min(as_of.astimezone(UTC), datetime.now(UTC))


def scope_of(viewer: Viewer, asked: str | None) -> Scope:
    """The session's scope, narrowed to `?scope=`."""
    mine = Scope(viewer.scope)
    if not asked:
        return mine
    try:
        narrowed = mine.narrowed(Scope(asked))
    except UnknownScopeError as unknown:
        raise AddressError("problem.scope", str(unknown)) from unknown
    if narrowed is None:
        raise AddressError("problem.scope", asked)
    return narrowed


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

    west, south, east, north = city.bounds
    around = (west - _TILE_MARGIN, south - _TILE_MARGIN, east + _TILE_MARGIN, north + _TILE_MARGIN)
    shift = tile_shift(around, ground.tile_crs) if ground.tile_url else None

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
            city=city.name_of(scope.code, words.lang) if scope.code in city.divisions else _city_name(city, words),
            lang=words.lang,
            stage=stage,
            mode=state.mode if state else Mode.PEACETIME,
            tz=city.tz,
            demo=city.demo,
            may_switch=who.may_switch and as_of is None,
            csrf=who.csrf,
            build=build,
            as_of=as_of,
            notice=city.notice_en if english else city.notice,
            source=" · ".join(part for part in (ground.attribution, ground.approval) if part),
            bounds=city.bounds_of(scope.code),
            tile_shift=shift,
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
                tiles=ground.tile_url or None,
                attribution=ground.attribution,
                width=size.width,
            ),
        )

    dash.register_page(
        "screen",
        path="/screen",
        name="screen",
        title=texts(LANGS[0]).format("product.document", city=city.name).strip(),
        layout=wall,
    )


def _city_name(city: City, words: Texts) -> str:
    return (city.name_en if words.lang == "en" else city.name) or words["product.name"]
