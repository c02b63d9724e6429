"""`cockpit import …`: tables of a city into the database, each with a report of what was taken and what refused."""

from pathlib import Path
from typing import Annotated

import typer

from cockpit.terminal import (
    CrsOption,
    DataDirOption,
    DryRunOption,
    FileArgument,
    OutsideOption,
    RefusedOption,
    SetOption,
    tell,
    use,
)

app = typer.Typer(help="Tables of a city into the database; a rerun changes nothing.", no_args_is_help=True)


@app.callback()
def begin() -> None:
    """A group stays one, however few commands it has."""


@app.command()
def events(
    file: FileArgument,
    profile: Annotated[Path | None, typer.Option(help="TOML: which columns are ours (docs/import.md)")] = None,
    crs: CrsOption = None,
    dry_run: DryRunOption = False,
    refused: RefusedOption = None,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """A case table (CSV, XLSX, NDJSON): its events with their report, deadline and closing."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.settings import Settings
        from cockpit.table_import import import_events

        if not import_events(
            Settings(), file, profile=profile, crs=crs, refused_file=refused, dry_run=dry_run, say=print
        ):
            raise typer.Exit(1)

    tell(run)


@app.command()
def parts(
    file: FileArgument,
    profile: Annotated[Path | None, typer.Option(help="TOML: which columns are ours (docs/parts.md)")] = None,
    crs: CrsOption = None,
    outside: OutsideOption = False,
    dry_run: DryRunOption = False,
    refused: RefusedOption = None,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """部件: a table of parts (CSV, XLSX, GeoJSON, NDJSON), up to tens of millions, as a new version of the layer."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.part_import import take_parts
        from cockpit.settings import Settings

        if not take_parts(
            Settings(), file, profile=profile, crs=crs, outside=outside, refused_file=refused, dry_run=dry_run,
            say=print,
        ):  # fmt: skip
            raise typer.Exit(1)

    tell(run)


@app.command()
def standards(
    file: Path,
    version: Annotated[str, typer.Option(help="its name; without it the file's name and a hash")] = "",
    valid_from: Annotated[str, typer.Option(metavar="DATE", help="local day from which it holds; now without it")] = "",
    dry_run: DryRunOption = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """立案标准: classes, subclasses, conditions, limits and responsible units, CSV or XLSX."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_tables import take_standards
        from cockpit.settings import Settings

        take_standards(Settings(), file, version=version, valid_from=valid_from, dry_run=dry_run, tell=print)

    tell(run)


@app.command()
def households(
    file: FileArgument,
    crs: CrsOption = None,
    dry_run: DryRunOption = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """地址库: who lives behind which door, as numbers (CSV, XLSX, NDJSON); adds and corrects, takes nothing away."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_tables import take_households
        from cockpit.settings import Settings

        if not take_households(Settings(), file, crs=crs or "wgs84", dry_run=dry_run, tell=print):
            raise typer.Exit(1)

    tell(run)


@app.command()
def residents(
    file: FileArgument,
    dry_run: DryRunOption = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """住户: one row a person behind a door of the address base (CSV, XLSX, NDJSON); adds and corrects."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_tables import take_residents
        from cockpit.settings import Settings

        if not take_residents(Settings(), file, dry_run=dry_run, tell=print):
            raise typer.Exit(1)

    tell(run)


LevelOption = Annotated[str, typer.Option(help="county | street | community | grid")]
CodeFieldOption = Annotated[str, typer.Option(help="property with the code")]
NameFieldOption = Annotated[str, typer.Option(help="property with the name")]
ParentOption = Annotated[str, typer.Option(help="code of the division above; without it, by geometry")]


@app.command()
def divisions(
    file: FileArgument,
    level: LevelOption,
    code_field: CodeFieldOption,
    name_field: NameFieldOption,
    parent: ParentOption = "",
    crs: CrsOption = None,
    dry_run: DryRunOption = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """Divisions (GeoJSON polygons) of a city that began with `--empty`."""
    _cells(file, level, code_field, name_field, parent, crs, dry_run=dry_run, data_dir=data_dir, settings=settings)


@app.command()
def grids(
    file: FileArgument,
    code_field: CodeFieldOption,
    name_field: NameFieldOption,
    level: LevelOption = "grid",
    parent: ParentOption = "",
    crs: CrsOption = None,
    dry_run: DryRunOption = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """Grids (GeoJSON polygons), the finest divisions of a city that began with `--empty`."""
    _cells(file, level, code_field, name_field, parent, crs, dry_run=dry_run, data_dir=data_dir, settings=settings)


def _cells(
    file: Path,
    level: str,
    code_field: str,
    name_field: str,
    parent: str,
    crs: str | None,
    *,
    dry_run: bool,
    data_dir: Path | None,
    settings: list[str] | None,
) -> None:
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.services.importer.divisions import DivisionFile
        from cockpit.settings import Settings
        from cockpit.table_import import import_cells

        source = DivisionFile(
            path=file, level=level, code_field=code_field, name_field=name_field, parent=parent, crs=crs or "wgs84"
        )
        if not import_cells(Settings(), source, dry_run=dry_run, say=print):
            raise typer.Exit(1)

    tell(run)


@app.command()
def devices(
    file: FileArgument,
    crs: CrsOption = None,
    dry_run: DryRunOption = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """设备台账: kind, place, owner, limits, maintenance windows and expected interval, CSV or XLSX."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_tables import take_devices
        from cockpit.settings import Settings

        take_devices(Settings(), file, crs=crs or "wgs84", dry_run=dry_run, tell=print)

    tell(run)


@app.command()
def responsibilities(
    file: Path, dry_run: DryRunOption = False, data_dir: DataDirOption = None, settings: SetOption = None
) -> None:
    """权责清单: class × division or grid → unit, CSV or XLSX; the file replaces the list before it."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_tables import take_responsibilities
        from cockpit.settings import Settings

        take_responsibilities(Settings(), file, dry_run=dry_run, tell=print)

    tell(run)


@app.command()
def resources(
    file: FileArgument,
    profile: Annotated[Path | None, typer.Option(help="TOML: which columns are ours (docs/import.md)")] = None,
    crs: CrsOption = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="the file is all there is of its kinds: withdraw what it does not name")
    ] = False,
    dry_run: DryRunOption = False,
    refused: RefusedOption = None,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """资源: stations, hospitals, hydrants, cameras, volunteers … from CSV, XLSX, GeoJSON or NDJSON."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_tables import take_resources
        from cockpit.settings import Settings

        if not take_resources(
            Settings(), file, profile=profile, crs=crs, whole=whole, refused_file=refused, dry_run=dry_run, tell=print
        ):
            raise typer.Exit(1)

    tell(run)
