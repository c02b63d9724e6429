"""`cockpit import …`: tables of a city into the database, each with a report of what was taken and what refused."""

from pathlib import Path
from typing import Annotated

import typer

from cockpit.terminal import DataDirOption, SetOption, tell, use

app = typer.Typer(help="Tables of a city into the database; a rerun changes nothing.", no_args_is_help=True)

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="read and report, keep nothing")]


@app.callback()
def begin() -> None:
    """A group stays one, however few commands it has."""


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
