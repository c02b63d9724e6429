"""The dispatch process: decides commands, turns the passing of time into facts, keeps checkpoints."""

from cockpit.data_dir import DataDir
from cockpit.notifying import find_sender
from cockpit.outward import courier_of
from cockpit.parts import Parts
from cockpit.processes.running import begin, now, together
from cockpit.settings import Settings

#: dispatch asks where people are when it orders one of them and when it looks who has arrived
_NOBODY_LOOKS_S = 0.25


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
    from cockpit.store.event_records import EventRecords

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
    intake = Intake(city=parts.city, facts=parts.facts, positions=parts.positions, clock=now)
    rule_watch = RuleWatch(
        projector=parts.projector,
        group=parts.readings.group("rules", parts.consumer),
        intake=intake,
        commands=parts.commands,
        devices=parts.devices,
        kinds=parts.alarm_kinds,
        nearest=nearest_of(parts.nearby, city_scope, now),
        scope=city_scope,
        own_rules=DataDir(settings.data_dir).alarms,
        failures=parts.rule_failures,
    )

    courier = courier_of(parts)
    expiry = ExpiryWatch(expiries=parts.expiries, intake=intake, scope=city_scope, clock=now)

    def keep_saving() -> None:
        parts.history.keep_saving(parts.projector, interval_s=settings.checkpoint_interval_s, stop=stop)

    loops = {
        "dispatcher": lambda: dispatcher.run(stop),
        "expiry": lambda: expiry.run(stop),
        "ticker": lambda: ticker.run(stop),
        "order_watch": lambda: order_watch.run(stop),
        "alarm_watch": lambda: alarm_watch.run(stop),
        "rule_watch": lambda: rule_watch.run(stop),
        "recall": lambda: recall_watch.run(stop),
        "save": keep_saving,
        "upkeep": lambda: parts.upkeep.run(stop),
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
    together(stop, loops)
    parts.projector.stop()
    parts.close()
