"""The process of one feed that has a file."""

import os

from cockpit.data_dir import DataDir
from cockpit.parts import Parts
from cockpit.processes.running import BEHIND_THE_SCREENS, begin, now, together
from cockpit.settings import Settings


def run_feed(settings: Settings, name: str) -> None:
    """One feed that has a file. WrongUseError for a name without one, or a file that is wrong."""
    from cockpit.api.meter import FeedMeter
    from cockpit.domain.scope import Scope
    from cockpit.feed_files import read_feed_file
    from cockpit.feeding import dead_letter_of, line_of, parse_of, recorder_of, sources_of, taker_maker
    from cockpit.services.feeding.kept import KeptState
    from cockpit.services.feeding.levels import AlarmLevels
    from cockpit.services.feeding.runner import FeedRunner
    from cockpit.services.intake import Intake
    from cockpit.services.readings import ReadingIntake
    from cockpit.stream.connection import UNAVAILABLE

    directory = DataDir(settings.data_dir).feeds
    file = read_feed_file(directory / f"{name}.toml")
    kept = KeptState(directory / "state" / f"{name}.json")
    line = line_of(file, kept, clock=now)
    stop = begin(f"feed-{name}", settings)
    os.nice(BEHIND_THE_SCREENS)
    parts, levels = Parts(settings), AlarmLevels()
    intake = Intake(
        city=parts.city,
        facts=parts.facts,
        positions=parts.positions,
        clock=now,
        archived=parts.journal.known,
        find_limit=parts.standards.find_limit,
        over=parts.past_events.over_among,
    )
    meter = FeedMeter(parts.health, away=UNAVAILABLE)
    kept.follow("levels", levels.known, levels.know)
    set_aside = dead_letter_of(parts.dead_messages)
    runner = FeedRunner(
        line,
        parse=parse_of(file),
        taker=taker_maker(
            intake,
            meter,
            readings=ReadingIntake(lane=parts.readings, clock=now),
            clock=now,
            levels=levels,
            expiries=parts.expiries,
            sources=sources_of(file),
        )(name),
        scope=Scope(file.scope).in_city(parts.city.code),
        period_s=file.period_s,
        set_aside=lambda raw, why: set_aside(name, raw, why),
        record=recorder_of(file, directory / "recorded"),
    )
    together(stop, {"feed": lambda: runner.run(stop), "keep": lambda: kept.run(stop)})
    kept.save()
    meter.close()
    parts.close()
