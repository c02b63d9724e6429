"""`cockpit learn`: a classifier from closed events, made in a process of its own so that nobody waits for it."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from cockpit.cli_data import opened_database
from cockpit.settings import Settings
from cockpit.supervisor import end_with_parent

_log = structlog.get_logger(__name__)

#: after a start the day's events come in first
_FIRST_AFTER_S = 300.0
_NICENESS = 19
_ENDS_WITHIN_S = 5.0


def learn(settings: Settings, *, at_once: bool) -> str:
    """Learn if it is time, or `at_once`; the line that tells what came of it."""
    from cockpit.forecast_parts import learn_forecasts
    from cockpit.parts import Parts
    from cockpit.services.learning import learn_if_due
    from cockpit.store.cases import ClosedCases
    from cockpit.store.classifiers import Classifiers

    if not at_once:
        end_with_parent(os.getppid())
    with suppress(OSError):
        os.nice(_NICENESS)
    with opened_database(settings) as engine:
        now = datetime.now(UTC)
        model = learn_if_due(ClosedCases(engine), Classifiers(engine), now=now, at_once=at_once)
        told = learn_forecasts(Parts(settings), engine, now=now, at_once=at_once)
    if model is None:
        return told or "nothing new to learn from closed events"
    named = f"{model.examples} events of {len(model.categories)} categories, {model.accuracy:.1%} of others named right"
    return f"{named}; {told}" if told else named


def keep_learning(settings: Settings, stop: threading.Event, *, first_after_s: float = _FIRST_AFTER_S) -> None:
    """Every `learn_every_h` ask a process of its own to learn, until `stop`."""
    if not settings.learn_every_h:
        stop.wait()
        return
    wait_s = first_after_s
    while not stop.wait(wait_s):
        wait_s = settings.learn_every_h * 3600
        command = [sys.executable, "-m", "cockpit", "learn", "--if-due"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            while child.poll() is None and not stop.wait(1.0):
                pass
            if child.poll() is None:
                child.terminate()
                with suppress(subprocess.TimeoutExpired):
                    child.wait(_ENDS_WITHIN_S)
                child.kill()
            told = child.communicate()[0].strip()
        if child.returncode and not stop.is_set():
            _log.warning("learning failed", code=child.returncode)
        else:
            _log.info("learning", told=told)
