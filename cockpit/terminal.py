"""What the commands share: options, settings from them, and how they end. Exit 0 done, 2 wrong use, 1 failed."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cockpit.exits import TellError

DataDirOption = Annotated[Path | None, typer.Option("--data-dir", help="where databases, logs and secrets live")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE")]
CrsOption = Annotated[str | None, typer.Option(help="coordinates of the file: wgs84, gcj02, bd09 or EPSG:n")]
OutsideOption = Annotated[bool, typer.Option("--outside", help="take what lies outside the city as well")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="say what would happen and write nothing")]
RefusedOption = Annotated[Path | None, typer.Option(help="a CSV file for every refused row")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="K=V", help="any setting of docs/settings.md")]


def use(options: Mapping[str, object], assignments: list[str] | None) -> None:
    """Put options and `--set` into the environment, where this process and its children read their settings."""
    from pydantic import ValidationError

    from cockpit.settings import Settings

    chosen: dict[str, object] = {name: value for name, value in options.items() if value is not None}
    for assignment in assignments or ():
        key, equals, given = assignment.partition("=")
        name = key.strip().lower().removeprefix("cockpit_")
        if not equals:
            refuse(f"--set wants K=V, not {assignment!r}")
        if name not in Settings.model_fields:
            refuse(f"no setting {name!r}; docs/settings.md lists them: {', '.join(sorted(Settings.model_fields))}")
        chosen[name] = given
    for name, value in chosen.items():
        os.environ[f"COCKPIT_{name.upper()}"] = str(value)
    try:
        Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        refuse(f"setting {'.'.join(str(part) for part in first['loc']).lower()}: {first['msg']}")


def tell(run: Callable[[], None]) -> None:
    """Run a command; what the person has to know is one line, and the exit code says the rest."""
    try:
        run()
    except TellError as told:
        print(f"cockpit: {told}", file=sys.stderr)
        raise typer.Exit(told.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def refuse(why: str) -> NoReturn:
    print(f"cockpit: {why}", file=sys.stderr)
    raise typer.Exit(2)
