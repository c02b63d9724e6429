"""The web process: gunicorn with one worker of many threads, because one process holds one situation."""

import os
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from cockpit.listening import LISTEN_FD_NAME
from cockpit.settings import Settings
from cockpit.supervisor import end_with_parent, tell_at_work

#: a directory in memory, where there is one
_IN_MEMORY = "/dev/shm"


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn publishes no types
    """gunicorn's logger without handlers of its own: its words go where ours go."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002 — the interface
        self.error_log.handlers = []
        self.error_log.propagate = True


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """Serves `cockpit.app` with these settings; `run()` returns when it was asked to stop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_config(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from cockpit.app import create_server

        server = create_server(self._settings)
        tell_at_work()
        return server


def gunicorn_config(settings: Settings) -> dict[str, Any]:
    """What gunicorn is told. Websockets each hold a thread, so the threads bound the open browsers."""
    inherited = os.environ.get(LISTEN_FD_NAME)
    return {
        "bind": f"fd://{inherited}" if inherited else f"{settings.host}:{settings.port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": settings.web_threads,
        "worker_connections": settings.web_threads * 4,
        "timeout": 60,
        "graceful_timeout": 2,  # websockets never end by themselves
        "keepalive": 15,
        # its sign of life is a file: on a disk that is busy or full a worker would be taken for hung and killed
        "worker_tmp_dir": _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None,
        "logger_class": QuietLogger,
        "control_socket_disable": True,
        "post_fork": _after_fork,
    }


def _after_fork(_arbiter: Any, worker: Any) -> None:
    end_with_parent(worker.ppid, grace_s=1.0)
