"""处置过程: the marks of the incident on one line from its report to now, and the projected finish ahead."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cockpit.catalogue import Texts
from cockpit.services.wartime import Scene
from layouts import element as html
from layouts.context import ScreenContext

#: px of the line, and room that a name beside another needs, by language
LINE = 896
_ROOM = {"zh-CN": 104, "en": 150}
#: the line is never shorter than this, so that the first minutes do not race along it
_SHORTEST = timedelta(minutes=10)
#: share of the line that lies behind us
_PAST = 0.72


class Mark(NamedTuple):
    """One mark: its place on the line in px, its name and time, and whether it lies ahead."""

    x: float
    name: str
    time: str
    kind: str


def timeline(scene: Scene, context: ScreenContext, texts: Texts) -> list[Any]:
    marks = marks_of(scene, context, texts)
    if not marks:
        return []
    now = next(mark.x for mark in marks if mark.kind == "now")
    return [
        html.div(
            [
                html.i(className="line"),
                html.i(className="line past", style={"width": f"{now:.0f}px"}),
                *_drawn(marks, texts),
            ],
            className="course",
        )
    ]


def marks_of(scene: Scene, context: ScreenContext, texts: Texts) -> list[Mark]:
    """Marks in the order of their times; empty where the beginning is not known."""
    past = sorted(scene.milestones, key=lambda m: m.at)
    if not past:
        return []
    start, now = past[0].at, max(scene.as_of, past[-1].at)
    span = max(now - start, _SHORTEST) / _PAST
    going = scene.evacuation
    finish = going.finish[1] if going is not None and going.finish is not None and going.finish[1] > now else None

    def mark(at: datetime, name: str, kind: str) -> Mark:
        x = min(1.0, (at - start) / span) * LINE
        return Mark(x, name, context.local(at).strftime("%H:%M"), kind)

    marks = [mark(m.at, texts.format(f"timeline.{m.key}", **m.values), "") for m in past]
    marks.append(mark(now, texts["timeline.now"], "now"))
    if finish is not None:
        marks.append(mark(finish, texts["timeline.finish"], "ahead"))
    return marks


def _drawn(marks: Sequence[Mark], texts: Texts) -> list[Any]:
    """Names above and below in turn; one that would cover its neighbour in both rows is left to its dot's tooltip."""
    room = _ROOM.get(texts.lang, _ROOM["en"])
    ends = {"up": -room, "down": -room}
    named: dict[int, str] = {}
    # now and the finish are named first, the rest as far as there is room
    order = sorted(range(len(marks)), key=lambda i: (marks[i].kind == "", i))
    taken: dict[str, list[float]] = {row: [] for row in ends}
    for i in order:
        for row in ("up", "down") if i % 2 == 0 else ("down", "up"):
            if all(abs(marks[i].x - x) >= room for x in taken[row]):
                taken[row].append(marks[i].x)
                named[i] = row
                break
    return [
        html.span(
            [
                html.i(),
                *([html.span([mark.name, html.small(mark.time)], className=f"name {named[i]}")] if i in named else []),
            ],
            className=f"mark {mark.kind} {_edge(mark.x, room)}".strip(),
            style={"left": f"{mark.x:.0f}px"},
            title=f"{mark.name} {mark.time}",
        )
        for i, mark in enumerate(marks)
    ]


def _edge(x: float, room: float) -> str:
    """A name at an end of the line keeps to its side."""
    return "first" if x < 40 else "last" if x > LINE - 0.7 * room else ""
