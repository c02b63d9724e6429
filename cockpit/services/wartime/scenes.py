"""现场的收集: what the fold knows of the incident, and what is around it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from cockpit.catalogue import LANGS
from cockpit.domain.evacuation_finish import finish_of
from cockpit.domain.event import Event
from cockpit.domain.mode import Mode, ModeState
from cockpit.domain.order import Rung
from cockpit.domain.plan import CheckItem
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.services.wartime.scene import Camera, Checklist, ChecklistItem, EvacuationPace, Milestone, Near, Scene
from cockpit.situation.evacuations import Board
from cockpit.situation.modes import mode_of
from cockpit.situation.plan_book import RunningPlan
from cockpit.situation.situation import Situation

log = structlog.get_logger(__name__)

#: people move and are ordered meanwhile; what is registered does not
_AROUND_FOR_S = 2.0
_AROUND_KEPT = 32
#: stages that are marks of the incident's course, by their first entry
_STAGES = (Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING, Stage.FED_BACK, Stage.CLOSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What is near a place."""

    near: tuple[Near, ...] = ()
    #: how many could be sent
    comes: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[tuple[str, float, float, str], ...] = ()
    cameras: tuple[Camera, ...] = ()


#: (lon, lat, scope, now) → what is near, nearest first
LookAround = Callable[[float, float, Scope, datetime], Around]


class Scenes:
    """Safe from any thread. What is around is looked up once for all languages and stages of a scope."""

    def __init__(
        self, look_around: LookAround | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._look_around, self._monotonic = look_around, monotonic
        self._lock = threading.Lock()
        self._around: OrderedDict[tuple[str, float, float], tuple[float, Around]] = OrderedDict()

    def read(self, situation: Situation, scope: Scope, now: datetime) -> Scene | None:
        """What the fold knows; None in peacetime. Call with the fold's lock held where it is the live one."""
        state = mode_of(situation, scope)
        if state is None or state.mode is not Mode.WARTIME:
            return None
        event = situation.events.get(state.event_id or "")
        board = _board_of(situation, state.event_id, scope)
        running = _plan_of(situation, state.event_id)
        return Scene(
            as_of=now,
            mode=state,
            scope=scope.code,
            event=event,
            overtime_at=None if event is None else situation.clocked_of(event).turning.overtime_at,
            checklist=None if running is None else _checklist(running),
            evacuation=None if board is None else _pace(board, now),
            danger=board.evacuation.outline if board is not None else (),
            milestones=tuple(sorted(_milestones(situation, state, event, board, running), key=lambda m: m.at)),
        )

    def surrounded(self, scene: Scene, scope: Scope) -> Scene:
        """The same with what is around it now. Not under the fold's lock: who looks around takes it."""
        if scene.place is None or self._look_around is None:
            return scene
        try:
            found = self._found(*scene.place, scope, scene.as_of)
        except Exception:  # what is around is then unknown, and said so; the other panels go on
            log.exception("surroundings of the incident not found", scope=scope.code)
            return scene
        return replace(
            scene, near=found.near, comes=found.comes, counts=found.counts, marks=found.marks, cameras=found.cameras
        )

    def _found(self, lon: float, lat: float, scope: Scope, now: datetime) -> Around:
        assert self._look_around is not None
        key = scope.code, lon, lat
        with self._lock:
            at, found = self._around.get(key, (0.0, None))
            if found is not None and self._monotonic() - at < _AROUND_FOR_S:
                return found
        found = self._look_around(lon, lat, scope, now)
        with self._lock:
            self._around[key] = (self._monotonic(), found)
            self._around.move_to_end(key)
            while len(self._around) > _AROUND_KEPT:
                self._around.popitem(last=False)
        return found


def _board_of(situation: Situation, event_id: str | None, scope: Scope) -> Board | None:
    """The evacuation of the incident: the one that runs, else the last."""
    boards = [
        board
        for board in situation.evacuations.values()
        if board.evacuation.event_id == event_id and scope.covers(board.evacuation.code)
    ]
    return max(boards, key=lambda b: (b.evacuation.is_running, b.evacuation.started_at), default=None)


def _plan_of(situation: Situation, event_id: str | None) -> RunningPlan | None:
    """The plan that was run for the incident last."""
    runs = [running for running in situation.plan_runs.values() if running.run.event_id == event_id]
    return max(runs, key=lambda running: running.run.at, default=None)


def _checklist(running: RunningPlan) -> Checklist:
    def item(listed: CheckItem) -> ChecklistItem:
        tick = running.ticks.get(listed.item_id)
        done = tick is not None and tick.done
        return ChecklistItem(
            text={lang: listed.words.of(lang) for lang in LANGS},
            done_at=tick.at if tick is not None and done else None,
            by=tick.by if tick is not None and done else "",
        )

    run = running.run
    return Checklist(
        plan={lang: run.title.of(lang) for lang in LANGS},
        started_at=run.at,
        items=tuple(item(listed) for listed in run.checklist),
    )


def _pace(board: Board, now: datetime) -> EvacuationPace:
    told = finish_of(
        len(board.doors), list(board.done_at.values()), started_at=board.evacuation.started_at,
        ended_at=board.evacuation.ended_at, now=now,
    )  # fmt: skip
    known = told.low is not None and told.mid is not None and told.high is not None
    return EvacuationPace(
        evacuation_id=board.evacuation.evacuation_id,
        rate_per_min=None if told.rate_per_min is None else round(told.rate_per_min),
        finish=(told.low, told.mid, told.high) if known else None,  # type: ignore[arg-type]  # all three or none
        why=told.why.value,
    )


def _milestones(
    situation: Situation, state: ModeState, event: Event | None, board: Board | None, running: RunningPlan | None
) -> list[Milestone]:
    marks = [Milestone(at=state.at, key="wartime")]
    if state.incident is not None:
        marks.append(Milestone(at=state.incident.reported_at, key="reported"))
    if event is not None:
        seen: set[Stage] = set()
        for step in event.effective_steps:
            if step.stage in _STAGES and step.stage not in seen:
                seen.add(step.stage)
                marks.append(Milestone(at=step.at, key=step.stage.value))
    if running is not None:
        marks.append(Milestone(at=running.run.at, key="plan_run"))
    if board is not None:
        marks.append(Milestone(at=board.evacuation.started_at, key="evacuation"))
    orders = [order for order in situation.orders.values() if order.issued.event_id == state.event_id]
    if orders:
        marks.append(Milestone(at=min(order.issued.issued_at for order in orders), key="ordered"))
    arrived = [step.at for order in orders for step in order.ladder if step.rung is Rung.ARRIVED]
    if arrived:
        marks.append(Milestone(at=min(arrived), key="first_arrival"))
    return marks
