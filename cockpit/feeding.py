"""来源组合: joins feed files, formats and intake to what the API is posted to and what `cockpit feed` runs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cockpit.domain.source import POSITIONS_FEED, Source
from cockpit.exits import WrongUseError
from cockpit.feed_files import FeedFile
from cockpit.services.city import FeedInfo
from cockpit.services.feeding.batch import Batch
from cockpit.services.feeding.kept import KeptState
from cockpit.services.feeding.levels import AlarmLevels
from cockpit.services.feeding.messages import ReadingMessage
from cockpit.services.feeding.posted import PostedFeed
from cockpit.services.feeding.recorded import recorded_line
from cockpit.services.feeding.runner import Line
from cockpit.services.feeding.seam import Parsed, Raw
from cockpit.services.feeding.taking import Meter, Taker
from cockpit.services.feeding.terms import readings_of
from cockpit.services.intake import Intake, Outcome
from cockpit.services.readings import ReadingIntake
from cockpit.stream.dead_messages import DeadMessages
from cockpit.stream.expiries import Expiries
from feeds.registry import FORMAT_OF, FORMATS, Brings, Way

#: (feed's name) → what takes its messages
MakeTaker = Callable[[str], Taker]
SetAside = Callable[[str, Raw, str], None]


def taker_maker(
    intake: Intake,
    meter: Meter,
    *,
    readings: ReadingIntake,
    clock: Callable[[], datetime],
    levels: AlarmLevels | None = None,
    expiries: Expiries | None = None,
    sources: Sequence[str] = (),
) -> MakeTaker:
    """What makes a feed's taker in this process."""

    def take_readings(batch: Batch[ReadingMessage]) -> Outcome:
        return readings.take_indexed(readings_of(batch))

    def make(name: str) -> Taker:
        return Taker(
            name,
            intake=intake,
            meter=meter,
            clock=clock,
            take_readings=take_readings,
            levels=levels or AlarmLevels(),
            expiries=expiries,
            sources=sources,
        )

    return make


def line_of(file: FeedFile, kept: KeptState, *, clock: Callable[[], datetime]) -> Line:
    """The way of a feed. Each loads only its own library."""
    match file.way:
        case Way.MQTT if file.mqtt is not None:
            from feeds.ways.mqtt import MqttLine

            return MqttLine(file.mqtt, name=file.name, clock=clock)
        case Way.REPLAY if file.replay is not None:
            from feeds.ways.replay import ReplayLine

            return ReplayLine(file.replay, clock=clock)
        case Way.POLL if file.poll is not None:
            from feeds.ways.poll import PollLine

            module: Any = FORMAT_OF[file.format].load()
            return PollLine(file.poll, kept=kept, clock=clock, pages=module, config=file.config)
        case Way.FOLDER if file.folder is not None:
            from feeds.ways.folder import FolderLine

            return FolderLine(file.folder, clock=clock)
        case Way.KAFKA if file.kafka is not None:
            from feeds.ways.kafka import KafkaLine

            return KafkaLine(file.kafka, clock=clock)
    raise WrongUseError(f"the feed {file.name} is posted to at /api/v1/feeds/{file.name}; nothing has to run for it")


def recorder_of(file: FeedFile, directory: Path) -> Callable[[Raw], None] | None:
    """Writes what comes into a file that replay can play, if the feed's file asks for it."""
    if not file.record:
        return None
    directory.mkdir(parents=True, exist_ok=True)
    lines = (directory / f"{file.name}.ndjson").open("a", encoding="utf-8", buffering=1)
    return lambda raw: print(recorded_line(raw), file=lines)


def dead_letter_of(dead: DeadMessages) -> SetAside:
    """Keeps a raw message that could not be looked at."""

    def set_aside(feed: str, raw: Raw, reason: str) -> None:
        dead.set_aside(feed, topic=raw.topic, body=raw.body, reason=reason)

    return set_aside


def sources_of(file: FeedFile) -> tuple[str, ...]:
    """What on the screens depends on this feed: devices, positions, or the source of its events."""
    brings = FORMAT_OF[file.format].brings
    found = [Source.IOT.value] if Brings.ALARMS in brings or Brings.READINGS in brings else []
    if Brings.POSITIONS in brings and len(brings) < 3:
        found.append(POSITIONS_FEED)
    if isinstance(source := getattr(file.config, "source", None), Source):
        found.append(source.value)
    return tuple(found)


def parse_of(file: FeedFile) -> Callable[[Raw], Parsed]:
    """The format's parse with the settings of this feed."""
    module, config = FORMAT_OF[file.format].load(), file.config
    return lambda raw: module.parse(raw, config)


def posted_feeds(files: Iterable[FeedFile], make_taker: MakeTaker, set_aside: SetAside) -> dict[str, PostedFeed]:
    """Every feed that is posted to: those that need no file, and those that have one."""
    ready = {form.name: FeedFile(name=form.name, format=form.name, way=Way.HTTP) for form in FORMATS if form.ready}
    chosen = {**ready, **{file.name: file for file in files if file.way is Way.HTTP and file.enabled}}
    return {name: _posted(file, make_taker(name), set_aside) for name, file in chosen.items()}


def _posted(file: FeedFile, taker: Taker, set_aside: SetAside) -> PostedFeed:
    module: Any = FORMAT_OF[file.format].load()
    config = file.config
    given: dict[str, Any] = {}
    if hasattr(module, "ANSWER"):
        given["answer"] = module.ANSWER
    if hasattr(module, "check"):
        given["check"] = lambda raw: module.check(raw, config)
    return PostedFeed(
        name=file.name,
        parse=lambda raw: module.parse(raw, config),
        taker=taker,
        methods=getattr(module, "METHODS", ("POST",)),
        mimetype=getattr(module, "MIMETYPE", "application/json"),
        scope=file.scope,
        set_aside=lambda raw, why: set_aside(file.name, raw, why),
        **given,
    )


def expected_feeds(files: Iterable[FeedFile]) -> list[FeedInfo]:
    """What the wall waits for: every feed that has a file, with its own interval."""
    return [
        FeedInfo(
            file.name,
            file.title_zh or _title(file, "zh"),
            file.title_en or _title(file, "en"),
            file.period_s,
            file.stale_after_s,
            file.lost_after_s,
            sources_of(file),
        )
        for file in files
        if file.enabled
    ]


def known_titles() -> dict[str, tuple[str, str]]:
    """Titles of the feeds that nobody waits for and that may be heard all the same."""
    return {form.name: (form.title_zh, form.title_en) for form in FORMATS}


def _title(file: FeedFile, lang: str) -> str:
    title = str(getattr(FORMAT_OF[file.format], f"title_{lang}"))
    return title if file.name == file.format else f"{title} {file.name}"
