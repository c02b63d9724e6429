"""What the command line does with the database: tokens, backup, restore."""

import contextlib
import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from cockpit.data_dir import DataDir
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.exits import TellError, WrongUseError
from cockpit.settings import Settings
from cockpit.store.accounts import Accounts, Role
from cockpit.store.database import migrate, open_engine

#: whom `cockpit up` prints a sign-in link for
SIGN_IN_ROLES = (Role.SCREEN, Role.LEADER, Role.DUTY, Role.GRIDWORKER, Role.ADMIN)
SIMULATOR_SECRET = "feed-simulator"
CREW_SECRET = "crew-simulator"
#: how the ladder names the simulated gridworkers who answer
_CREW_NAME = "模拟网格员"
#: whose the printed links are, as pages and records show it: whoever sits at this machine
_LINK_NAME = "本机"


@contextlib.contextmanager
def opened_database(settings: Settings) -> Iterator[Engine]:
    """The database, brought to this version. TellError if it cannot be reached."""
    if settings.database_url is None:
        DataDir(settings.data_dir).make()
    engine = open_engine(settings.database())
    try:
        migrate(engine)
        yield engine
    except SQLAlchemyError as error:
        raise TellError(f"the database cannot be used: {str(error).splitlines()[0]}") from error
    finally:
        engine.dispose()


def create_token(settings: Settings, *, role: str, scope: str, name: str, subject: str) -> str:
    """A new token. WrongUseError for a scope that is no code."""
    try:
        Scope(scope)
    except UnknownScopeError as error:
        raise WrongUseError(str(error)) from error
    with opened_database(settings) as engine:
        return Accounts(engine).create_token(
            role=Role(role), scope=scope, name=name or role, subject=subject, now=datetime.now(UTC)
        )


def keep_tokens(engine: Engine, data: DataDir, settings: Settings) -> dict[str, str]:
    """The sign-in token of each role, and the simulator's; the same at every start unless it was revoked."""
    accounts = Accounts(engine)

    def kept(secret: str, role: Role, name: str, scope: str = "", subject: str = "") -> str:
        token = data.find_secret(secret)
        if token and accounts.find_token(token):
            return token
        now = datetime.now(UTC)
        return data.keep_secret(
            secret, accounts.create_token(role=role, scope=scope, name=name, subject=subject, now=now)
        )

    kept(SIMULATOR_SECRET, Role.FEED, "simulator")
    if settings.simulate and not settings.empty:  # a real installation has no account that answers for others
        kept(CREW_SECRET, Role.DUTY, _CREW_NAME)
    subject, grid = ("", "") if settings.empty else _first_gridworker(settings.city)
    signs = {Role.GRIDWORKER: (grid, subject)}
    return {
        role.value: kept(f"signin-{role.value}", role, _LINK_NAME, *signs.get(role, ("", ""))) for role in SIGN_IN_ROLES
    }


def ensure_feed_token(settings: Settings) -> str:
    """The simulator's token, made and kept when there is none."""
    data = DataDir(settings.data_dir).make()
    with opened_database(settings) as engine:
        keep_tokens(engine, data, settings)
    return data.secret(SIMULATOR_SECRET)


def _first_gridworker(city: str) -> tuple[str, str]:
    """Subject id and grid of the first on the city's roster, for the demo link."""
    from cockpit.services.city import UnknownCityError, city_directory

    try:
        roster: Path = city_directory(city) / "gridworkers.csv"
        with roster.open(encoding="utf-8", newline="") as lines:
            row = next(csv.DictReader(lines), {})
    except UnknownCityError as error:
        raise TellError(str(error)) from error
    except FileNotFoundError:
        return "", ""
    return row.get("subject_id", ""), row.get("grid_code", "")


def back_up(settings: Settings, file: Path, *, with_secrets: bool) -> str:
    """Write the backup; the line that tells what is in it."""
    from cockpit import backup

    data = DataDir(settings.data_dir)
    secrets = data.make().secrets if with_secrets else None
    with opened_database(settings) as engine:
        rows = backup.back_up(
            engine, file, city=settings.city, secrets=secrets, now=datetime.now(UTC), directory=data.path
        )
    return f"{file}: {_told(rows)}"


def restore_from(settings: Settings, file: Path) -> str:
    """Read a backup into a new installation; the line that tells what came. TellError if it is not a new one."""
    from cockpit import backup

    data = DataDir(settings.data_dir)
    if settings.database_url is None and data.is_used():
        raise TellError(f"restore wants an empty data directory, and {data.path} is not")
    data.make()
    with contextlib.closing(data.lock()), opened_database(settings) as engine:
        rows = backup.restore(engine, file, secrets=data.secrets, directory=data.path)
    return f"{file}: {_told(rows)}; Redis is rebuilt from it at the next start"


def _told(rows: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in rows.items() if n) or "no rows"
