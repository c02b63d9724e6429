"""`cockpit rules …`: the rules that hold, and what others would have made of the past before they go live."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cockpit.exits import WrongUseError
from cockpit.terminal import DataDirOption, SetOption, tell, use

app = typer.Typer(help="Alarm rules (报警规则): list them, try them on the past.", no_args_is_help=True)

_SHOWN = 20


@app.command("show")
def show(data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """Every rule that holds, and those that are disabled because of an error."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.data_dir import DataDir
        from cockpit.doctor_sources import failed_rules
        from cockpit.services.alarm_rules import load_alarm_rules, without_failed
        from cockpit.settings import Settings

        settings = Settings()
        found = without_failed(load_alarm_rules(DataDir(settings.data_dir).alarms), lambda: failed_rules(settings))
        for rule in found.rules.values():
            print(f"{'on ' if rule.enabled else 'off'} {rule.name}: {rule.when} → {rule.alarm} {rule.severity}")
        for bad in found.wrong:
            print(f"disabled {bad.name or '(file)'} of {bad.file}: {bad.error}")
        if found.wrong:
            raise typer.Exit(1)

    tell(run)


@app.command("try")
def try_(
    file: Path,
    since: Annotated[str, typer.Option("--from", metavar="TIME", help="with an offset; a day ago without it")] = "",
    until: Annotated[str, typer.Option("--to", metavar="TIME", help="with an offset; now without it")] = "",
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """What the rules of a file would have raised from the readings that are kept. Nothing is raised."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.cli_data import opened_database
        from cockpit.services.alarm_rules import AlarmRules, try_rules
        from cockpit.services.devices import DeviceBook
        from cockpit.settings import Settings
        from cockpit.store.devices import DeviceTable
        from cockpit.store.readings import ReadingArchive

        rules = AlarmRules()
        try:
            rules.add(file.read_text(encoding="utf-8"), file.name)
        except (OSError, UnicodeDecodeError) as wrong:
            raise WrongUseError(f"{file} cannot be read: {wrong}") from None
        for bad in rules.wrong:
            print(f"disabled {bad.name or '(file)'}: {bad.error}")
        end = _time(until, "--to") or datetime.now(UTC)
        start = _time(since, "--from") or end - timedelta(days=1)
        if start >= end:
            raise WrongUseError("--from must lie before --to")
        with opened_database(Settings()) as engine:
            readings = ReadingArchive(engine).between(start, end)
            trial = try_rules(rules.rules.values(), readings, DeviceBook(DeviceTable(engine)).now)
        counts = trial.counts
        print(
            f"{trial.readings} readings from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC, {counts.judged} judged"
        )
        other = f"{counts.wrong_unit} in another unit, {counts.in_maintenance} in maintenance"
        print(f"passed over: {counts.late} late, {other}")
        for name, (raised, cleared, devices) in trial.per_rule().items():
            print(f"{name}: raised {raised}, cleared {cleared}, {devices} devices")
        for name, why in trial.failed.items():
            print(f"{name}: failed and would be disabled: {why}")
        for silent in sorted(set(rules.rules) - set(trial.per_rule()) - set(trial.failed)):
            print(f"{silent}: nothing")
        for d in trial.decisions[:_SHOWN]:
            state = "raised" if d.is_raised else "cleared"
            print(f"  {d.at:%m-%d %H:%M:%S} {state} {d.rule.name} {d.device_id} {d.message}")
        if len(trial.decisions) > _SHOWN:
            print(f"  and {len(trial.decisions) - _SHOWN} more")
        if rules.wrong or trial.failed:
            raise typer.Exit(1)

    tell(run)


def _time(text: str, name: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUseError(f"{name} wants a time like 2026-11-22T08:00+08:00, not {text!r}") from None
    if at.tzinfo is None:
        raise WrongUseError(f"{name} {text} has no offset; write +08:00 or Z")
    return at.astimezone(UTC)
