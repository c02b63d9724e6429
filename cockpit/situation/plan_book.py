"""预案台账: the plans that were run, each with its checklist as it stands, and as a browser holds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.domain.plan_facts import PlanRun


class Tick(NamedTuple):
    """Who ticked an item of a checklist last, and how it stands now."""

    done: bool
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningPlan:
    """A plan that was run for an event, with its checklist as it stands."""

    run: PlanRun
    ticks: dict[str, Tick]
    #: how often anything was ticked: of two officers at once the log lets one in
    turns: int = 0

    @property
    def done(self) -> int:
        return sum(tick.done for tick in self.ticks.values())


def plan_run_row(running: RunningPlan) -> list[Any]:
    """`[plan_id, title_zh, title_en, event_id, run_ms, by, order_ids, checklist, told, cameras, layers, lacking]`.

    `checklist` is `[[item_id, zh, en, done, by, ms], …]`, `told` `[[to, text], …]`, `lacking` `[[kind, wanted,
    ordered], …]`.
    """
    run = running.run

    def item(item_id: str, zh: str, en: str) -> list[Any]:
        tick = running.ticks.get(item_id)
        told = (tick.done, tick.by, round(tick.at.timestamp() * 1000)) if tick else (False, None, None)
        return [item_id, zh, en, *told]

    return [
        run.plan_id,
        run.title.zh,
        run.title.of("en"),
        run.event_id,
        round(run.at.timestamp() * 1000),
        run.by,
        list(run.order_ids),
        [item(i.item_id, i.words.zh, i.words.of("en")) for i in run.checklist],
        [list(told) for told in run.told],
        list(run.cameras),
        list(run.layers),
        [list(lacking) for lacking in run.lacking],
    ]
