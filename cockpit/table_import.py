"""Joins an import's parts: database, city, stream of a cockpit that runs, progress bar; and tells what came of it."""

import contextlib
import csv
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine, inspect

from cockpit.cli_data import opened_database
from cockpit.data_dir import DataDir
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.exits import TellError, WrongUseError
from cockpit.parts import Parts
from cockpit.services.coordinates import UnknownCrsError
from cockpit.services.importer.divisions import LEVELS, DivisionFile, import_divisions
from cockpit.services.importer.events import EventImport, ImportReport, LiveFacts
from cockpit.services.importer.live import JournalledFacts, StreamedFacts
from cockpit.services.importer.profile import FileFields, ProfileError, own_profile, read_profile
from cockpit.services.importer.rows import Refusal, Table, TableError
from cockpit.settings import Settings
from cockpit.store.database import open_engine
from cockpit.store.journal import Journal

if TYPE_CHECKING:
    from redis import Redis

ProfileT = TypeVar("ProfileT", contravariant=True)

#: refused rows that are listed on the terminal
LISTED = 1_000
_REDIS_WITHIN_S = 15.0


def import_events(
    settings: Settings,
    file: Path,
    *,
    profile: Path | None,
    crs: str | None,
    refused_file: Path | None,
    dry_run: bool,
    say: Callable[[str], None],
) -> bool:
    """Take a table of events; True unless not one row could be taken. WrongUseError, TellError when it cannot begin."""
    settings = of_installation(settings)
    try:
        chosen = read_profile(profile) if profile is not None else None
        table = Table(file, chosen.file if chosen is not None else FileFields())
        chosen = chosen or own_profile(table.columns)
    except (ProfileError, TableError) as wrong:
        raise WrongUseError(str(wrong)) from None
    started = time.monotonic()
    with _destination(settings, dry_run=dry_run) as (engine, facts), refusals_to(refused_file) as on_refusal:
        parts = Parts(settings)
        run = EventImport(
            engine=engine, facts=facts, city=parts.city, rules=parts.rules, now=datetime.now(UTC), dry_run=dry_run,
            listed=LISTED, on_refusal=on_refusal,
        )  # fmt: skip
        run_with_progress(run, table, chosen, crs or chosen.events.crs or "wgs84")
    for line in _told(run.report, time.monotonic() - started, placed=bool(parts.city.divisions), dry_run=dry_run):
        say(line)
    return bool(run.report.taken) or not run.report.rows


def import_cells(settings: Settings, source: DivisionFile, *, dry_run: bool, say: Callable[[str], None]) -> bool:
    """Take divisions or grids into the city of the data directory; True unless not one feature could be taken."""
    if source.level not in LEVELS:
        raise WrongUseError(f"no level {source.level!r}; known: {', '.join(LEVELS)}")
    try:
        Scope(source.parent)
    except UnknownScopeError as wrong:
        raise WrongUseError(f"--parent: {wrong}") from None
    if len(source.parent) >= LEVELS[source.level]:
        raise WrongUseError(f"--parent {source.parent} is no division above a {source.level}")
    data = DataDir(settings.data_dir)
    if not dry_run:
        data.make()
    try:
        report = import_divisions(source, data.city, dry_run=dry_run)
    except (TableError, UnknownCrsError) as wrong:
        raise WrongUseError(str(wrong)) from None
    for refusal in report.refused[:LISTED]:
        say(f"refused feature {refusal.line}: {refusal.field} {refusal.reason}")
    if len(report.refused) > LISTED:
        say(f"refused and {len(report.refused) - LISTED} more")
    taken = report.new + report.changed + report.unchanged
    say(f"features {report.features}{', nothing was written: dry run' if dry_run else ''}")
    say(f"taken {taken} = new {report.new} + changed {report.changed} + unchanged {report.unchanged}")
    say(f"refused {len(report.refused)}")
    say(f"`cockpit up --empty` on {data.path} serves them from its next start on")
    return bool(taken) or not report.features


def of_installation(settings: Settings) -> Settings:
    """With the city that runs on the data directory, unless another was asked for."""
    known = DataDir(settings.data_dir).last_city()
    if known is None or {"city", "empty"} & settings.model_fields_set:
        return settings
    return settings.model_copy(update={"city": known[0], "empty": known[1]})


class Runs(Protocol[ProfileT]):
    """An import that takes a table by a profile."""

    def run(self, table: Table, profile: ProfileT, *, crs: str, progress: Callable[[int, int], None]) -> None: ...


