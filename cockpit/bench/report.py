"""What a benchmark tells: rows with our figure, what it is compared with, the target, and who is better."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cockpit.bench.samples import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One measure of one workload: ours, the others' measured in the same run, and what we want of it."""

    case: str
    workload: str
    measure: str
    unit: str
    ours: Figure | None
    #: name → figure of the floor, the tuned and the naive way
    others: dict[str, Figure] = field(default_factory=dict)
    smaller_is_better: bool = True
    #: False where it is no contest (ourselves at another time, what was sent): nobody beats anybody then
    rivals: bool = True
    #: the figure that ours must not miss, in `unit`; None where a number is only told
    target: float | None = None
    note: str = ""
    #: why the comparison does not count (floors apart, a part that could not run); empty when it does
    thrown_away: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a target, a figure or a run that counts."""
        if self.target is None or self.ours is None or math.isnan(self.ours.median) or self.thrown_away:
            return None
        return self.ours.median <= self.target if self.smaller_is_better else self.ours.median >= self.target

    def ratio(self, other: str) -> float:
        """Ours as a multiple of another's; NaN when there is nothing to divide or the run was thrown away."""
        if self.ours is None or self.thrown_away:
            return math.nan
        return self.ours.over(self.others[other])

    def beaten_by(self, other: str) -> bool:
        """True if the other is better than ours."""
        if not self.rivals:
            return False
        ratio = self.ratio(other)
        return ratio > 1 if self.smaller_is_better else ratio < 1

    def as_dict(self) -> dict[str, Any]:
        """The row for machines."""
        return {
            "case": self.case, "workload": self.workload, "measure": self.measure, "unit": self.unit,
            "smaller_is_better": self.smaller_is_better, "ours": _plain(self.ours),
            "others": {
                name: {
                    **(_plain(f) or {}),
                    "ours_over_theirs": _number(self.ratio(name)),
                    "beats_us": self.beaten_by(name),
                }
                for name, f in self.others.items()
            },
            "target": self.target, "met": self.met, "note": self.note, "thrown_away": self.thrown_away,
        }  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Report:
    """All rows of one call, the machine in words, and what else must be said."""

    machine: str
    quick: bool
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """For machines; NaN is null."""
        told = {
            "machine": self.machine, "quick": self.quick, "remarks": self.remarks,
            "rows": [row.as_dict() for row in self.rows],
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)

    def show(self, console: Console) -> None:
        """For people: one table a workload."""
        console.print(f"[bold]{self.machine}[/bold]")
        if self.quick:
            console.print(
                "quick run: fewer repetitions and beacons, so the figures are rough and p99 hardly means a thing"
            )
        for case, workload in dict.fromkeys((row.case, row.workload) for row in self.rows):
            rows = [row for row in self.rows if (row.case, row.workload) == (case, workload)]
            console.print(_table(f"{case} · {workload}", rows))
        for remark in self.remarks:
            console.print(Text("· " + remark))


def _table(title: str, rows: Iterable[Row]) -> Table:
    table = Table(title=title, title_justify="left", pad_edge=False)
    for name, right in (("measure", 0), ("who", 0), ("figure", 1), ("ours is", 1), ("target", 1), ("met", 0)):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in rows:
        met = {True: "yes", False: "NO", None: ""}[row.met]
        told = row.thrown_away and f"thrown away: {row.thrown_away}"
        target = "" if row.target is None else f"{'≤' if row.smaller_is_better else '≥'} {tell(row.target)}"
        measure = f"{row.measure} ({row.unit})" if row.unit else row.measure
        table.add_row(measure, "cockpit", tell_figure(row.ours), "", target, told or met)
        for name, figure in row.others.items():
            ratio = row.ratio(name)
            beaten = "beats us" if row.beaten_by(name) else ""
            table.add_row("", name, tell_figure(figure), "" if math.isnan(ratio) else f"× {tell(ratio)}", "", beaten)
        if row.note:
            table.add_row(Text(row.note, style="dim"))
    return table


def tell(value: float) -> str:
    """A number as people read it: three digits that count."""
    if math.isnan(value):
        return "–"
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def tell_figure(figure: Figure | None) -> str:
    """Median and, if there was more than one repetition, the range."""
    if figure is None or not figure.times:
        return "not run"
    if figure.times == 1:
        return tell(figure.median)
    return f"{tell(figure.median)} ({tell(figure.low)}…{tell(figure.high)}, n={figure.times})"


def _plain(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None or not figure.times:
        return None
    return {
        "median": _number(figure.median),
        "low": _number(figure.low),
        "high": _number(figure.high),
        "n": figure.times,
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else round(value, 4)
