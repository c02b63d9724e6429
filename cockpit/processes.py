"""Entry functions of the processes: each joins its parts from the settings and runs until it is asked to stop.

What a process needs is imported when it starts, not before: `cockpit doctor` must not wait for Dash.
"""

import gc
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from cockpit.cli_data import CREW_SECRET, SIMULATOR_SECRET, ensure_feed_token, opened_database
from cockpit.data_dir import DataDir
from cockpit.ending import stop_when_asked
from cockpit.learning import keep_learning
from cockpit.listening import local_url
from cockpit.logs import configure_logs
from cockpit.notifying import find_sender, outbox_of
from cockpit.outward import courier_of
from cockpit.parts import Parts
from cockpit.services.memory import keep_memory_together
from cockpit.settings import Settings
from cockpit.supervisor import PARENT_NAME, end_with_parent, tell_at_work

FEED_TOKEN_NAME = "COCKPIT_FEED_TOKEN"
#: what the streams keep safe anyway waits when a screen needs the processor
_BEHIND_THE_SCREENS = 5
#: dispatch asks where people are when it orders one of them and when it looks who has arrived
_NOBODY_LOOKS_S = 0.25

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
    # a fold is many objects that stay: look for garbage seldom, or a full look stops every screen for a moment
    gc.set_threshold(50_000, 20, 50)
    stop = stop_when_asked()
    _log.info("started", pid=os.getpid())
    return stop


def run_web(settings: Settings) -> None:
    """Pages, API and push."""
    begin("web", settings)
    from cockpit.web_server import WebServer

    WebServer(settings).run()


def run_archive(settings: Settings) -> None:
    """Facts and fixes into the database; what is too old out of it."""
    stop = begin("archive", settings)
    os.nice(_BEHIND_THE_SCREENS)
    from cockpit.services.archiver import Archiver
    from cockpit.services.backfill import backfill
    from cockpit.services.reading_archive import ReadingRecorder
    from cockpit.services.rebuild import rebuild
    from cockpit.services.tracks.sealing import Sealer
    from cockpit.services.tracks.windows import FOLDER, TrackWindows
    from cockpit.services.upkeep import Upkeep
    from cockpit.store.checkpoints import Checkpoints
    from cockpit.store.devices import DeviceTable
    from cockpit.store.fixes import FixArchive
    from cockpit.store.idempotency import IdempotencyKeys
    from cockpit.store.journal import Journal
    from cockpit.store.notices import Notices
    from cockpit.store.readings import ReadingArchive

    parts = Parts(settings)
    journal, checkpoints = Journal(parts.engine), Checkpoints(parts.engine)
    rebuild(parts.facts, journal, checkpoint=checkpoints.find_newest_position())
    backfill(journal, parts.recorder, parts.engine)
    archiver = Archiver(
        facts=parts.facts,
        positions=parts.positions,
        journal=journal,
        fixes=FixArchive(parts.engine),
        checkpoints=checkpoints,
        recorder=parts.recorder,
        outbox=outbox_of(parts),
        consumer=parts.consumer,
        facts_kept=timedelta(hours=settings.facts_kept_hours),
        fixes_kept=timedelta(minutes=settings.positions_kept_minutes),
    )
    upkeep = Upkeep(
        fixes=FixArchive(parts.engine),
        keys=IdempotencyKeys(parts.engine),
        commands=parts.commands,
        notices=Notices(parts.engine),
        positions_kept=timedelta(days=settings.positions_kept_days),
    )
    readings = ReadingRecorder(
        lane=parts.readings,
        consumer=parts.consumer,
        archive=ReadingArchive(parts.engine),
        heard=DeviceTable(parts.engine),
        devices=parts.devices,
        every_s=settings.readings_kept_every_s,
        kept_for=timedelta(days=settings.readings_kept_days),
    )
    kept = timedelta(days=settings.positions_kept_days)
    windows = TrackWindows(DataDir(settings.data_dir).cache / FOLDER)
    sealer = Sealer(FixArchive(parts.engine), windows, kept=kept)
    loops = {
        "archiver": lambda: archiver.run(stop),
        "sealer": lambda: sealer.run(stop),
        "readings": lambda: readings.run(stop),
        "upkeep": lambda: upkeep.run(stop),
        "learning": lambda: keep_learning(settings, stop),
    }
    _together(stop, loops)
    parts.close()


