"""`GET devices…`, their groups, and `POST devices/{id}/adopt`: what stands where, what it measures, how fresh it is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import (
    Instants,
    answer,
    bbox_asked,
    choice_of,
    cursor_after,
    cursor_asked,
    flag_of,
    lies_in,
    limit_asked,
    page_of,
    scope_asked,
    time_of,
)
from cockpit.api.commands import parsed
from cockpit.api.device_asked import Adopting, AdoptRequest, Archive, Registry
from cockpit.api.device_groups import group_item, lags_by_device, percentiles_of
from cockpit.api.identity import principal, require
from cockpit.api.items import alarm_item
from cockpit.api.problem import ProblemError, answered, clean
from cockpit.domain.device import Device, Limits
from cockpit.domain.device_group import GroupRule
from cockpit.domain.event import Place
from cockpit.domain.scope import Scope
from cockpit.domain.source import FeedStatus
from cockpit.services.alarm_kinds import AlarmKinds, IotDomain
from cockpit.services.briefly import Briefly
from cockpit.services.devices import located
from cockpit.services.group_rules import GroupRules
from cockpit.services.intake import Places
from cockpit.situation.situation import Situation
from cockpit.store.accounts import Role

_LONGEST_Q = 200
_HISTORY = timedelta(hours=24)
_LONGEST_HISTORY = timedelta(days=31)
#: how far back the lags of a group are looked at
_LAGS_OF = timedelta(minutes=15)


class Devices:
    """Devices of the registry and those that were only heard of, by readings or by alarms."""

    def __init__(
        self,
        instants: Instants,
        *,
        registry: Registry,
        table: Adopting,
        archive: Archive,
        kinds: AlarmKinds,
        city: Places,
        clock: Callable[[], datetime],
        groups: GroupRules | None = None,
        keep_s: float = 0.0,
    ) -> None:
        """`keep_s`: so long one walk through all devices serves everybody who asks for the same figures."""
        self._groups = groups or GroupRules(GroupRule())
        self._instants, self._registry, self._table, self._archive = instants, registry, table, archive
        self._kinds, self._city, self._clock = kinds, city, clock
        self._briefly: Briefly[tuple[datetime, list[object], dict[str, Any]]] = Briefly(keep_s)

    def listed(self) -> Response:
        """By id. `known=false` lists what nobody has entered; `status` those that the groups count as such."""
        scope, limit, cursor, box = scope_asked(), limit_asked(), cursor_asked(), bbox_asked()
        known, wanted = flag_of("known"), {n: request.args.get(n, "")[:_LONGEST_Q] for n in ("kind", "domain", "q")}
        q, status = wanted["q"].casefold(), choice_of("status", FeedStatus)
        heard = self._archive.heard_at() if status else {}
        found = []
        with self._instants.asked() as (situation, now):
            everything = self._everything(situation)
            ringing = _ringing(situation)
        for device in everything.values():
            domain = self._kinds.of(device.kind).domain
            if (
                _is_in(device, scope)
                and known in (None, device.is_known)
                and wanted["kind"] in ("", device.kind)
                and wanted["domain"] in ("", domain.value if domain else "")
                and (not q or q in f"{device.device_id} {device.name} {device.place.address} {device.owner}".casefold())
                and (box is None or lies_in(device.place, box))
                and (status is None or self._counted_as(device, heard, now) == status)
            ):
                found.append(device)
        found.sort(key=lambda d: d.device_id)
        rest = [d for d in found if cursor is None or d.device_id > cursor[1]]
        page = rest[:limit]
        last = self._last([d.device_id for d in page])
        items: list[object] = [self._item(d, now, last.get(d.device_id, []), ringing) for d in page]
        after = cursor_after(0.0, page[-1].device_id) if len(rest) > limit else None
        return page_of(now, items, total=len(found), after=after, scope=scope.code)

    def summary(self) -> Response:
        """How many devices each domain has, how they are, and how many of their alarms are open."""
        scope = scope_asked()
        at, items, more = self._figures("summary", scope, lambda: self._summed(scope))
        return page_of(at, items, scope=scope.code, **more)

    def _figures(self, what: str, scope: Scope, make: Callable[[], Any], most: int = 0) -> Any:
        return self._briefly.get((what, scope.code, most, request.args.get("as_of", "")), make)

    def _summed(self, scope: Scope) -> tuple[datetime, list[object], dict[str, Any]]:
        with self._instants.asked() as (situation, now):
            everything, ringing = self._everything(situation), _ringing(situation)
        heard = self._archive.heard_at()
        counts = {d: dict.fromkeys(("devices", "known", "live", "stale", "lost", "unknown", "open_alarms"), 0)
                  for d in (*IotDomain, None)}  # fmt: skip
        for device in everything.values():
            if not _is_in(device, scope):
                continue
            told = counts[self._kinds.of(device.kind).domain]
            told["devices"] += 1
            told["known"] += device.is_known
            told[self._status_of(device, heard.get(device.device_id, device.first_heard_at), now)] += 1
            told["open_alarms"] += ringing.get(device.device_id, 0)
        items: list[object] = [{"domain": domain.value, **told} for domain, told in counts.items() if domain]
        return now, items, {"total": len(everything), "others": counts[None]}

    def groups(self) -> Response:
        """设备组: how fresh the devices of each domain are, how late, and the first `limit` that are silent."""
        scope, most = scope_asked(), limit_asked(20)
        at, items, more = self._figures("groups", scope, lambda: self._grouped(scope, most), most)
        return page_of(at, items, scope=scope.code, **more)

    def _grouped(self, scope: Scope, most: int) -> tuple[datetime, list[object], dict[str, Any]]:
        with self._instants.asked() as (situation, now):
            everything, ringing = self._everything(situation), _ringing(situation)
        members: dict[IotDomain, list[Device]] = {domain: [] for domain in IotDomain}
        for device in everything.values():
            domain = self._kinds.of(device.kind).domain
            if domain is not None and _is_in(device, scope):
                members[domain].append(device)
        heard, lags = self._archive.heard_at(), lags_by_device(self._archive.lags_since(now - _LAGS_OF))
        items: list[object] = [
            {
                "domain": domain.value,
                "open_alarms": sum(ringing.get(device.device_id, 0) for device in devices),
                "lag_ms": percentiles_of(devices, lags),
                **group_item(devices, heard, self._groups.of(domain), now, most),
            }
            for domain, devices in members.items()
        ]
        return now, items, {"total": len(items)}

    def get(self, device_id: str) -> Response:
        """One device with its limits, what it measured between `from` and `to` (the last day), and its alarms."""
        asking = principal()
        with self._instants.asked() as (situation, now):
            device = self._everything(situation).get(device_id)
            if device is None or not _is_in(device, asking.scope):
                raise ProblemError(404, f"no device {clean(device_id[:200])}")
            alarms = [a for a in situation.alarms.values() if a.device_id == device_id]
            past = situation.past_alarms.get(device_id, ())
            ringing = _ringing(situation)
            ledger = [
                {"rule": key[1], **line._asdict(), "false_share": line.false_share}
                for key, line in situation.alarm_ledger.items()
                if key[0] == device_id
            ]
        end = time_of("to") or now
        start = time_of("from") or end - _HISTORY
        if not start < end or end - start > _LONGEST_HISTORY:
            raise ProblemError(400, f"from must lie before to, at most {_LONGEST_HISTORY.days} days", field="from")
        history: dict[str, list[list[float]]] = {}
        for quantity, ms, value in self._archive.history_of(device_id, start, end):
            history.setdefault(quantity, []).append([ms, value])
        alarms.sort(key=lambda a: a.raised_at or a.cleared_at or now, reverse=True)
        return answer(
            {
                "as_of": now,
                **self._item(device, now, self._last([device_id]).get(device_id, []), ringing),
                "limits": {name: limits._asdict() for name, limits in device.limits.items()},
                "maintenance": [{"from": w.start, "to": w.end} for w in device.maintenance],
                "history": {"from": start, "to": end, "quantities": history},
                "alarms": [alarm_item(a) for a in alarms],
                "past_alarms": [line._asdict() for line in reversed(past)],
                "ledger": ledger,
            }
        )

    def adopt(self, device_id: str) -> Response:
        """Enter a device that was only heard of. 409 for one that is known."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted = parsed(AdoptRequest)
        if (wanted.lon is None) != (wanted.lat is None):
            raise ProblemError(400, "lon and lat go together", field="lon")
        with self._instants.fold.lock:
            heard = self._everything(self._instants.fold.situation).get(device_id)
        if heard is None or not _is_in(heard, asking.scope):
            raise ProblemError(404, f"no device {clean(device_id[:200])} was ever heard of")
        if heard.is_known:
            raise ProblemError(409, "the device is in the registry already", rule="device_is_known")
        place = Place(lon=wanted.lon, lat=wanted.lat) if wanted.lon is not None else heard.place
        device = Device(
            device_id=device_id,
            kind=wanted.kind,
            name=wanted.name,
            place=place,
            owner=wanted.owner,
            interval_s=wanted.interval_s,
            limits={name: Limits(given.low, given.high, given.unit) for name, given in wanted.limits.items()},
        )
        [entered] = located([device], self._city)
        if not asking.scope.covers(entered.place.code or asking.scope.code):
            raise ProblemError(403, f"the place lies outside your scope {asking.scope.code}", field="lon")
        self._table.put([entered], now=self._clock())
        return answered(201, {"device_id": device_id, "code": entered.place.code})

    def _everything(self, situation: Situation) -> dict[str, Device]:
        """The registry, and whoever raised an alarm without being in it."""
        found = dict(self._registry.now())
        for alarm in situation.alarms.values():
            if alarm.device_id not in found:
                found[alarm.device_id] = Device(
                    device_id=alarm.device_id, kind=alarm.kind, place=alarm.place, is_known=False
                )
        return found

    def ids_of(self, situation: Situation, domain: IotDomain, scope: Scope) -> frozenset[str]:
        """The devices of a domain in a scope: those whose alarms its card counts."""
        of_domain = (d for d in self._everything(situation).values() if self._kinds.of(d.kind).domain is domain)
        return frozenset(device.device_id for device in of_domain if _is_in(device, scope))

    def _last(self, device_ids: list[str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for line in self._archive.last_of(device_ids) if device_ids else ():
            found.setdefault(line.device_id, []).append(line)
        return found

    def _status_of(self, device: Device, heard_at: datetime | None, now: datetime) -> str:
        return self._groups.of(self._kinds.of(device.kind).domain).status_of(device, heard_at, now).value

    def _counted_as(self, device: Device, heard: Mapping[str, datetime], now: datetime) -> str:
        """The count of its group that a device is in: nobody knows of one that is worked on."""
        if device.is_in_maintenance(now):
            return FeedStatus.UNKNOWN
        return self._status_of(device, heard.get(device.device_id, device.first_heard_at), now)

    def _item(self, device: Device, now: datetime, last: Sequence[Any], ringing: Mapping[str, int]) -> dict[str, Any]:
        domain = self._kinds.of(device.kind).domain
        heard_at = max((line.at for line in last), default=device.first_heard_at)
        return {
            "device_id": device.device_id,
            "name": device.name,
            "kind": device.kind,
            "domain": domain.value if domain else None,
            "known": device.is_known,
            "owner": device.owner,
            "lon": device.place.lon,
            "lat": device.place.lat,
            "code": device.place.code,
            "address": device.place.address,
            "interval_s": device.interval_s,
            "heard_at": heard_at,
            "status": self._status_of(device, heard_at, now),
            "in_maintenance": device.is_in_maintenance(now),
            "open_alarms": ringing.get(device.device_id, 0),
            "values": [
                {"quantity": line.quantity, "value": line.value, "unit": line.unit, "at": line.at} for line in last
            ],
        }


def _ringing(situation: Situation) -> dict[str, int]:
    counts: dict[str, int] = {}
    for alarm in situation.alarms.values():
        if alarm.is_open:
            counts[alarm.device_id] = counts.get(alarm.device_id, 0) + 1
    return counts


def _is_in(device: Device, scope: Scope) -> bool:
    """A device that nobody has placed is for the whole city's account to look after."""
    return scope.covers(device.place.code) or (not device.place.code and len(scope.code) <= 6)


def devices_blueprint(devices: Devices) -> Blueprint:
    """`/api/v1/devices…`."""
    blueprint = Blueprint("devices", __name__, url_prefix="/api/v1/devices")
    blueprint.add_url_rule("", "list", devices.listed, methods=["GET"])
    blueprint.add_url_rule("/groups", "groups", devices.groups, methods=["GET"])
    blueprint.add_url_rule("/summary", "summary", devices.summary, methods=["GET"])
    blueprint.add_url_rule("/<path:device_id>", "get", devices.get, methods=["GET"])
    blueprint.add_url_rule("/<path:device_id>/adopt", "adopt", devices.adopt, methods=["POST"])
    return blueprint
