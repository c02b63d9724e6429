"""`cockpit doctor` looks at feed files and alarm rules: what is wrong in them costs only itself, and must be seen."""

from collections.abc import Iterator

from cockpit.data_dir import DataDir
from cockpit.exits import TellError
from cockpit.running_redis import with_running_redis
from cockpit.settings import Settings


def feed_findings(settings: Settings) -> Iterator[tuple[str, str]]:
    """(verdict, what to tell) of each feed file that is wrong; one line if none is."""
    from cockpit.feed_files import WrongFile, list_feed_files

    read = list(list_feed_files(DataDir(settings.data_dir).feeds))
    wrong = [file for file in read if isinstance(file, WrongFile)]
    for file in wrong:
        yield "fail", f"{file.name} does not run: {file.why}"
    if not wrong:
        yield "ok", f"{len(read)} files, each can be read" if read else "none has a file of its own"


def rule_findings(settings: Settings) -> Iterator[tuple[str, str]]:
    """(verdict, what to tell) of each alarm rule that is disabled because of an error; one line if none is."""
    from cockpit.services.alarm_rules import load_alarm_rules, without_failed

    found = without_failed(load_alarm_rules(DataDir(settings.data_dir).alarms), lambda: failed_rules(settings))
    for bad in found.wrong:
        yield "warn", f"{bad.name or 'the file'} ({bad.file}) is disabled: {bad.error}"
    if not found.wrong:
        yield "ok", f"{len(found.rules)} hold"


def failed_rules(settings: Settings) -> dict[str, str]:
    """Rules that failed at work; none while nothing runs here. Raises what the stream raises when it is away."""
    from cockpit.parts import Parts

    try:
        parts = Parts(with_running_redis(settings))
    except TellError:
        return {}
    try:
        return parts.rule_failures.find_all()
    finally:
        parts.close()
