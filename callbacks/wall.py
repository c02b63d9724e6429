"""大屏 and 值班席: renders the panels of a scope from one situation at one instant, so that all figures add up."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cockpit.catalogue import LANGS, texts
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.domain.source import FeedStatus
from cockpit.services.city import City
from cockpit.services.projector import Projector
from cockpit.services.surroundings import FeedNow, Lookout
from cockpit.services.wartime import Scene, Scenes
from cockpit.situation.figures import Figures
from cockpit.situation.situation import Situation
from cockpit.situation.tally import figures_of
from layouts.context import FeedRow, ProcessRow, ScreenContext
from layouts.duty.page import DESK
from layouts.duty.panels import desk_trees
from layouts.panels import counts_of, feeds_of, panel_trees
from layouts.wall import STANDARD, WALLS, wall_of
from layouts.war import war_told, war_trees

#: what intake counts messages under that name no source; it is no feed that anybody could miss
_NAMELESS = "unknown"
#: lines a list may need on the widest wall
_LINES = 16


class WallRenderer:
    """What the push calls once a second for each (scope, language, stage) that somebody looks at."""

    def __init__(
        self,
        *,
        city: City,
        projector: Projector,
        lookout: Lookout,
        target_rate: float,
        on_duty: Callable[[Scope, datetime], int],
        scenes: Scenes | None = None,
        unplaced: Callable[[Scope, datetime], int] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._city, self._projector, self._lookout = city, projector, lookout
        self._scenes, self._unplaced = scenes or Scenes(), unplaced
        self._target_rate, self._on_duty, self._clock = target_rate, on_duty, clock
        self._names = {lang: {code: city.name_of(code, lang) for code in city.divisions} for lang in LANGS}
        self._lock = threading.Lock()
        self._figures: dict[str, tuple[float, Figures]] = {}

    def render(self, scope: Scope, lang: str, stage: str) -> dict[str, Any]:
        """The `panels` message of docs/push.md: trees by component id, counts and feeds, all at one `as_of_ms`."""
        figures = self._live_figures(scope)
        context = self.context_of(scope)
        words = texts(lang)
        scene = self._live_scene(scope, figures)
        if stage == DESK.name:
            trees = desk_trees(figures, context, words)
        else:
            wall = stage if stage in WALLS else STANDARD.name
            trees = panel_trees(figures, context, words, wall)
            if scene is not None:
                trees |= war_trees(scene, context, words, wall_of(wall))
        return {
            "as_of_ms": round(figures.as_of.timestamp() * 1000),
            "panels": trees,
            "counts": counts_of(figures),
            "feeds": feeds_of(context),
            "war": None if scene is None else war_told(scene),
        }

    def trees_at(self, situation: Situation, scope: Scope, as_of: datetime, lang: str, stage: str) -> Mapping[str, Any]:
        """The panels of a moment in history; feeds and people of that moment are not known."""
        figures = figures_of(situation, scope, as_of, divisions=self._city.children_of(scope.code), lines=_LINES)
        context = replace(self._context(scope, feeds=(), processes=(), on_duty=None), is_past=True)
        words = texts(lang)
        trees = panel_trees(figures, context, words, stage)
        scene = self._scenes.read(situation, scope, as_of)
        return trees if scene is None else trees | war_trees(scene, context, words, wall_of(stage))

    def context_of(self, scope: Scope) -> ScreenContext:
        around = self._lookout.now()
        on_duty = self._on_duty(scope, self._clock())
        feeds = [
            FeedRow(
                name=f.name,
                title_zh=_title(f, "zh-CN"),
                title_en=_title(f, "en"),
                status=f.status,
                age_s=f.age_s,
                sources=f.sources,
            )
            for f in around.feeds
            if f.name != _NAMELESS
        ]
        if around.dead_letters:
            feeds.append(
                FeedRow(
                    name="dead_letters",
                    title_zh=texts("zh-CN")["feed.set_aside"],
                    title_en=texts("en")["feed.set_aside"],
                    status=FeedStatus.LOST,
                    dead_letters=around.dead_letters,
                )
            )
        processes = tuple(ProcessRow(name=p.name, alive=p.alive) for p in around.processes)
        context = self._context(scope, feeds=tuple(feeds), processes=processes, on_duty=on_duty)
        unplaced = self._unplaced(scope, self._clock()) if self._unplaced and self._city.roster else None
        return replace(context, archive_lag_s=around.archive_lag_s, unplaced=unplaced)

    def _context(
        self, scope: Scope, *, feeds: tuple[FeedRow, ...], processes: tuple[ProcessRow, ...], on_duty: int | None
    ) -> ScreenContext:
        city = self._city
        return ScreenContext(
            city_zh=city.name,
            city_en=city.name_en,
            tz=city.tz,
            names=self._names,
            grids=city.grids_in(scope.code) if city.divisions else None,
            gridworkers=city.roster_in(scope.code) if city.roster else None,
            on_duty=on_duty,
            feeds=feeds,
            processes=processes,
            demo=city.demo,
            target_rate=self._target_rate,
        )

    def _live_scene(self, scope: Scope, figures: Figures) -> Scene | None:
        if figures.mode is not Mode.WARTIME:
            return None
        with self._projector.lock:
            scene = self._scenes.read(self._projector.situation, scope, figures.as_of)
        return None if scene is None else self._scenes.surrounded(scene, scope)

    def _live_figures(self, scope: Scope) -> Figures:
        """Shared by the languages and stages of one scope within half a second."""
        with self._lock:
            made_at, figures = self._figures.get(scope.code, (0.0, None))
            if figures is not None and time.monotonic() - made_at < 0.5:
                return figures
            with self._projector.lock:
                figures = figures_of(
                    self._projector.situation,
                    scope,
                    self._clock(),
                    divisions=self._city.children_of(scope.code),
                    lines=_LINES,
                )
            self._figures[scope.code] = (time.monotonic(), figures)
            return figures


def _title(feed: FeedNow, lang: str) -> str:
    """The city's own name for a feed; what nobody announced is named by the catalogue, else by itself."""
    given = feed.title_en if lang == "en" else feed.title_zh
    return given if given != feed.name else texts(lang).find(f"source.{feed.name}", given)
