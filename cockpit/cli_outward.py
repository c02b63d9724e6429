"""`cockpit outward …`: which other systems are told the facts, and how far each has come."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cockpit.exits import TellError, WrongUseError
from cockpit.terminal import DataDirOption, SetOption, tell, use

app = typer.Typer(help="Other systems that are told the facts (对外推送).", no_args_is_help=True)


@app.command("add")
def add(
    url: str,
    scope: Annotated[str, typer.Option(help="division or grid code; without it the whole city")] = "",
    kind: Annotated[list[str] | None, typer.Option(help="kind of fact, may be repeated; all without it")] = None,
    name: Annotated[str, typer.Option(help="whose it is, for the list")] = "",
    personal: Annotated[bool, typer.Option("--personal", help="it may read what is personal")] = False,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """Subscribe a system to what happens from now on. Prints its id and the secret that signs, this once."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import opened_database
        from cockpit.outward import subscribing_of
        from cockpit.parts import Parts
        from cockpit.services.outward.subscribing import WrongSubscriptionError
        from cockpit.settings import Settings

        with opened_database(Settings()) as engine:
            parts = Parts(Settings())
            # without Redis at hand it begins with what the journal has by now
            subscribing = subscribing_of(parts, tail=parts.journal.tail)
            try:
                new, _ = subscribing.add(
                    url=url,
                    scope=scope,
                    kinds=kind or [],
                    personal=personal,
                    secret="",
                    name=name,
                    by="cockpit outward",
                )
            except WrongSubscriptionError as wrong:
                raise WrongUseError(str(wrong)) from None
            finally:
                parts.close()
                engine.dispose()
        print(f"{new.id} {new.secret}")

    tell(run)


@app.command("list")
def list_(data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """Every subscription: state, delivered, waiting, last error."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import opened_database
        from cockpit.services.outward.subscribing import shown_url
        from cockpit.settings import Settings
        from cockpit.store.outward import Backlog, Outward

        with opened_database(Settings()) as engine:
            table = Outward(engine)
            backlogs = table.backlogs()
            for one in table.list():
                waiting, dead, _ = backlogs.get(one.id, Backlog(0, 0, None))
                told = f"{one.delivered} delivered, {waiting} waiting, {dead} dead"
                kinds = ",".join(one.kinds) or "all"
                print(f"{one.id} {one.state} {one.name} {shown_url(one.url)} {one.code or 'city'} {kinds}: {told}")
                if one.error:
                    print(f"  {one.tries} tries in vain, {one.error}")

    tell(run)


@app.command("remove")
def remove(subscription_id: str, data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """End a subscription; what it has not acknowledged is forgotten."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import opened_database
        from cockpit.settings import Settings
        from cockpit.store.outward import Outward

        with opened_database(Settings()) as engine:
            if not Outward(engine).remove(subscription_id):
                raise WrongUseError(f"there is no subscription {subscription_id}")

    tell(run)


@app.command("replay")
def replay(
    subscription_id: str,
    since: Annotated[str, typer.Option(metavar="TIME", help="with an offset: everything from then on")] = "",
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """Wake a stopped subscription and send what is dead again."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import opened_database
        from cockpit.settings import Settings
        from cockpit.store.outward import Outward
        from cockpit.stream.lane import millis_of

        at = _time(since)
        with opened_database(Settings()) as engine:
            since_ms = None if at is None else millis_of(at)
            if not Outward(engine).replay(subscription_id, now=datetime.now(UTC), since_ms=since_ms):
                raise WrongUseError(f"there is no subscription {subscription_id}")

    tell(run)


@app.command("test")
def test(subscription_id: str, data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """Send one signed message `cockpit.test` at once, and say what the receiver answered."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import opened_database
        from cockpit.outward import poster_of
        from cockpit.services.outward.posting import Outcome
        from cockpit.settings import Settings
        from cockpit.store.outward import Outward

        with opened_database(Settings()) as engine:
            known = Outward(engine).find(subscription_id)
            if known is None:
                raise WrongUseError(f"there is no subscription {subscription_id}")
            now = datetime.now(UTC)
            body = f'{{"type":"cockpit.test","timestamp":"{now.isoformat()}","data":{{"subscription":"{known.id}"}}}}'
            told = poster_of(Settings()).post(known.url, known.secret, f"msg_test_{now:%Y%m%d%H%M%S%f}", body.encode())
        if told.outcome is not Outcome.TAKEN:
            raise TellError(f"not taken: {told.why}")
        print("taken")

    tell(run)


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUseError(f"--since wants a time like 2026-11-22T08:00+08:00, not {text!r}") from None
    if at.tzinfo is None:
        raise WrongUseError(f"--since {text} has no offset; write +08:00 or Z")
    return at.astimezone(UTC)
