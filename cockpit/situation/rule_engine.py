"""规则引擎: readings in, decisions out. Pure: no clock, no IO; the same readings give the same decisions.

State per rule and device is one small object in a dict, so a reading costs a few microseconds. A device's own clock
orders its readings; what arrives out of order, or too late to say anything about now, changes nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from cockpit.domain.alarm_rule import AlarmRule, RuleKind
from cockpit.domain.device import Device
from cockpit.domain.reading import Reading
from cockpit.situation.rule_decision import Decision, decision_of, rate_of
from cockpit.situation.sightings import Sighting, Sightings

#: a device that nothing can be said of now is looked at again after so long; any other at the latest after so long
_LOOK_SOON, _LOOK_AGAIN = timedelta(minutes=1), timedelta(minutes=10)
#: what a rule may do wrong with values that nobody thought of
_WRONG = (ArithmeticError, ValueError, TypeError, LookupError)


@dataclass(slots=True)
class _State:
    """What is known of one rule about one device."""

    is_raised: bool = False
    #: since when the bad side holds without being told
    since: datetime | None = None
    raised_at: datetime | None = None
    #: when the newest raisings were, for flapping
    raisings: deque[datetime] = field(default_factory=deque)
    #: since when it is good again while a clearing is withheld
    good_since: datetime | None = None
    window: deque[tuple[datetime, float]] = field(default_factory=deque)


@dataclass(slots=True)
class Counts:
    """What became of readings that no rule looked at."""

    judged: int = 0
    late: int = 0
    stale: int = 0
    wrong_unit: int = 0
    in_maintenance: int = 0


DevicesNow = Callable[[], Mapping[str, Device]]


class RuleEngine:
    """The rules over the devices as `devices` tells them. Used by one thread."""

    def __init__(self, rules: Sequence[AlarmRule], devices: DevicesNow) -> None:
        self.rules = tuple(rule for rule in rules if rule.enabled)
        self.counts = Counts()
        #: rules that failed at work and are disabled, and why
        self.failed: dict[str, str] = {}
        #: looks at devices whether they are silent
        self.looked = 0
        self._devices = devices
        self._of_quantity: dict[str, list[AlarmRule]] = {}
        for rule in self.rules:
            if rule.when in (RuleKind.THRESHOLD, RuleKind.RATE):
                self._of_quantity.setdefault(rule.quantity, []).append(rule)
        self._silence = [rule for rule in self.rules if rule.when is RuleKind.NO_DATA]
        self._together = [rule for rule in self.rules if rule.when is RuleKind.TOGETHER]
        self._states: dict[tuple[str, str], _State] = {}
        self._newest: dict[tuple[str, str], datetime] = {}
        self._heard: dict[str, datetime] = {}
        #: when to look whether a device is silent, the earliest first: no look costs all devices
        self._looks: dict[str, list[tuple[datetime, str]]] = {rule.name: [] for rule in self._silence}
        self._sightings = {rule.name: Sightings(rule) for rule in self._together}

    def begin_with(self, open_alarms: Iterable[tuple[str, str, datetime]]) -> None:
        """(device, rule, raised at) of what is raised already: a restart neither repeats nor forgets it."""
        for device_id, rule, raised_at in open_alarms:
            state = self._states.setdefault((rule, device_id), _State())
            state.is_raised, state.raised_at = True, raised_at

    def take(self, readings: Iterable[Reading]) -> list[Decision]:
        """What the readings lead to, in their order."""
        decisions: list[Decision] = []
        devices = self._devices()
        counts, newest, heard = self.counts, self._newest, self._heard
        for reading in readings:
            device_id, quantity = reading.device_id, reading.quantity
            received = reading.received_at
            heard_before = heard.get(device_id)
            if heard_before is None:
                for looks in self._looks.values():
                    heappush(looks, (received, device_id))
            if heard_before is None or received > heard_before:
                heard[device_id] = received
            key = (device_id, quantity)
            before = newest.get(key)
            if before is not None and reading.at <= before:
                counts.late += 1
                continue
            newest[key] = reading.at
            rules = self._of_quantity.get(quantity)
            if self._silence:
                self._speaks(device_id, devices.get(device_id), received, decisions)
            if not rules:
                continue
            device = devices.get(device_id)
            for rule in rules:
                if rule.kinds and (device is None or device.kind not in rule.kinds):
                    continue
                if rule.unit and reading.unit and reading.unit != rule.unit:
                    counts.wrong_unit += 1
                    continue
                if (received - reading.at).total_seconds() > rule.stale_s:
                    counts.stale += 1
                    continue
                if device is not None and device.maintenance and device.is_in_maintenance(reading.at):
                    counts.in_maintenance += 1
                    continue
                if rule.name in self.failed:
                    continue
                counts.judged += 1
                try:
                    self._judge(rule, reading, device, decisions)
                except _WRONG as wrong:
                    self._fail(rule, wrong)
        self._look_together([d for d in decisions if d.is_raised], decisions)
        return decisions

    def note(self, kind: str, device_id: str, at: datetime, lon: float | None, lat: float | None) -> list[Decision]:
        """An alarm that a device raised by itself: it counts where several count together."""
        decisions: list[Decision] = []
        self._sight(kind, Sighting(at, device_id, lon or 0.0, lat or 0.0), lon is not None, decisions)
        return decisions

    def tick(self, now: datetime) -> list[Decision]:
        """What has become true by the passing of time: devices that are silent for too long."""
        decisions: list[Decision] = []
        devices = self._devices()
        for rule in self._silence:
            looks = self._looks[rule.name]
            while looks and looks[0][0] < now and rule.name not in self.failed:
                _, device_id = heappop(looks)
                try:
                    again = self._listen(rule, device_id, devices.get(device_id), now, decisions)
                except _WRONG as wrong:
                    self._fail(rule, wrong)
                    break
                if again is not None:
                    heappush(looks, (again, device_id))
        return decisions

    # -- silence -----------------------------------------------------------------------------------------------

    def _listen(
        self, rule: AlarmRule, device_id: str, device: Device | None, now: datetime, decisions: list[Decision]
    ) -> datetime | None:
        """When to look again; None when it is silent for too long, until it speaks."""
        self.looked += 1
        if device is None or device.interval_s is None or (rule.kinds and device.kind not in rule.kinds):
            return now + _LOOK_SOON
        heard_at = self._heard[device_id]
        due = heard_at + timedelta(seconds=rule.intervals * device.interval_s)
        if due >= now:
            return min(due, now + _LOOK_AGAIN)
        state = self._states.setdefault((rule.name, device_id), _State())
        if state.is_raised:
            return None
        if device.is_in_maintenance(now):
            return now + _LOOK_SOON
        silent_s = (now - heard_at).total_seconds()
        decision = decision_of(rule, device_id, device, True, now, None, "", seconds=round(silent_s))
        state.is_raised, state.raised_at = True, now
        decisions.append(decision)
        return None

    def _speaks(self, device_id: str, device: Device | None, at: datetime, decisions: list[Decision]) -> None:
        for rule in self._silence:
            state = self._states.get((rule.name, device_id))
            if state is not None and state.is_raised:
                state.is_raised = False
                heappush(self._looks[rule.name], (at, device_id))
                decisions.append(decision_of(rule, device_id, device, False, at, None, ""))

    def _fail(self, rule: AlarmRule, wrong: Exception) -> None:
        """One bad rule must not keep the others from being heard."""
        self.failed[rule.name] = repr(wrong)[:300]

    # -- one reading -------------------------------------------------------------------------------------------

    def _judge(self, rule: AlarmRule, reading: Reading, device: Device | None, decisions: list[Decision]) -> None:
        above, below = rule.above, rule.below
        if rule.limits_of_device and device is not None and rule.quantity in device.limits:
            own = device.limits[rule.quantity]
            above, below = own.high, own.low
        value = reading.value
        if rule.when is RuleKind.RATE:
            state = self._state(rule, reading.device_id)
            changed = rate_of(state.window, reading, rule)
            if changed is None:
                return
            value = changed
        is_bad = (above is not None and value > above) or (below is not None and value < below)
        known = self._states.get((rule.name, reading.device_id))
        if not is_bad and (known is None or (not known.is_raised and known.since is None)):
            return
        state = known or self._state(rule, reading.device_id)
        if is_bad:
            limit = above if above is not None and value > above else below
            self._bad(rule, state, reading, device, value, limit, decisions)
            return
        state.since = None
        gap = rule.hysteresis
        is_good = (above is None or value <= above - gap) and (below is None or value >= below + gap)
        if state.is_raised and is_good:
            self._good(rule, state, reading, device, decisions)
        elif not is_good:
            state.good_since = None

    def _bad(
        self, rule: AlarmRule, state: _State, reading: Reading, device: Device | None, value: float,
        limit: float | None, decisions: list[Decision],
    ) -> None:  # fmt: skip
        at = reading.at
        state.good_since = None
        if state.is_raised:
            return
        state.since = state.since or at
        held_s = (at - state.since).total_seconds()
        if held_s < rule.for_s:
            return
        if state.raised_at is not None and (at - state.raised_at).total_seconds() < rule.dedupe_s:
            return
        state.is_raised, state.raised_at = True, at
        state.raisings.append(at)
        while state.raisings and (at - state.raisings[0]).total_seconds() > rule.flap_s:
            state.raisings.popleft()
        decisions.append(
            decision_of(
                rule, reading.device_id, device, True, at, reading.value, reading.unit or rule.unit, limit=limit,
                change=round(value, 3), seconds=round(held_s if rule.when is RuleKind.THRESHOLD else rule.per_s),
                lon=reading.lon, lat=reading.lat,
            )
        )  # fmt: skip

    def _good(
        self, rule: AlarmRule, state: _State, reading: Reading, device: Device | None, decisions: list[Decision]
    ) -> None:
        at = reading.at
        if len(state.raisings) >= rule.flap_times:
            # it flaps: one alarm that stays until the device has been quiet for as long as we look back
            state.good_since = state.good_since or at
            if (at - state.good_since).total_seconds() < rule.flap_s:
                return
            state.raisings.clear()
        state.is_raised, state.good_since = False, None
        unit = reading.unit or rule.unit
        decisions.append(
            decision_of(
                rule, reading.device_id, device, False, at, reading.value, unit, lon=reading.lon, lat=reading.lat
            )
        )

    def _state(self, rule: AlarmRule, device_id: str) -> _State:
        key = (rule.name, device_id)
        found = self._states.get(key)
        if found is None:
            found = self._states[key] = _State()
        return found

    # -- several together --------------------------------------------------------------------------------------

    def _look_together(self, raised: list[Decision], decisions: list[Decision]) -> None:
        for d in raised:
            if d.rule.when is not RuleKind.TOGETHER:
                sighting = Sighting(d.at, d.device_id, d.lon or 0.0, d.lat or 0.0)
                self._sight(d.rule.alarm, sighting, d.lon is not None, decisions)

    def _sight(self, kind: str, new: Sighting, is_placed: bool, decisions: list[Decision]) -> None:
        for rule in self._together:
            if kind not in rule.alarms or not is_placed or rule.name in self.failed:
                continue
            try:
                self._see(rule, new, decisions)
            except _WRONG as wrong:
                self._fail(rule, wrong)

    def _see(self, rule: AlarmRule, new: Sighting, decisions: list[Decision]) -> None:
        near = self._sightings[rule.name].beside(new)
        if len(near) < rule.at_least:
            return
        first = min(near.values(), key=lambda s: (s.at, s.device_id))
        state = self._state(rule, first.device_id)
        if state.raised_at is not None and (new.at - state.raised_at).total_seconds() < max(
            rule.dedupe_s, rule.within_s
        ):
            return
        seconds = round((new.at - first.at).total_seconds())
        decision = decision_of(
            rule, first.device_id, None, True, new.at, None, "", count=len(near), seconds=seconds,
            lon=first.lon, lat=first.lat,
        )  # fmt: skip
        state.raised_at = new.at
        decisions.append(decision)
