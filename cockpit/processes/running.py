"""How every process begins, and runs its loops side by side."""

import gc
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from cockpit.cli_data import opened_database
from cockpit.data_dir import DataDir
from cockpit.ending import stop_when_asked
from cockpit.logs import configure_logs
from cockpit.services.memory import keep_memory_together
from cockpit.services.scratch import sweep_scratch
from cockpit.settings import Settings
from cockpit.supervisor import PARENT_NAME, end_with_parent, tell_at_work

#: what the streams keep safe anyway waits when a screen needs the processor
BEHIND_THE_SCREENS = 5

_log = structlog.get_logger(__name__)


def begin(process: str, settings: Settings) -> threading.Event:
    """Logs, the leash to the supervisor, and an event that SIGTERM and Ctrl-C set."""
    supervised = PARENT_NAME in os.environ
    file = DataDir(settings.data_dir).make().logs / f"{process}.log" if supervised else None
    configure_logs(level=settings.log_level, file=file, process=process)
    if supervised:
        end_with_parent(int(os.environ[PARENT_NAME]))
    else:
        with opened_database(settings):  # one by one, whoever comes first brings the tables up to date
            pass
    keep_memory_together()
    if swept := sweep_scratch():
        _log.info("temporary folders of ended processes taken away", folders=len(swept))
    # a fold is many objects that stay: look for garbage seldom, or a full look stops every screen for a moment
    gc.set_threshold(50_000, 20, 50)
    stop = stop_when_asked()
    _log.info("started", pid=os.getpid())
    return stop


def now() -> datetime:
    """The clock of a process."""
    return datetime.now(UTC)


def together(stop: threading.Event, loops: dict[str, Callable[[], None]]) -> None:
    """Run loops side by side until `stop`; should one fail, the process ends and is started again."""
    failed: list[str] = []

    def run(name: str, loop: Callable[[], None]) -> None:
        try:
            loop()
        except Exception:
            _log.exception("loop failed", loop=name)
            failed.append(name)
        finally:
            stop.set()

    threads = [threading.Thread(target=run, args=item, name=item[0], daemon=True) for item in loops.items()]
    for thread in threads:
        thread.start()
    tell_at_work()
    while not stop.wait(0.5):
        pass
    for thread in threads:
        thread.join(timeout=8)
    if failed:
        raise SystemExit(1)
