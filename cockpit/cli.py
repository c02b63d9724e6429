"""The command line: what a person or a service manager starts. Exit 0 done, 2 wrong use, 1 failed.

Nothing heavy is imported here: a wrong option is answered at once, and each command loads only its own parts.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cockpit.cli_calendar import app as calendar_app
from cockpit.cli_import import app as import_app
from cockpit.cli_layers import app as layers_app
from cockpit.cli_layers import import_layer, import_risks
from cockpit.cli_outward import app as outward_app
from cockpit.cli_picture import picture
from cockpit.cli_rules import app as rules_app
from cockpit.terminal import DataDirOption, SetOption, refuse, tell, use

if TYPE_CHECKING:
    from collections.abc import Callable

    from cockpit.settings import Settings

app = typer.Typer(
    name="cockpit",
    help="一张图: a real-time cockpit for city command centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
token_app = typer.Typer(help="Tokens for people, feeds and screens.", no_args_is_help=True)
app.add_typer(token_app, name="token")
app.add_typer(import_app, name="import")
app.add_typer(calendar_app, name="calendar")
app.add_typer(rules_app, name="rules")
app.add_typer(outward_app, name="outward")
app.add_typer(layers_app, name="layers")
import_app.command("layer")(import_layer)
import_app.command("risks")(import_risks)
app.command()(picture)

CityOption = Annotated[str | None, typer.Option(help="a shipped city's name or a directory")]
HostOption = Annotated[str | None, typer.Option(help="address to serve on")]
PortOption = Annotated[int | None, typer.Option(help="port to serve on; 0 picks a free one")]
SeedOption = Annotated[int | None, typer.Option(help="seed of the simulated day")]
ROLES = ("screen", "leader", "duty", "gridworker", "feed", "admin")


@app.command()
def up(
    data_dir: DataDirOption = None,
    host: HostOption = None,
    port: PortOption = None,
    city: CityOption = None,
    empty: Annotated[bool, typer.Option("--empty", help="no demo city, nothing simulated")] = False,
    no_simulate: Annotated[bool, typer.Option("--no-simulate", help="the city, but no simulated day")] = False,
    seed: SeedOption = None,
    settings: SetOption = None,
) -> None:
    """Everything on this machine: embedded Redis, SQLite, all processes, the simulated day."""
    options = {"data_dir": data_dir, "host": host, "port": port, "city": city, "seed": seed}
    options |= {"empty": empty or None, "simulate": False if no_simulate or empty else None}
    use(options, settings)

    def run() -> None:
        from cockpit.cli_up import run_up
        from cockpit.settings import Settings

        run_up(Settings())

    tell(run)


@app.command()
def web(host: HostOption = None, port: PortOption = None, settings: SetOption = None) -> None:
    """Pages, HTTP API and push, against REDIS_URL and DATABASE_URL."""
    use({"host": host, "port": port}, settings)
    from cockpit.processes.web import run_web

    _process(run_web)


@app.command()
def archive(settings: SetOption = None) -> None:
    """Facts and positions into the database; any number may run."""
    use({}, settings)
    from cockpit.processes.archive import run_archive

    _process(run_archive)


@app.command()
def dispatch(settings: SetOption = None) -> None:
    """Decides commands and tells the time; any number may run."""
    use({}, settings)
    from cockpit.processes.dispatch import run_dispatch

    _process(run_dispatch)


@app.command()
def simulate(
    url: Annotated[str, typer.Option(help="the cockpit to feed; without it host and port of the settings")] = "",
    city: CityOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
) -> None:
    """The demo day, posted like any feed. The token comes from COCKPIT_FEED_TOKEN or the data directory."""
    use({"city": city, "seed": seed}, settings)
    from cockpit.processes.simulate import run_simulate

    _process(lambda settings: run_simulate(settings, url))


@app.command()
def feed(
    name: str,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="of dead letters: so many of the newest")] = 50,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """One feed by its name; `dead-letters` lists the messages of all feeds that could not even be looked at."""
    use({"data_dir": data_dir}, settings)
    if name == "dead-letters":
        from cockpit.dead_letters import show_dead_letters

        return tell(lambda: show_dead_letters(limit))
    from cockpit.processes.feed import run_feed

    return _process(lambda settings: run_feed(settings, name))


@token_app.command("create")
def token_create(
    role: Annotated[str, typer.Option(help=" | ".join(ROLES))],
    scope: Annotated[str, typer.Option(help="division or grid code; without it the whole city")] = "",
    name: Annotated[str, typer.Option(help="whose it is, for the list of tokens")] = "",
    subject: Annotated[str, typer.Option(help="the gridworker or the source that it speaks for")] = "",
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """A new token, alone on standard output. It is shown once: only its hash is kept."""
    if role not in ROLES:
        refuse(f"no role {role!r}; known: {', '.join(ROLES)}")
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import create_token
        from cockpit.settings import Settings

        print(create_token(Settings(), role=role, scope=scope, name=name, subject=subject))

    tell(run)


@app.command()
def doctor(data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """What is wrong here, and what to do about it."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.doctor import examine
        from cockpit.settings import Settings

        if not examine(Settings(), print):
            raise typer.Exit(1)

    tell(run)


@app.command()
def learn(
    if_due: Annotated[bool, typer.Option("--if-due", help="only if there is something new")] = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """归类: learn from closed events which category a text speaks of; `cockpit archive` asks for it by itself."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.learning import learn as learn_now
        from cockpit.settings import Settings

        print(learn_now(Settings(), at_once=not if_due))

    tell(run)


@app.command()
def backup(
    file: Path,
    data_dir: DataDirOption = None,
    with_secrets: Annotated[bool, typer.Option("--with-secrets", help="the data directory's secrets as well")] = False,
    settings: SetOption = None,
) -> None:
    """The database, photos and own files into one file; the cockpit may run meanwhile."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import back_up
        from cockpit.settings import Settings

        print(back_up(Settings(), file, with_secrets=with_secrets))

    tell(run)


@app.command()
def restore(file: Path, data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """A backup into a new data directory or an empty database."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import restore_from
        from cockpit.settings import Settings

        print(restore_from(Settings(), file))

    tell(run)


@app.command()
def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="which; all when none is named")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document instead of tables")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="fewer repetitions: for a look, not for publishing")] = False,
) -> None:
    """The benchmarks: absolute times and, beside them, ratios to a floor and to other ways."""

    def run() -> None:
        from cockpit.bench.run import main as run_bench

        raise typer.Exit(run_bench(names or [], as_json=as_json, quick=quick))

    tell(run)


def main() -> NoReturn:
    """Entry point of `cockpit` and `python -m cockpit`."""
    try:
        code = app(prog_name="cockpit", standalone_mode=False)
    except typer.Abort:
        sys.exit(130)
    except typer.TyperException as wrong:  # wrong use, as Typer sees it
        message = wrong.format_message()
        print(message if message.startswith("Usage") else f"cockpit: {message}", file=sys.stderr)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _process(process: "Callable[[Settings], None]") -> None:
    def run() -> None:
        from cockpit.settings import Settings

        process(Settings())

    tell(run)
