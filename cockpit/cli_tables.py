"""What the import commands do: read a table, keep it, and report what was taken and what refused."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cockpit.cli_data import opened_database
from cockpit.exits import TellError, WrongUseError
from cockpit.parts import Parts
from cockpit.settings import Settings
from cockpit.table_import import LISTED, database_as_it_is, of_installation, refusals_to, run_with_progress

Tell = Callable[[str], None]


def take_standards(settings: Settings, file: Path, *, version: str, valid_from: str, dry_run: bool, tell: Tell) -> None:
    """`cockpit import standards`. TellError if nothing can be taken."""
    from cockpit.services.sheets import UnreadableFileError
    from cockpit.services.standards import VersionTakenError, import_standards
    from cockpit.store.standards import StandardsTable

    zone = Parts(of_installation(settings)).rules.zone()
    since = _midnight(valid_from, zone) if valid_from else None
    with opened_database(settings) as engine:
        try:
            done = import_standards(
                StandardsTable(engine), file, version=version, valid_from=since, now=datetime.now(UTC), dry_run=dry_run
            )
        except (UnreadableFileError, VersionTakenError) as wrong:
            raise TellError(str(wrong)) from wrong
    taken = f"{done.conditions} conditions of {done.subclasses} subclasses"
    held = f"version {done.version} from {done.valid_from.astimezone(zone):%Y-%m-%d %H:%M}"
    if not done.is_new:
        tell(f"{taken}: {held} is there already, nothing changed")
    else:
        tell(f"{taken}: {held}" + (" (not kept: --dry-run)" if dry_run else ""))
    tell_refused(((row.place, row.reason) for row in done.unreadable), tell)


def take_responsibilities(settings: Settings, file: Path, *, dry_run: bool, tell: Tell) -> None:
    """`cockpit import responsibilities`. TellError if nothing can be taken."""
    from cockpit.services.responsibilities import import_responsibilities
    from cockpit.services.sheets import UnreadableFileError
    from cockpit.store.responsibilities import ResponsibilityTable

    with opened_database(settings) as engine:
        try:
            done = import_responsibilities(ResponsibilityTable(engine), file, now=datetime.now(UTC), dry_run=dry_run)
        except UnreadableFileError as wrong:
            raise TellError(str(wrong)) from wrong
    said = f"{done.entries} entries of {done.units} units"
    if not done.is_new:
        tell(f"{said}: the list says so already, nothing changed")
    else:
        tell(f"{said}: the list is now what this file says" if not dry_run else f"{said} (not kept: --dry-run)")
    tell_refused(((row.place, row.reason) for row in done.unreadable), tell)


def take_households(settings: Settings, file: Path, *, crs: str, dry_run: bool, tell: Tell) -> bool:
    """`cockpit import households`; True unless not one row could be taken. WrongUseError if it cannot be read."""
    from cockpit.services.coordinates import UnknownCrsError
    from cockpit.services.importer.households import import_households
    from cockpit.services.importer.profile import FileFields
    from cockpit.services.importer.rows import Table, TableError
    from cockpit.store.households import HouseholdTable

    city = Parts(of_installation(settings)).city
    with opened_database(settings) as engine:
        try:
            table = Table(file, FileFields())
            done = import_households(
                HouseholdTable(engine), table, crs=crs, now=datetime.now(UTC), dry_run=dry_run, codes_of=city.codes_at
            )
        except (TableError, UnknownCrsError) as wrong:
            raise WrongUseError(str(wrong)) from None
    tell(f"rows {done.rows}" + (", nothing was written: dry run" if dry_run else ""))
    tell(f"taken {done.taken} = new {done.new} + changed {done.changed} + unchanged {done.unchanged}")
    tell_refused(((f"line {row.line}", f"{row.field or 'row'} {row.reason}") for row in done.refused), tell)
    return bool(done.taken) or not done.rows


def take_residents(settings: Settings, file: Path, *, dry_run: bool, tell: Tell) -> bool:
    """`cockpit import residents`; True unless not one row could be taken. WrongUseError if it cannot be read."""
    from cockpit.services.houses.book import HouseBook
    from cockpit.services.importer.profile import FileFields
    from cockpit.services.importer.residents import import_residents
    from cockpit.services.importer.rows import Table, TableError
    from cockpit.store.household_checks import HouseholdChecks
    from cockpit.store.houses import HouseTable
    from cockpit.store.residents import ResidentTable

    parts = Parts(of_installation(settings))
    with opened_database(settings) as engine:
        people = ResidentTable(engine)
        book = HouseBook(parts.households, HouseTable(engine), people, HouseholdChecks(engine), city=parts.city)
        now = datetime.now(UTC)
        try:
            done = import_residents(
                people, Table(file, FileFields()), now=now, dry_run=dry_run,
                codes_of=lambda ids: {h.household_id: h.code for i in set(ids) if (h := book.find(i, now))},
            )  # fmt: skip
        except TableError as wrong:
            raise WrongUseError(str(wrong)) from None
    tell(f"rows {done.rows}" + (", nothing was written: dry run" if dry_run else ""))
    tell(f"taken {done.taken} = new {done.new} + changed {done.changed} + unchanged {done.unchanged}")
    tell_refused(((f"line {row.line}", f"{row.field or 'row'} {row.reason}") for row in done.refused), tell)
    return bool(done.taken) or not done.rows


def take_devices(settings: Settings, file: Path, *, crs: str, dry_run: bool, tell: Tell) -> None:
    """`cockpit import devices`. TellError if nothing can be taken."""
    from cockpit.services.coordinates import UnknownCrsError
    from cockpit.services.devices import import_devices
    from cockpit.services.sheets import UnreadableFileError
    from cockpit.store.devices import DeviceTable

    city = Parts(of_installation(settings)).city
    with opened_database(settings) as engine:
        try:
            done = import_devices(DeviceTable(engine), city, file, now=datetime.now(UTC), crs=crs, dry_run=dry_run)
        except (UnreadableFileError, UnknownCrsError) as wrong:
            raise TellError(str(wrong)) from wrong
    told = f"taken {done.taken} = new {done.new} + changed {done.changed} + unchanged {done.unchanged}"
    tell(told + (" (not kept: --dry-run)" if dry_run else ""))
    tell_refused(((row.place, row.reason) for row in done.refused), tell)


def take_resources(
    settings: Settings,
    file: Path,
    *,
    profile: Path | None,
    crs: str | None,
    whole: bool,
    refused_file: Path | None,
    dry_run: bool,
    tell: Tell,
) -> bool:
    """`cockpit import resources`; True unless not one row could be taken. WrongUseError if it cannot begin."""
    from cockpit.services.importer.profile import FileFields, ProfileError
    from cockpit.services.importer.resource_profile import own_resource_profile, read_resource_profile
    from cockpit.services.importer.resources import ResourceImport
    from cockpit.services.importer.rows import Table, TableError
    from cockpit.store.resources import ResourceTable

    try:
        chosen = read_resource_profile(profile) if profile is not None else None
        table = Table(file, chosen.file if chosen is not None else FileFields())
        chosen = chosen or own_resource_profile(table.columns)
    except (ProfileError, TableError) as wrong:
        raise WrongUseError(str(wrong)) from None
    started = time.monotonic()
    opened = database_as_it_is(settings, "resources") if dry_run else opened_database(settings)
    with opened as engine, refusals_to(refused_file) as on_refusal:
        run = ResourceImport(
            table=ResourceTable(engine) if engine is not None else None,
            city=Parts(of_installation(settings)).city, dry_run=dry_run, whole=whole, listed=LISTED,
            on_refusal=on_refusal,
        )  # fmt: skip
        run_with_progress(run, table, chosen, crs or chosen.resources.crs or "wgs84")
    report = run.report
    for row in report.refusals:
        tell(f"refused line {row.line}: {row.field or 'row'} {row.reason}")
    if report.refused > len(report.refusals):
        tell(f"refused and {report.refused - len(report.refusals)} more")
    took = f"rows {report.rows} in {time.monotonic() - started:.1f} s"
    tell(took + (", nothing was written: dry run" if dry_run else ""))
    tell(f"taken {report.taken} = new {report.new} + changed {report.changed} + unchanged {report.unchanged}")
    tell(f"refused {report.refused}")
    if whole:
        tell(f"withdrawn {report.withdrawn} (of the kinds in this file, and no longer in it)")
    tell(f"on no grid or division {report.outside}")
    return bool(report.taken) or not report.rows


def tell_refused(rows: Iterable[tuple[str, str]], tell: Tell) -> None:
    """One line for every row that was not taken."""
    listed = list(rows)
    tell(f"{len(listed)} rows refused" + (":" if listed else ""))
    for place, reason in listed:
        tell(f"  {place}: {reason}")


def _midnight(text: str, zone: ZoneInfo) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUseError(f"--valid-from wants a date like 2027-01-01, not {text!r}") from None
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
