"""联合推荐: 1,500 people to 100 incidents at once, beside sending the nearest to one after the other."""

from typing import NamedTuple

import numpy as np

from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.trials import alternated, timed
from cockpit.services.joint_assignment import OPTIONS, Assignment, Problem, assign, cost_of, greedy, options_of

CASE = "recommend: all incidents together"
_STREETS = 12
#: a district of 30 × 30 km, and e-bikes on streets that are longer than the line
_WIDE_M, _DETOUR, _MPS = 30_000.0, 1.4, 4.2


class Size(NamedTuple):
    people: int
    incidents: int
    each: int


def run(report: Report, *, quick: bool) -> None:
    """Times and totals on made-up incidents, the same every time."""
    size, times = (Size(300, 20, 3), 3) if quick else (Size(1_500, 100, 3), 7)
    problem = problem_of(size)
    workload = f"{size.people:,} people, {size.incidents} incidents of {size.each}"

    def ms(work: object) -> float:
        return 1e3 * timed(work)  # type: ignore[arg-type]  # a function without arguments

    taken = alternated(
        {
            "cockpit": lambda: ms(lambda: options_of(problem)),
            "the soonest alone": lambda: ms(lambda: assign(problem, OPTIONS[0])),
            "greedy": lambda: ms(lambda: greedy(problem)),
        },
        times,
    )
    report.rows.append(
        Row(
            case=CASE, workload=workload, measure="three options", unit="ms", ours=taken["cockpit"],
            others={name: taken[name] for name in ("the soonest alone", "greedy")}, target=1_000,
        )
    )  # fmt: skip
    theirs = greedy(problem)
    for prices in OPTIONS:
        ours = assign(problem, prices)
        report.rows.append(
            Row(
                case=CASE, workload=workload, measure=f"{prices.name}: what it costs by its own prices", unit="h",
                ours=_hours(problem, ours, prices.name), others={"greedy": _hours(problem, theirs, prices.name)},
            )
        )  # fmt: skip


def problem_of(size: Size, seed: int = 7) -> Problem:
    """People in twelve streets, incidents where they like."""
    rng = np.random.default_rng(seed)
    people, incidents = rng.uniform(0, _WIDE_M, (size.people, 2)), rng.uniform(0, _WIDE_M, (size.incidents, 2))
    away_m = np.hypot(*np.moveaxis(people[:, None] - incidents[None, :], -1, 0))
    street = rng.integers(0, _STREETS, size.people)
    return Problem(
        eta_s=away_m * _DETOUR / _MPS,
        counts=np.full(size.incidents, size.each),
        weights=rng.choice((1.0, 2.0, 4.0), size.incidents),
        street=street,
        load=rng.poisson(1.5, size.people),
        free=np.bincount(street, minlength=_STREETS),
    )


def _hours(problem: Problem, assignment: Assignment, name: str) -> Figure:
    prices = next(prices for prices in OPTIONS if prices.name == name)
    return Figure.of([cost_of(problem, prices, assignment) / 3600])
