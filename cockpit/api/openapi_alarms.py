"""The paths of alarms and devices in `openapi.json`, from the table that decides."""

from typing import Any

from cockpit.api.alarms import AlarmRequest, AskedState
from cockpit.api.device_asked import AdoptRequest
from cockpit.api.openapi_parts import KEY, TEXT, TIME, asking, get, path, query
from cockpit.domain.alarm_moves import ALARM_MOVES, AlarmMoveName
from cockpit.domain.severity import Severity
from cockpit.domain.source import FeedStatus
from cockpit.services.alarm_kinds import IotDomain

ALARM_MODELS: list[Any] = [AlarmRequest, AdoptRequest]
_OF_ONE = frozenset({AlarmMoveName.PROMOTE, AlarmMoveName.SEPARATE})


def alarm_paths() -> dict[str, Any]:
    """What is asked, and one path a move."""
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    as_of = query("as_of", TIME, "the situation of that instant instead of now")
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page")
    cursor = query("cursor", TEXT, "`next` of the page before")
    bbox = query("bbox", TEXT, "west,south,east,north")
    kind, device = query("kind", TEXT, "smoke, water_level, …"), query("device", TEXT, "of this device")
    since, until = query("from", TIME, "at or after"), query("to", TIME, "before")
    filters = [
        query("state", {"type": "string", "enum": [s.value for s in AskedState]}, "a state; open or over"),
        query("severity", {"type": "string", "enum": [s.value for s in Severity]}, "等级"),
        query("group", TEXT, "members of this group"),
        query("domain", {"type": "string", "enum": [d.value for d in IotDomain]}, "of devices of this domain"),
        query("q", TEXT, "words in id, device, message or address"),
        kind, device, since, until, bbox,
    ]  # fmt: skip
    device_filters = [
        query("domain", {"type": "string", "enum": [d.value for d in IotDomain]}, "消防 安防 环保 水务 市政"),
        query("known", {"type": "boolean"}, "entered by somebody, or only heard of"),
        query("status", {"type": "string", "enum": [s.value for s in FeedStatus]}, "as the groups count them"),
        query("q", TEXT, "words in id, name, address or owner"),
        kind, bbox,
    ]  # fmt: skip
    alarm_id, device_id = path("alarm_id", "id of the alarm"), path("device_id", "id of the device")
    return {
        "/alarms": get("报警", [scope, as_of, *filters, limit, cursor], "Page"),
        "/alarms/groups": get("警情组: alarms near in place and time", [scope, as_of, limit], "Page"),
        "/alarms/ledger": get("误报台账", [scope, as_of, device, limit], "Page"),
        "/alarms/rules": get("报警规则: those that hold and those that are wrong", [], "Page"),
        "/alarms/{alarm_id}": get("one alarm with its whole history", [alarm_id, as_of], "Item", 404),
        **_moves(alarm_id),
        "/devices": get("设备: entered ones and unknown ones", [scope, as_of, *device_filters, limit, cursor], "Page"),
        "/devices/summary": get("devices by domain: how many, how they are, what is open", [scope, as_of], "Page"),
        "/devices/groups": get(
            "设备组: how fresh each domain's devices are, and who is silent", [scope, limit], "Page"
        ),
        "/devices/{device_id}": get(
            "one device, what it measured and its alarms", [device_id, as_of, since, until], "Item", 404
        ),
        "/devices/{device_id}/adopt": {
            "post": asking("enter a device that was only heard of", "AdoptRequest", [device_id])
        },
    }


def _moves(alarm_id: dict[str, Any]) -> dict[str, Any]:
    group_id = path("group_id", "id of the group")
    moves: dict[str, Any] = {}
    for move in ALARM_MOVES:
        words = f"ask for {move.name.value}" + (f"; needs {', '.join(move.needs)}" if move.needs else "")
        words += f"; from {', '.join(sorted(s.value for s in move.from_states))}"
        moves[f"/alarms/{{alarm_id}}/{move.name.value}"] = {"post": asking(words, "AlarmRequest", [alarm_id, KEY])}
        if move.name not in _OF_ONE:
            asked = asking(f"{words}; all of a group", "AlarmRequest", [group_id, KEY])
            moves[f"/alarms/groups/{{group_id}}/{move.name.value}"] = {"post": asked}
    return moves
