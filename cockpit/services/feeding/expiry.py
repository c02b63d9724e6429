"""到期: an alarm that names the time of its end (`expires_at`), such as a weather warning, ends then by itself."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from cockpit.domain.scope import Scope
from cockpit.services.feeding.batch import Batch
from cockpit.services.feeding.messages import AlarmMessage
from cockpit.services.feeding.terms import alarms_of
from cockpit.services.intake import Intake
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.expiries import Expiries
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

_EVERY_S = 1.0
_AT_ONCE = 500


def note_expiries(alarms: Sequence[AlarmMessage], expiries: Expiries) -> None:
    """Remember when raised alarms end; forget it for those that were cleared before."""
    for alarm in alarms:
        if alarm.alarm_id is None:
            continue
        if alarm.state == "cleared":
            expiries.forget(alarm.alarm_id)
        elif isinstance(told := alarm.extras.get("expires_at"), str):
            try:
                at = datetime.fromisoformat(told)
            except ValueError:
                continue
            if at.tzinfo is None:
                continue
            fields = {"device_id": alarm.device_id, "kind": alarm.kind, "alarm_id": alarm.alarm_id}
            place = {} if alarm.lon is None else {"lon": alarm.lon, "lat": alarm.lat, "crs": alarm.crs}
            ending = {**fields, **place, "state": "cleared", "at": at.isoformat(), "expired": True}
            body = AlarmMessage.model_validate(ending).model_dump_json(exclude_none=True)
            expiries.keep(alarm.alarm_id, millis_of(at), body.encode())


class ExpiryWatch:
    """Looks once a second whose time has come. Any number may run: the fact's id follows from the alarm and its end."""

    def __init__(self, *, expiries: Expiries, intake: Intake, scope: Scope, clock: Callable[[], datetime]) -> None:
        self._expiries, self._intake, self._scope, self._clock = expiries, intake, scope, clock

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; what was missed while Redis was away comes with the next look."""
        while not stop.wait(_EVERY_S):
            try:
                self.look()
            except UNAVAILABLE as away:
                log.info("expiries wait for the stream", error=str(away))

    def look(self) -> int:
        """End what is due; how many."""
        due = self._expiries.list_due(millis_of(self._clock()), _AT_ONCE)
        if not due:
            return 0
        messages = [AlarmMessage.model_validate_json(body) for _, body in due]
        batch: Batch[AlarmMessage] = Batch(messages, list(range(len(messages))))
        self._intake.take_alarms(alarms_of(batch), self._scope)
        self._expiries.forget(*(name for name, _ in due))
        return len(due)
