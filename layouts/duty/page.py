"""值班席的页: what one duty desk is opened with, and the stage that it is drawn on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cockpit.catalogue import Texts
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from layouts.page import ScreenPage, Viewer

#: length of a community's code: pages beside the desk name divisions down to it
_COMMUNITY = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """The desk's virtual stage in px; on a wider screen it grows to the right up to `widest`, and the map gains it."""

    name: str = "1440x900"
    width: int = 1440
    height: int = 900
    widest: int = 1920
    #: what the map's own instruments cover of it: left, top, right, bottom in px
    map_padding: tuple[int, int, int, int] = (24, 64, 24, 24)


DESK: Final = Desk()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPage(ScreenPage):
    """A page of the duty desk. `officer` is the account that works here, as commands and claims name it."""

    name: str = "duty"
    stage: str = DESK.name
    officer: str = ""
    #: what tells two officers of the same name apart
    account: str = ""
    #: division code → name in the page's language, for everything in the scope
    divisions: Mapping[str, str] = field(default_factory=dict)


def side_page(name: str, *, who: Viewer, scope: Scope, city: City, words: Texts, build: str) -> DeskPage:
    """What a page beside the desk (`iot`, `patrol`) is opened with: no map, divisions down to the community."""
    return DeskPage(
        name=name,
        scope=scope.code,
        city=city.title_of(scope.code, words.lang) or words["product.name"],
        lang=words.lang,
        tz=city.tz,
        demo=city.demo,
        may_switch=who.may_command,
        csrf=who.csrf,
        opens=who.opens,
        build=build,
        officer=who.name,
        account=who.account,
        divisions={
            code: city.name_of(code, words.lang)
            for code in city.divisions
            if code.startswith(scope.code) and len(code) <= _COMMUNITY
        },
    )


def stage_of(page: DeskPage, texts: Texts, *, mode: str = "peace", start: str = "") -> dict[str, str]:
    """What the stage of a page of the desk tells the scripts: who looks at what, in which words, from which build."""
    return {
        "data-page": page.name,
        "data-scope": page.scope,
        "data-lang": page.lang,
        "data-stage": page.stage,
        "data-widest": str(DESK.widest),
        "data-density": "desk",
        "data-mode": mode,
        "data-tz": page.tz,
        "data-csrf": page.csrf,
        "data-build": page.build,
        "data-as-of": "",
        "data-divisions": json.dumps(dict(page.divisions), ensure_ascii=False),
        "data-texts": json.dumps(dict(texts), ensure_ascii=False),
        "data-link": "waiting",
        "data-start": start,
    }
