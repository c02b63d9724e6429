"""领导下钻: opens the drill-down at any address, and refreshes it while it is about now.

Every step is a link: Dash's router asks for the page of the new address, so back, forward and a sent link all work.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import dash
from dash import Input, Output, State, dcc, html

from cockpit.catalogue import LANGS, Texts, texts
from cockpit.domain.scope import Scope
from cockpit.services.analyses.topics import Topics
from cockpit.services.city import City
from cockpit.services.drill_calendar import LEAST_STEPS, CalendarStep, StepLength, calendar_trend
from cockpit.services.drill_down import DrillDown, Known, first_of, mask_of
from cockpit.services.drill_figures import Comparison, Drilled, Question
from cockpit.services.drill_trend import Usual, usual_of
from cockpit.services.kind_names import kind_names
from cockpit.services.standards import StandardsBook
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.indicators import BY_NAME, Indicator
from cockpit.situation.listing import Place
from cockpit.situation.table import Mask
from layouts.address import AddressError, scope_of
from layouts.leader import leader_body, leader_page
from layouts.leader.address import PATH as PATH
from layouts.leader.address import LeaderAddress
from layouts.leader.view import ROWS, LeaderView, tiles_of
from layouts.page import Viewer
from layouts.problem import problem
from layouts.tab import tab_title

_REFRESH_MS = 30_000
_LENGTHS = (6, 9, 12, 15)


class LeaderDesk:
    """Makes the body of the page for an address."""

    def __init__(
        self,
        *,
        drill: DrillDown,
        city: City,
        standards: StandardsBook,
        viewer: Callable[[], Viewer],
        target_rate: float,
        clock: Callable[[], datetime],
        away: tuple[type[Exception], ...],
        topics: Topics | None = None,
    ) -> None:
        self._topics = topics
        self._drill, self._city, self._standards, self._away = drill, city, standards, away
        self._viewer, self._target, self._clock = viewer, target_rate, clock
        self._names = {lang: {code: city.name_of(code, lang) for code in city.divisions} for lang in LANGS}

    def body(self, asked: dict[str, str | None]) -> Any:
        """The page's body; a problem in words for an address that cannot be shown."""
        lang = asked.get("lang")
        words = texts(lang if lang in LANGS else LANGS[0])
        try:
            return leader_body(self._view(LeaderAddress.parse(asked), words))
        except AddressError as wrong:
            return problem(words[wrong.key], words, detail=str(wrong), back=PATH)
        except self._away:
            return problem(words["leader.failed"], words, detail=words["leader.failed_what"], back=PATH)

    def _view(self, address: LeaderAddress, words: Texts) -> LeaderView:
        who, now = self._viewer(), self._clock()
        scope = scope_of(who, self._city.changes.current(address.scope)).in_city(self._city.code)
        past = address.past
        known = self._drill.known(past, now)
        question = Question(scope, address.period(known.at, self._city.tz), address.filters)
        drilled = Drilled.of(self._drill, known, question)
        before = drilled.before(Comparison(address.vs))
        asked = [BY_NAME[name] for name in tiles_of(address.indicator)]
        length, calendar = StepLength(address.step), list[CalendarStep]()
        if length is not StepLength.DAY:
            calendar = calendar_trend(self._drill, drilled, _chosen(address), length, least=LEAST_STEPS[length])
        trend = [one.step for one in calendar] or drilled.trend(_chosen(address))
        return LeaderView(
            address=address,
            texts=words,
            tz=self._city.tz,
            city=self._city.title_of(scope.code, words.lang),
            demo=self._city.demo,
            may_command=who.may_command,
            target=self._target,
            path=self._path(who, scope, words),
            children=[(code, self._names[words.lang][code]) for code in drilled.children],
            below=self._below(scope),
            drilled=drilled,
            figures=drilled.figures(asked),
            before=before,
            figures_before=before.figures(asked),
            trend=trend,
            calendar=calendar,
            usual=[Usual(0) for _ in calendar] or usual_of(drilled, _chosen(address), trend),
            breakdown=drilled.breakdown(_chosen(address), address.list_part),
            kinds=kind_names(self._standards.now().rows_at(now), words.lang),
            names=self._names[words.lang],
            now=now,
            **self._page(drilled, address, past),
            topic=self._topics.of(address.topic_asked, drilled, past, now) if self._topics else None,
            detail=self._drill.find(known, address.event, scope, past) if address.event else None,
        )

    def _page(self, drilled: Drilled, address: LeaderAddress, past: datetime | None) -> dict[str, Any]:
        """One page of the list behind the chosen number."""
        columns = drilled.columns(_chosen(address))
        mask = mask_of(columns, _chosen(address), address.list_part, drilled.question.period.moment)
        after = _place_of(address.cursor)
        known: Known = drilled.known
        if isinstance(columns, SubjectRows):
            return subject_page(columns, mask, after)
        places = first_of(known, drilled.rows, mask, count=ROWS + 1, after=after)
        before = 0
        if after is not None:
            total = int(mask.sum())
            before = total - len(first_of(known, drilled.rows, mask, count=total, after=after))
        return {
            "events": self._drill.events(known, drilled.rows, places[:ROWS], past),
            "records": [],
            "took": drilled.took(_chosen(address), places[:ROWS]),
            "total": int(mask.sum()),
            "first": before,
            "cursor": _cursor_of(places[ROWS - 1][0]) if len(places) > ROWS else "",
        }

    def _path(self, who: Viewer, scope: Scope, words: Texts) -> list[tuple[str, str]]:
        """The divisions from the top of what the viewer may see down to the one that is looked at."""
        top = Scope(who.scope).in_city(self._city.code).code
        codes = [scope.code[:n] for n in _LENGTHS if len(top) < n <= len(scope.code)]
        return [(code, self._city.title_of(code, words.lang)) for code in (top, *codes)]

    def _below(self, scope: Scope) -> dict[int, int]:
        lengths = [len(code) for code in self._city.divisions if code.startswith(scope.code) and code != scope.code]
        return {n: lengths.count(n) for n in _LENGTHS if n in lengths}


