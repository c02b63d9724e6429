"""The data directory: who may start on it, and the secrets that it keeps.

Everything in it is its owner's alone (0700, files 0600). The lock is the kernel's: a start that was killed
leaves nothing behind that has to be cleaned up.
"""

import contextlib
import fcntl
import json
import os
import secrets
import tomllib
from pathlib import Path

from cockpit.exits import TellError

_CHOICE = "installation.toml"


class DataDir:
    """One installation's directory; `make` before anything else."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def attachments(self) -> Path:
        """Photos that people attached, by their content."""
        return self.path / "attachments"

    @property
    def reports(self) -> Path:
        """Daily, weekly and monthly reports that were made."""
        return self.path / "reports"

    @property
    def screenshots(self) -> Path:
        """Pictures of pages that were asked for."""
        return self.path / "screenshots"

    @property
    def cache(self) -> Path:
        """What can be made again from the database; nothing is lost with it."""
        return self.path / "cache"

    @property
    def feeds(self) -> Path:
        """One TOML file for each feed that is not of the contract's own."""
        return self.path / "feeds"

    @property
    def alarms(self) -> Path:
        """Rules and kinds of alarms that this installation adds to the shipped ones."""
        return self.path / "alarms"

    @property
    def patrol(self) -> Path:
        """Thresholds for findings, and hosts of their pictures, over the shipped ones."""
        return self.path / "patrol"

    @property
    def city(self) -> Path:
        """The city that imported divisions and grids make; it is there once there are any."""
        return self.path / "city"

    @property
    def layers(self) -> Path:
        """Versions of thematic layers as columns: `NAME/VERSION/`."""
        return self.path / "layers"

    @property
    def layer_files(self) -> Path:
        """Definitions of thematic layers of one's own, which stand in for shipped ones of the same name."""
        return self.path / "layers.d"

    @property
    def plans(self) -> Path:
        """Plans of one's own, which stand in for shipped ones of the same name."""
        return self.path / "plans"

    def remember_city(self, name: str, *, empty: bool) -> None:
        """Keep which city runs here, for commands that are not told so again."""
        (self.path / _CHOICE).write_text(f"city = {json.dumps(name)}\nempty = {str(empty).lower()}\n", encoding="utf-8")

    def last_city(self) -> tuple[str, bool] | None:
        """The city that ran here last, and whether it was an empty one; without any, the imported one if there is."""
        with contextlib.suppress(FileNotFoundError, tomllib.TOMLDecodeError, KeyError):
            told = tomllib.loads((self.path / _CHOICE).read_text(encoding="utf-8"))
            return str(told["city"]), bool(told["empty"])
        return ("", True) if (self.city / "city.toml").is_file() else None

    def make(self) -> "DataDir":
        """Make it, closed to others, as is everything that this process writes from now on.

        TellError if that cannot be done.
        """
        os.umask(0o077)
        try:
            for folder in (self.path, self.logs, self.secrets):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.chmod(0o700)
        except OSError as error:
            raise TellError(f"the data directory {self.path} cannot be used: {error.strerror or error}") from error
        return self

    def is_used(self) -> bool:
        """True if something of an installation lies in it."""
        return self.path.exists() and any(p.name not in {"logs", "cockpit.lock"} for p in self.path.iterdir())

    def lock(self) -> "DirLock":
        """The right to run here, until it is released or this process ends. TellError names who has it."""
        return DirLock(self.path / "cockpit.lock", f"a cockpit already runs on {self.path}")

    def keep_address(self, url: str) -> None:
        """Remember where the cockpit on this directory serves, for commands that ask it."""
        (self.path / "address").write_text(url, encoding="ascii")

    def find_address(self) -> str | None:
        """Where the cockpit on this directory last served; whether it still does only asking tells."""
        with contextlib.suppress(FileNotFoundError):
            return (self.path / "address").read_text(encoding="ascii").strip() or None
        return None

    def find_secret(self, name: str) -> str | None:
        """A secret that was kept before, if any."""
        with contextlib.suppress(FileNotFoundError):
            return (self.secrets / name).read_text(encoding="ascii").strip() or None
        return None

    def keep_secret(self, name: str, value: str) -> str:
        """Keep a secret in a file that only its owner may read; an older one is replaced."""
        fresh = self.secrets / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(value)
        fresh.replace(self.secrets / name)
        return value

    def secret(self, name: str) -> str:
        """A secret by name, made at its first use."""
        return self.find_secret(name) or self.keep_secret(name, secrets.token_urlsafe(32))


class DirLock:
    """Held from construction on; the kernel lets go of it when the process ends, however that happens."""

    def __init__(self, path: Path, refusal: str) -> None:
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise TellError(f"{refusal} (pid {holder})") from None
        self._file.seek(0)
        #: the one before was killed: what it started may still be about to end
        self.was_left_behind = bool(self._file.read())
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        """Let the next one start."""
        self._file.truncate(0)
        self._file.close()
