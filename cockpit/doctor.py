"""What is wrong here: one line per thing looked at, `ok`, `warn` or `fail`, and what to do about it."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from cockpit.data_dir import DataDir
from cockpit.doctor_figures import figure_findings
from cockpit.doctor_redis import redis_findings, redis_time_s
from cockpit.doctor_sources import feed_findings, rule_findings
from cockpit.exits import TellError
from cockpit.listening import LISTEN_FD_NAME, reachable
from cockpit.settings import Settings
from cockpit.supervisor import PARENT_NAME

_NAMES_OF_OURS = {PARENT_NAME, LISTEN_FD_NAME, "COCKPIT_FEED_TOKEN", "COCKPIT_TOKEN"}
_ENOUGH_BYTES = 2 * 1024**3
_CLOCKS_APART_S = 2.0


class Finding(NamedTuple):
    """One thing looked at: `verdict` is ok, warn or fail."""

    verdict: str
    what: str
    told: str


def examine(settings: Settings, tell: Callable[[str], None]) -> bool:
    """Look at everything, tell a line each; False if anything fails."""
    good = True
    here = (_python, _settings, _data_dir, _disk, _port)
    for look in (*here, _city, _redis, _database, _clock, _calendar, _outward, _feeds, _rules, _chromium, _figures):
        for verdict, what, told in look(settings):
            tell(f"{verdict:<5}{what:<12}{told}")
            good = good and verdict != "fail"
    return good


def _python(_settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("ok" if sys.version_info >= (3, 11) else "fail", "python", f"{version}; 3.11 or newer is needed")
    if sys.platform not in {"linux", "darwin"}:
        yield Finding("warn", "python", f"{sys.platform} is not tried out; Linux and macOS are")


def _settings(_settings: Settings) -> Iterator[Finding]:
    known = {f"COCKPIT_{name.upper()}" for name in Settings.model_fields} | _NAMES_OF_OURS
    strange = sorted(n for n in os.environ if n.startswith("COCKPIT_") and n not in known)
    if strange:
        yield Finding("warn", "settings", f"nobody reads {', '.join(strange)}; docs/settings.md lists the names")
    else:
        yield Finding("ok", "settings", "every COCKPIT_ name in the environment is a setting")


def _data_dir(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir.absolute()
    if not path.exists():
        yield Finding("ok", "data dir", f"{path} is not there yet; `cockpit up` makes it")
        return
    mode = path.stat().st_mode & 0o777
    if not os.access(path, os.W_OK | os.X_OK):
        yield Finding("fail", "data dir", f"{path} cannot be written by this user; give it to the user or --data-dir")
    elif mode & 0o077:
        yield Finding("warn", "data dir", f"{path} is open to others ({mode:o}); chmod 700 it")
    else:
        yield Finding("ok", "data dir", str(path))
    readable = [p.name for p in (path / "secrets").glob("*") if p.stat().st_mode & 0o077]
    if readable:
        yield Finding("fail", "secrets", f"others may read {', '.join(readable)}; chmod 600 and revoke what they hold")


def _disk(settings: Settings) -> Iterator[Finding]:
    place = settings.data_dir.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    told = f"{free / 1024**3:.1f} GiB free at {place}"
    yield (
        Finding("ok", "disk", told)
        if free >= _ENOUGH_BYTES
        else Finding("warn", "disk", f"{told}; a day of 1,575 gridworkers takes about half a GiB: make room")
    )


def _port(settings: Settings) -> Iterator[Finding]:
    running = _running_pid(settings)
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.settimeout(1)
        taken = settings.port and probe.connect_ex((reachable(settings.host), settings.port)) == 0
    if running:
        yield Finding("ok", "port", f"`cockpit up` runs on this data directory (pid {running})")
    elif taken:
        yield Finding("fail", "port", f"{settings.port} is taken by another program; choose one with --port")
    else:
        yield Finding("ok", "port", f"{settings.port or 'any'} on {settings.host} is free")


def _running_pid(settings: Settings) -> str | None:
    data = DataDir(settings.data_dir)
    if not (data.path / "cockpit.lock").exists() or not os.access(data.path, os.W_OK):
        return None
    try:
        data.lock().close()
    except TellError:
        return (data.path / "cockpit.lock").read_text().strip() or "?"
    return None


def _city(settings: Settings) -> Iterator[Finding]:
    from cockpit.parts import Parts

    try:
        city = Parts(settings).city
    except TellError as wrong:
        yield Finding("fail", "city", f"{wrong}; give a name or a directory with --city")
        return
    grids = sum(1 for code in city.divisions if len(code) == 15)
    yield Finding("ok", "city", f"{city.name or 'none'} {city.code} with {grids} grids, {len(city.roster)} gridworkers")


def _redis(settings: Settings) -> Iterator[Finding]:
    for verdict, told in redis_findings(settings):
        yield Finding(verdict, "redis", told)


def _database(settings: Settings) -> Iterator[Finding]:
    from cockpit.store.database import open_engine

    if not _has_database(settings):
        yield Finding("ok", "database", "not there yet; `cockpit up` makes it")
        return
    engine = open_engine(settings.database())
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                sound = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
                if sound != "ok":
                    yield Finding("fail", "database", f"damaged: {sound}; restore a backup")
            has, wants = _revisions(connection)
        if has == wants:
            yield Finding("ok", "database", f"{engine.dialect.name}, at migration {has}")
        else:
            yield Finding("warn", "database", f"at migration {has or 'none'}, wants {wants}: the next start migrates")
    except SQLAlchemyError as error:
        yield Finding("fail", "database", f"not usable: {str(error).splitlines()[0]}; start it or correct DATABASE_URL")
    finally:
        engine.dispose()


def _revisions(connection: Any) -> tuple[str | None, str | None]:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    import cockpit.store

    config = Config()
    config.set_main_option("script_location", str(Path(cockpit.store.__path__[0]) / "migrations").replace("%", "%%"))
    wanted = ScriptDirectory.from_config(config).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), wanted


def _clock(settings: Settings) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if not 2024 < now.year < 2100:
        yield Finding("fail", "clock", f"{now:%Y-%m-%d %H:%M} cannot be true; set the clock and keep it with NTP")
        return
    if settings.redis_url is None:
        yield Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
        return
    theirs_s = redis_time_s(settings)
    if theirs_s is None:
        return
    apart_s = abs(datetime.now(UTC).timestamp() - theirs_s)
    verdict = "ok" if apart_s < _CLOCKS_APART_S else "warn"
    yield Finding(verdict, "clock", f"{apart_s:.1f} s apart from Redis's machine; keep both with NTP")


def _chromium(settings: Settings) -> Iterator[Finding]:
    from cockpit.services.screenshots.chromium import MISSING, find_chromium

    found = find_chromium(settings.chromium)
    if found is not None:
        yield Finding("ok", "pictures", f"{found} draws pictures of pages")
    elif settings.chromium:
        yield Finding("fail", "pictures", f"COCKPIT_CHROMIUM: {settings.chromium} cannot be run; correct it")
    else:
        yield Finding("warn", "pictures", f"no pictures of pages: {MISSING}")


def _calendar(settings: Settings) -> Iterator[Finding]:
    """A year whose holiday plan is missing is counted by statutory holidays and weekends alone."""
    from cockpit.parts import Parts
    from cockpit.services.calendars import years_missing

    parts = Parts(settings)
    try:
        calendar, zone = parts.calendar, ZoneInfo(parts.city.tz)
    except TellError:
        return  # the city has been complained about
    try:
        decided = parts.history.list_calendar_days() if _has_database(settings) else []
    except SQLAlchemyError:
        decided = []
    finally:
        parts.close()
    missing = years_missing(calendar, decided, datetime.now(zone).date())
    years = f"holidays known to {max(calendar.known_years)}, {len(decided)} days decided by hand"
    if missing:
        told = ", ".join(map(str, missing))
        yield Finding(
            "warn", "calendar", f"no holiday plan for {told}: upgrade `holidays` or use `cockpit calendar set`; {years}"
        )
    else:
        yield Finding("ok", "calendar", years)


def _outward(settings: Settings) -> Iterator[Finding]:
    """Other systems that do not take what they are told."""
    from cockpit.outward import look_at_outward
    from cockpit.store.database import open_engine

    if not _has_database(settings):
        return
    engine = open_engine(settings.database())
    try:
        for verdict, told in look_at_outward(engine):
            yield Finding(verdict, "outward", told)
    except SQLAlchemyError:
        return  # the database has been complained about, or the next start migrates it
    finally:
        engine.dispose()


def _feeds(settings: Settings) -> Iterator[Finding]:
    for verdict, told in feed_findings(settings):
        yield Finding(verdict, "feeds", told)


def _rules(settings: Settings) -> Iterator[Finding]:
    for verdict, told in rule_findings(settings):
        yield Finding(verdict, "rules", told)


def _figures(settings: Settings) -> Iterator[Finding]:
    """Kept figures are equal to what they are made of."""
    if _has_database(settings):
        for verdict, told in figure_findings(settings):
            yield Finding(verdict, "figures", told)


def _has_database(settings: Settings) -> bool:
    return settings.database_url is not None or (settings.data_dir / "cockpit.db").exists()
