"""往日: what an instant costs that nobody asked for before, in a city that lives: the demo, asked over HTTP.

A quarter of an hour of fixes of everybody on the roster is put into its archive, as many batches as the demo sends, so
that nobody waits for it to pass. Each instant is asked once, with the children of the city. Beside it is where people
were, told from the batches one by one.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import httpx
import numpy as np

from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import Installation, installed
from cockpit.domain.fix import Fix
from cockpit.services.city import City
from cockpit.services.fix_minutes import batch_of
from cockpit.situation.movers import Movers
from cockpit.store.database import open_engine
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.store.journal import Journal
from cockpit.stream.fix_batch import FixBatch, newest, pack
from cockpit.stream.lane import millis_of

CASE = "instants: never asked before"
_GROUPS = {
    "overview": "of events", "alarms": "of alarms", "records": "of records", "force": "of gridworkers and grids",
    "all": "all there are",
}  # fmt: skip
_CITY = "yuhang"
_MS = 300.0
_MILLISECOND = timedelta(milliseconds=1)
_HEARD = timedelta(minutes=15)
_BEFORE = timedelta(minutes=17)
#: until then a checkpoint holds what is left
_SAVED = timedelta(seconds=75)
#: how long the demo goes on before it is asked
_LIVED = timedelta(minutes=3)
_BATCHES_A_S = 5
_SETTLED_FACTS_A_S = 20.0
_PATIENCE_S = 600.0


def run(report: Report, *, quick: bool) -> None:
    """60 instants a group; eight are enough for a look."""
    times = 8 if quick else 60
    city = City.load(_CITY)
    with installed("--city", _CITY) as installation:
        archive = FixArchive(open_engine(f"sqlite:///{installation.data_dir / 'cockpit.db'}"))
        _fill(archive, city)
        _wait(installation, archive)
        # what the demo told of days that are over leaves the fold as at midnight: a district's day is left
        installation.stop()
        installation.start()
        time.sleep(_SAVED.total_seconds())
        told = datetime.now(UTC)
        time.sleep(_LIVED.total_seconds())
        headers = {"Authorization": f"Bearer {installation.token('admin')}"}
        base = f"{installation.url}/api/v1"
        with httpx.Client(base_url=base, headers=headers, timeout=120, trust_env=False) as client:
            report.rows += _asked(client, told, times)
        report.rows += _places(archive, city, 3 if quick else 10)


def _fill(archive: FixArchive, city: City) -> None:
    """Everybody's walk before now: each second some batches of those whose turn it is."""
    chance, now = np.random.default_rng(11), datetime.now(UTC)
    people = sorted(city.roster)
    west, south, east, north = city.bounds_of(city.code)
    lon = chance.uniform(west, east, len(people))
    lat = chance.uniform(south, north, len(people))
    shares = np.array_split(np.arange(len(people)), _BATCHES_A_S * 5)
    stored = []
    for n in range(int(_BEFORE.total_seconds()) * _BATCHES_A_S):
        at = now - _BEFORE + timedelta(seconds=n / _BATCHES_A_S)
        rows = shares[n % len(shares)].tolist()
        lon[rows] += chance.normal(0, 1e-5, len(rows))
        fixes = [Fix(subject_id=people[i], kind="gridworker", lon=lon[i], lat=lat[i], at=at) for i in rows]
        body, ms = pack(FixBatch.of(fixes, millis_of(at))), millis_of(at)
        stored.append(StoredBatch(f"{ms}-9", ms, ms, len(fixes), body))
    archive.record(stored, [])


def _wait(installation: Installation, archive: FixArchive) -> None:
    """Until the demo has told its days so far, a burst as no city has it, and the minutes of the filling are made."""
    journal = Journal(open_engine(f"sqlite:///{installation.data_dir / 'cockpit.db'}"))
    end, told, since = time.monotonic() + _PATIENCE_S, -1, 0.0
    minutes = int(_BEFORE.total_seconds() // 60) - 1
    while True:
        count, now = journal.count(), time.monotonic()
        is_calm = told > 0 and count - told < _SETTLED_FACTS_A_S * (now - since)
        if is_calm and len(archive.count_minutes(0, 2**62)) >= minutes:
            return
        if now > end:
            raise RuntimeError(f"the demo did not come to rest within {_PATIENCE_S:.0f} s")
        told, since = count, now
        time.sleep(5)


def _asked(client: httpx.Client, told: datetime, times: int) -> Iterator[Row]:
    end = datetime.now(UTC) - timedelta(seconds=2)
    span = end - told
    workload = f"the demo, {times} instants of {span.total_seconds() / 60:.0f} minutes"
    for number, (group, words) in enumerate(_GROUPS.items()):
        took, unknown = list[float](), 0
        for n in range(times):
            at = end - span * ((n * len(_GROUPS) + number) / (times * len(_GROUPS)))
            start = time.perf_counter()
            answer = client.get("indicators", params={"as_of": at.isoformat(), "group": group, "by": "children"})
            took.append(1e3 * (time.perf_counter() - start))
            unknown += sum(item["value"] is None for item in answer.raise_for_status().json()["items"])
        yield Row(
            case=CASE, workload=workload, measure=f"{words}, p90", unit="ms",
            ours=Figure.of([float(np.percentile(took, 90))]), target=_MS,
            note=f"median {np.median(took):.0f}, longest {max(took):.0f} ms; {unknown} of the answers unknown",
        )  # fmt: skip


def _places(archive: FixArchive, city: City, times: int) -> Iterator[Row]:
    """In process: through minutes, and as a process that took every batch would know it."""
    from cockpit.services.past_movers import PastMovers

    past = PastMovers(city=city, archive=archive, heard_within=_HEARD)
    ours, theirs, differing = list[float](), list[float](), 0
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=30)
    for n in range(times):
        at = end - timedelta(seconds=17 * n)
        start = time.perf_counter()
        found = past.at(at)
        ours.append(1e3 * (time.perf_counter() - start))
        start = time.perf_counter()
        plain = _one_by_one(archive, city, at)
        theirs.append(1e3 * (time.perf_counter() - start))
        differing += _shown(found) != _shown(plain)
    yield Row(
        case=CASE, workload=f"{len(city.roster):,} people, in process", measure="where everybody was", unit="ms",
        ours=Figure.of(ours), others={"batch by batch": Figure.of(theirs)},
        note=f"{differing} of {times} instants differ",
    )  # fmt: skip


def _one_by_one(archive: FixArchive, city: City, at: datetime) -> Movers:
    until, judged = millis_of(at), millis_of(at) - 60_000
    before = newest([batch_of(one) for one in archive.list_arrived(until - _HEARD // _MILLISECOND, judged - 1)])
    movers = Movers()
    for batch in chain([before], map(batch_of, archive.list_arrived(judged, until))):
        movers.take(
            batch.subjects, batch.kinds, batch.subject, batch.kind,
            batch.lon, batch.lat, batch.at_ms, batch.received_ms, city.locate_many(batch.lon, batch.lat),
        )  # fmt: skip
    return movers


def _shown(movers: Movers) -> dict[str, tuple[float, float, int]]:
    rows = movers.rows
    return {
        who: (float(rows["lon"][i]), float(rows["lat"][i]), int(rows["at_ms"][i]))
        for i, who in enumerate(movers.subjects)
        if rows["drawn"][i]
    }