def register(desk: LeaderDesk, *, city: City) -> None:
    """Register `/leader` with Dash."""

    def leader(**asked: str | None) -> Any:
        lang = asked.get("lang")
        tick = dcc.Interval(id="leader-tick", interval=_REFRESH_MS, disabled=bool(asked.get("as_of")))
        body = html.Div(desk.body(asked), id="leader-body")
        return leader_page([body, tick], lang=lang if lang in LANGS else LANGS[0])

    dash.register_page(
        "leader",
        path=PATH,
        name="leader",
        title=tab_title(city, "leader.title"),
        layout=leader,
    )

    @dash.callback(  # type: ignore[untyped-decorator]  # dash tells no types of its decorators
        Output("leader-body", "children"),
        Input("leader-tick", "n_intervals"),
        State("_pages_location", "search"),
        prevent_initial_call=True,
    )
    def refresh(_turn: int, search: str | None) -> Any:
        return desk.body(dict(parse_qsl((search or "").lstrip("?"))))


def _chosen(address: LeaderAddress) -> Indicator:
    return BY_NAME[address.indicator]


def subject_page(columns: SubjectRows, mask: Mask, after: Place | None) -> dict[str, Any]:
    """One page of a list of alarms, gridworkers, grids or records."""
    total = int(mask.sum())
    places = columns.first_of(mask, count=ROWS + 1, after=after)
    behind = columns.first_of(mask, count=total, after=after) if after is not None else []
    return {
        "events": [],
        "took": {},
        "records": [columns.record_of(row) for _, row in places[:ROWS]],
        "total": total,
        "first": 0 if after is None else total - len(behind),
        "cursor": _cursor_of(places[ROWS - 1][0]) if len(places) > ROWS else "",
    }


def _cursor_of(place: Place) -> str:
    return f"{place.minus_reported_s!r}~{place.event_id}"


def _place_of(cursor: str) -> Place | None:
    key, gap, event_id = cursor.partition("~")
    if not gap:
        return None
    try:
        return Place(float(key), event_id)
    except ValueError:
        raise AddressError("leader.address", cursor) from None
