"""报警标志 → 报警: a device that repeats which alarms hold is heard only when that changes.

A tracker says every ten seconds that its driver is tired: that is one alarm, not three hundred an hour. What was heard
before is kept over a restart by whoever runs the feed (`known`, `know`).
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cockpit.services.feeding.messages import AlarmLevelsMessage, AlarmMessage

_MOST_DEVICES = 200_000


class AlarmLevels:
    """Which alarms of which device hold, and since which message."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[datetime, dict[str, str]]] = OrderedDict()

    @contextmanager
    def turned(self, heard: Sequence[Any]) -> Iterator[list[AlarmMessage]]:
        """The alarms that these AlarmLevelsMessages raise and clear.

        Remembered only if the body ends well, so that what could not be appended turns again. A message older than
        the newest of its device turns nothing.
        """
        if not heard:
            yield []
            return
        with self._lock:
            fresh: dict[str, tuple[datetime, dict[str, str]]] = {}
            messages: list[AlarmMessage] = []
            for message in sorted(heard, key=lambda m: m.at):
                known = fresh.get(message.device_id) or self._held.get(message.device_id)
                if known is not None and message.at <= known[0]:
                    continue
                before = known[1] if known else {}
                holding = {kind: severity.value for kind, severity in message.holding.items()}
                messages += [_alarm(message, kind, "raised", holding[kind]) for kind in holding if kind not in before]
                messages += [_alarm(message, kind, "cleared", before[kind]) for kind in before if kind not in holding]
                fresh[message.device_id] = (message.at, holding)
            yield messages
            for device_id, state in fresh.items():
                self._held[device_id] = state
                self._held.move_to_end(device_id)
            while len(self._held) > _MOST_DEVICES:
                self._held.popitem(last=False)

    def known(self) -> dict[str, Any]:
        """What to keep over a restart: only devices with an alarm that holds."""
        with self._lock:
            return {name: [at.isoformat(), holding] for name, (at, holding) in self._held.items() if holding}

    def know(self, known: Mapping[str, Any]) -> None:
        """What was kept."""
        with self._lock:
            for name, (at, holding) in known.items():
                self._held[name] = (datetime.fromisoformat(at), dict(holding))


def _alarm(message: AlarmLevelsMessage, kind: str, state: str, severity: str) -> AlarmMessage:
    fields = {
        "device_id": message.device_id,
        "kind": kind,
        "state": state,
        "severity": severity,
        "at": message.at.isoformat(),
        "lon": message.lon,
        "lat": message.lat,
        "crs": message.crs,
        "message": message.message,
        **message.extras,
    }
    return AlarmMessage.model_validate({name: value for name, value in fields.items() if value is not None})
