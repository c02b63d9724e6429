"""`cockpit bench`: which cases run, in which order, and how their rows are told."""

import signal
import sys
from collections.abc import Callable, Sequence

from rich.console import Console

from cockpit.bench.machine import describe
from cockpit.bench.report import Report

#: what each case is about; the order in which they run when none is named
CASES = {
    "fold": "facts folded, figures, snapshot, checkpoint, replay: one process's memory",
    "moves": "from an officer's move to a hundred browsers; colours and clocks of 100,000 events worked here",
    "orders": "from the click to the phone; 500 orders of which a fifth is never answered, each filled once",
    "ingest": "positions and events a second through the public HTTP API",
    "feeds": "device messages a second over MQTT, and how late they are, through a real broker",
    "fanout": "from a report to a hundred and more browsers, slow ones among them",
    "restart": "a killed web process back with 50,000 open events; a first start to the first paint",
    "recommend": "1,500 people to 100 incidents decided at once, beside sending the nearest to one after the other",
    "alarms": "readings a second to alarm decisions, a storm of alarms to groups: one process",
    "history": "a case table of 1.3 million rows imported, and every filter over it, on SQLite and PostgreSQL",
    "leader": "a drill-down over 1.3 million events on SQLite and PostgreSQL: page, step, past instant, and in pandas",
    "raisings": "indicators of alarms over half a million raisings, at any instant, beside reading the journal",
    "instants": "past instants that nobody asked for before, in the demo that lives, group by group, over HTTP",
    "nearby": "the nearest right people and things among 100,000 who move and a million registered",
    "parts": "a hundred thousand to fifteen million parts imported, drawn as tiles, counted and filtered",
    "tracks": "a day of 17,000 points to its picture, beside dl.Polyline and plotly; a day found among everybody's",
    "live": "from a report to the pixel in a browser, beside a floor and Dash polling",
}
#: what the cases need beyond the program itself: the optional dependencies `dev`
_NEEDED = ("psutil", "playwright", "PIL")


def main(names: Sequence[str], *, as_json: bool, quick: bool) -> int:
    """Run the cases of these names (all without any). 0 done, 2 for a name that does not exist, 1 if all failed.

    Slowness fails nothing: targets are told as met or not met.
    """
    unknown = [name for name in names if name not in CASES]
    if unknown:
        print(f"cockpit: no benchmark {unknown[0]!r}; known: {', '.join(CASES)}", file=sys.stderr)
        return 2
    # asked to end: what was started is ended as well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report(machine=describe(), quick=quick)
    chosen = [name for name in CASES if not names or name in names]
    failed = 0
    for name in chosen:
        print(f"{name}: {CASES[name]} …", file=sys.stderr, flush=True)
        try:
            _load(name)(report, quick=quick)
        except ModuleNotFoundError as absent:
            if (absent.name or "").partition(".")[0] not in _NEEDED:
                raise
            report.remarks.append(f"{name} was left out: {absent.name} is not installed (pip install 'cockpit[dev]')")
            failed += 1
        except Exception as failure:  # the other cases are worth having all the same
            report.remarks.append(f"{name} failed: {type(failure).__name__}: {failure}")
            failed += 1
    if as_json:
        print(report.as_json())
    else:
        report.show(Console())
    return 1 if chosen and failed == len(chosen) else 0


def _load(name: str) -> Callable[..., None]:
    """The case's own `run`; each loads only what it needs."""
    from importlib import import_module

    case: Callable[..., None] = import_module(f"cockpit.bench.{name}").run
    return case
