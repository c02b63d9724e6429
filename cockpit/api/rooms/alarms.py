"""报警 and 设备: what devices raise, what they measure, and how they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.alarms import Alarms, EventOf, NearestOf, PastAlarmsOf, alarms_blueprint
from cockpit.api.asked import Instants
from cockpit.api.devices import Devices, devices_blueprint
from cockpit.api.openapi_alarms import ALARM_MODELS, alarm_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.services.alarm_rules import AlarmRules


@dataclass(frozen=True, kw_only=True)
class AlarmRoom:
    """`/alarms…`, `/devices…`."""

    document: ClassVar[RoomDocument] = RoomDocument(alarm_paths, ALARM_MODELS)

    devices: Callable[[Instants], Devices]
    #: what an alarm that becomes an event takes along: what is nearest, and the category and title of its kind
    nearest_of_alarm: NearestOf = lambda _place: ()
    event_of_alarm: EventOf = lambda _kind: ("", "")
    alarm_rules: Callable[[], AlarmRules] = AlarmRules
    #: alarms that are in no fold any more
    past_alarms: PastAlarmsOf | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        devices = self.devices(core.instants)
        yield devices_blueprint(devices)
        yield alarms_blueprint(
            Alarms(
                core.instants,
                core.commands,
                nearest=self.nearest_of_alarm,
                event_of=self.event_of_alarm,
                rules=self.alarm_rules,
                past=self.past_alarms,
                devices_of=devices.ids_of,
            )
        )
