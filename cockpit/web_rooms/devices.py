"""报警, 设备 and 巡检, joined for a web process."""

from cockpit.api.devices import Devices
from cockpit.api.rooms.alarms import AlarmRoom
from cockpit.api.rooms.patrol import PatrolRoom
from cockpit.data_dir import DataDir
from cockpit.domain.scope import Scope
from cockpit.services.alarm_nearest import nearest_of
from cockpit.services.alarm_rules import load_alarm_rules, without_failed
from cockpit.services.past_alarms import PastAlarms
from cockpit.services.past_findings import PastFindings
from cockpit.store.devices import DeviceTable
from cockpit.store.event_records import EventRecords
from cockpit.store.readings import ReadingArchive
from cockpit.web_parts import WebParts, now

#: figures of all devices are as old as the registry may be
_FIGURES_KEPT_S = 3.0


def alarm_room(web: WebParts) -> AlarmRoom:
    parts = web.parts
    return AlarmRoom(
        devices=lambda instants: Devices(
            instants,
            registry=parts.devices,
            table=DeviceTable(parts.engine),
            archive=ReadingArchive(parts.engine),
            kinds=parts.alarm_kinds,
            city=parts.city,
            clock=now,
            groups=parts.group_rules,
            keep_s=_FIGURES_KEPT_S,
        ),
        nearest_of_alarm=nearest_of(parts.nearby, Scope(parts.city.code), now),
        event_of_alarm=parts.alarm_kinds.event_of,
        alarm_rules=lambda: without_failed(
            load_alarm_rules(DataDir(web.settings.data_dir).alarms), parts.rule_failures.find_all
        ),
        past_alarms=PastAlarms(parts.journal, parts.rules).raised_between,
    )


def patrol_room(web: WebParts) -> PatrolRoom:
    parts = web.parts
    return PatrolRoom(
        responsibilities=parts.responsibilities,
        standards=parts.standards,
        photos=web.photos,
        attachments=web.attachments,
        finding_rules=parts.finding_rules.now,
        past_findings=PastFindings(EventRecords(parts.engine)),
    )