def run_with_progress(run: Runs[ProfileT], table: Table, profile: ProfileT, crs: str) -> None:
    """Take the table under a progress bar. WrongUseError when it cannot be read."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]:,} rows"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(table.path.name, total=table.size, rows=0)
        try:
            run.run(
                table, profile, crs=crs,
                progress=lambda done, rows: progress.update(task, completed=done, total=max(table.size, 1), rows=rows),
            )  # fmt: skip
        except (TableError, UnknownCrsError) as wrong:
            raise WrongUseError(str(wrong)) from None


@contextlib.contextmanager
def _destination(settings: Settings, *, dry_run: bool) -> Iterator[tuple[Engine | None, LiveFacts]]:
    """The database, and where live facts go. A dry run makes nothing, not even an empty database."""
    if dry_run:
        with database_as_it_is(settings) as engine:
            yield engine, _Nowhere()
        return
    with opened_database(settings) as engine, _live_facts(settings, engine) as facts:
        yield engine, facts


class _Nowhere:
    """A dry run tells nobody."""

    def write(self, connection: object, facts: object) -> None: ...

    def append(self, facts: object) -> None: ...


@contextlib.contextmanager
def database_as_it_is(settings: Settings, table: str = "event_records") -> Iterator[Engine | None]:
    """The database if there is one that has this table; for dry runs, which make nothing."""
    if settings.database_url is None and not (settings.data_dir / "cockpit.db").is_file():
        yield None
        return
    engine = open_engine(settings.database())
    try:
        yield engine if inspect(engine).has_table(table) else None
    finally:
        engine.dispose()


@contextlib.contextmanager
def _live_facts(settings: Settings, engine: Engine) -> Iterator[LiveFacts]:
    """The stream of the cockpit that runs here; while none does nobody may start one, and the journal takes them."""
    if settings.redis_url is not None:
        with contextlib.closing(Parts(settings)) as parts:
            _check(parts.redis)
            yield StreamedFacts(parts.facts)
        return
    data = DataDir(settings.data_dir).make()
    try:
        lock = data.lock()
    except TellError:
        with _stream_of_the_running(settings) as facts:
            yield facts
    else:
        with contextlib.closing(lock):
            yield JournalledFacts(Journal(engine), now=datetime.now(UTC))


@contextlib.contextmanager
def _stream_of_the_running(settings: Settings) -> Iterator[LiveFacts]:
    from pydantic import SecretStr

    from cockpit.stream.embedded import EmbeddedServer

    server = EmbeddedServer(settings.data_dir)
    end = time.monotonic() + _REDIS_WITHIN_S
    while server.pid is None:
        if time.monotonic() > end:
            raise TellError(f"a cockpit runs on {settings.data_dir}, but its Redis does not")
        time.sleep(0.1)
    reached = settings.model_copy(update={"redis_url": SecretStr(server.url)})
    with contextlib.closing(Parts(reached)) as parts:
        _check(parts.redis)
        yield StreamedFacts(parts.facts)


def _check(redis: "Redis") -> None:
    from cockpit.stream.connection import FAILED

    try:
        redis.ping()
    except FAILED as away:
        raise TellError(f"Redis cannot be reached: {away}") from None


@contextlib.contextmanager
def refusals_to(file: Path | None) -> Iterator[Callable[[Refusal], None]]:
    """Where each refused row goes; with `--refused FILE` all of them, for a spreadsheet."""
    if file is None:
        yield lambda _refusal: None
        return
    try:
        out = file.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise WrongUseError(f"{file} cannot be written: {error.strerror or error}") from None
    with out:
        writer = csv.writer(out)
        writer.writerow(Refusal._fields)
        yield writer.writerow


def _told(report: ImportReport, seconds: float, *, placed: bool, dry_run: bool) -> Iterator[str]:
    def listed(what: str, rows: list[Refusal], total: int) -> Iterator[str]:
        for row in rows:
            yield f"{what} line {row.line}: {row.field or 'row'} {row.reason}"
        if total > len(rows):
            yield f"{what} and {total - len(rows)} more"

    yield from listed("refused", report.refusals, report.refused)
    yield from listed("odd", report.oddities, report.odd)
    rate = f"{report.rows / seconds:,.0f} rows a second" if seconds > 0 else ""
    yield f"rows {report.rows} in {seconds:.1f} s ({rate}){', nothing was written: dry run' if dry_run else ''}"
    yield (
        f"taken {report.taken} = new {report.new} + newly closed {report.newly_closed} + unchanged {report.unchanged}"
        + (f" + told another closing, kept as it was {report.differing}" if report.differing else "")
    )
    yield f"refused {report.refused}"
    yield f"odd but taken {report.odd}"
    yield f"live {report.live} (new ones that are open or ended today)"
    yield f"without a place {report.without_place}"
    yield f"on no grid or division {report.outside}" if placed else "the city has no divisions: nothing was placed"
