"""`cockpit import …`: tables of a city into the database, each with a report of what was taken and what refused."""

import typer

app = typer.Typer(help="Tables of a city into the database; a rerun changes nothing.", no_args_is_help=True)


@app.callback()
def begin() -> None:
    """A group stays one, however few commands it has."""
