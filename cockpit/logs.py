"""What the processes write down: JSON lines into a file that turns over, warnings to the terminal.

`structlog` and the standard library's `logging` come out the same way, so that gunicorn, SQLAlchemy and our own
code are read in one place. Nothing personal is logged: ids and counts, never names, texts or tokens.
"""

import logging
import logging.handlers
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_FILE_BYTES = 20 * 1024 * 1024
_FILES_KEPT = 5


def configure_logs(*, level: str, file: Path | None = None, process: str = "cockpit") -> None:
    """Set up logging of this process; called once, by its entry function.

    With `file`, everything from `level` on goes there as JSON and the terminal gets warnings; without, the
    terminal gets everything.
    """
    wanted = _LEVELS.get(level.lower(), logging.INFO)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(_formatter(shared, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())))
    terminal.setLevel(logging.WARNING if file else wanted)
    handlers: list[logging.Handler] = [terminal]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = logging.handlers.RotatingFileHandler(
            file, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8", delay=True
        )
        kept.setFormatter(_formatter(shared, structlog.processors.JSONRenderer(ensure_ascii=False)))
        handlers.append(kept)
    logging.basicConfig(level=wanted, handlers=handlers, force=True)
    for chatty in ("httpx", "httpcore", "engineio", "socketio", "werkzeug"):
        logging.getLogger(chatty).setLevel(max(wanted, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(wanted),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    sys.excepthook = _write_down


def _formatter(shared: list[Any], renderer: Any) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )


def _write_down(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """What ends a process is in its log too."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("cockpit").critical("ended by an error", exc_info=(kind, error, where))