def run_dispatch(settings: Settings) -> None:
    """Decides commands, turns the passing of time into facts, keeps checkpoints."""
    stop = begin("dispatch", settings)
    from cockpit.domain.scope import Scope
    from cockpit.services.alarm_nearest import nearest_of
    from cockpit.services.alarm_watch import AlarmWatch
    from cockpit.services.dispatcher import Dispatcher
    from cockpit.services.feeding.expiry import ExpiryWatch
    from cockpit.services.finding_watch import FindingWatch, is_confirmed_by_rule
    from cockpit.services.intake import Intake
    from cockpit.services.order_watch import OrderWatch
    from cockpit.services.recall import Recall, RecallWatch
    from cockpit.services.rule_assigner import RuleAssigner
    from cockpit.services.rule_watch import RuleWatch
    from cockpit.services.ticker import Ticker
    from cockpit.services.upkeep import Upkeep
    from cockpit.store.event_records import EventRecords
    from cockpit.store.fixes import FixArchive
    from cockpit.store.idempotency import IdempotencyKeys
    from cockpit.store.notices import Notices

    parts = Parts(settings)
    parts.projector.fix_rest_s = _NOBODY_LOOKS_S
    parts.projector.start()
    recall = Recall(EventRecords(parts.engine))
    dispatcher = Dispatcher(
        projector=parts.projector,
        facts=parts.facts,
        group=parts.commands.group("dispatch", parts.consumer),
        recall=recall,
    )
    recall_watch = RecallWatch(recall, projector=parts.projector, facts=parts.facts, tail=parts.facts.tail)
    ticker = Ticker(projector=parts.projector, facts=parts.facts, health=parts.health, city=parts.city)
    order_watch = OrderWatch(
        projector=parts.projector,
        facts=parts.facts,
        substitutes=parts.substitutes,
        grace_s=settings.order_grace_s,
        arrived_within_m=settings.order_arrived_within_m,
    )

    alarm_watch = AlarmWatch(projector=parts.projector, facts=parts.facts)
    city_scope = Scope(parts.city.code)
    intake = Intake(city=parts.city, facts=parts.facts, positions=parts.positions, clock=_now)
    rule_watch = RuleWatch(
        projector=parts.projector,
        group=parts.readings.group("rules", parts.consumer),
        intake=intake,
        commands=parts.commands,
        devices=parts.devices,
        kinds=parts.alarm_kinds,
        nearest=nearest_of(parts.nearby, city_scope, _now),
        scope=city_scope,
        own_rules=DataDir(settings.data_dir).alarms,
        failures=parts.rule_failures,
    )

    courier = courier_of(parts)
    expiry = ExpiryWatch(expiries=parts.expiries, intake=intake, scope=city_scope, clock=_now)

    def keep_saving() -> None:
        parts.history.keep_saving(parts.projector, interval_s=settings.checkpoint_interval_s, stop=stop)

    upkeep = Upkeep(
        fixes=FixArchive(parts.engine),
        keys=IdempotencyKeys(parts.engine),
        commands=parts.commands,
        notices=Notices(parts.engine),
        positions_kept=timedelta(days=settings.positions_kept_days),
    )
    loops = {
        "dispatcher": lambda: dispatcher.run(stop),
        "expiry": lambda: expiry.run(stop),
        "ticker": lambda: ticker.run(stop),
        "order_watch": lambda: order_watch.run(stop),
        "alarm_watch": lambda: alarm_watch.run(stop),
        "rule_watch": lambda: rule_watch.run(stop),
        "recall": lambda: recall_watch.run(stop),
        "save": keep_saving,
        "upkeep": lambda: upkeep.run(stop),
        "outward": lambda: courier.run(stop),
    }
    sender = find_sender(parts)
    if sender is not None:
        loops["notices"] = lambda: sender.run(stop)
    finding_watch = FindingWatch(projector=parts.projector, commands=parts.commands, rules=parts.finding_rules.now)
    loops["finding_watch"] = lambda: finding_watch.run(stop)
    assigner = RuleAssigner(
        projector=parts.projector,
        commands=parts.commands,
        responsibilities=parts.responsibilities,
        standards=parts.standards,
        takes=(lambda _event: True) if settings.assign_by_rules else is_confirmed_by_rule,
    )
    loops["assign_by_rules"] = lambda: assigner.run(stop)
    _together(stop, loops)
    parts.projector.stop()
    parts.close()


def run_simulate(settings: Settings, url: str = "") -> None:
    """The demo day, posted to `url` like any feed."""
    stop = begin("simulate", settings)
    os.nice(_BEHIND_THE_SCREENS)
    from cockpit.services.city import city_directory
    from cockpit.simulator.run import run_simulator

    data = DataDir(settings.data_dir)
    token = os.environ.get(FEED_TOKEN_NAME) or data.find_secret(SIMULATOR_SECRET) or ensure_feed_token(settings)
    tell_at_work()
    run_simulator(
        base_url=url or local_url(settings.host, settings.port),
        token=token,
        city_dir=city_directory(settings.city),
        seed=settings.seed,
        stop=stop,
        crew_token=data.find_secret(CREW_SECRET) or "",
    )


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
    line = line_of(file, kept, clock=_now)
    stop = begin(f"feed-{name}", settings)
    os.nice(_BEHIND_THE_SCREENS)
    parts, levels = Parts(settings), AlarmLevels()
    intake = Intake(
        city=parts.city,
        facts=parts.facts,
        positions=parts.positions,
        clock=_now,
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
            readings=ReadingIntake(lane=parts.readings, clock=_now),
            clock=_now,
            levels=levels,
            expiries=parts.expiries,
            sources=sources_of(file),
        )(name),
        scope=Scope(file.scope).in_city(parts.city.code),
        period_s=file.period_s,
        set_aside=lambda raw, why: set_aside(name, raw, why),
        record=recorder_of(file, directory / "recorded"),
    )
    _together(stop, {"feed": lambda: runner.run(stop), "keep": lambda: kept.run(stop)})
    kept.save()
    meter.close()
    parts.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _together(stop: threading.Event, loops: dict[str, Callable[[], None]]) -> None:
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
