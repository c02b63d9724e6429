"""层级流转: the hand-overs of the local day as columns, from the same counts as 事件流转 of every screen."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice

import numpy as np

from cockpit.domain.scope import number_of
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.handovers import Handover, handovers_of
from cockpit.situation.period import Period
from cockpit.situation.situation import Situation
from cockpit.situation.why import Why

#: an instant of the past or None for now → the situation, held while it is read
SituationOf = Callable[[datetime | None], AbstractContextManager[Situation]]


class HandoverRows:
    """Tells the hand-overs of a day. Safe from any thread. Of days that are over the fold keeps none."""

    def __init__(self, situation_of: SituationOf) -> None:
        self._situation_of = situation_of

    def told(self, period: Period, at: datetime, past: datetime | None) -> SubjectRows:
        """Those of the day of `at` if the period is that day until then, the newest reports first."""
        with self._situation_of(past) as situation:
            zone = situation.rules.zone()
            midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
            if period.since != midnight:
                return SubjectRows.not_known(Why.NOT_KEPT)
            today = midnight.date().isoformat()
            moved = [
                (event_id, n, code, border)
                for event_id, moves in situation.handovers.by_event().items()
                for n, (code, day, border) in enumerate(moves)
                if day == today
            ]
            events = situation.events.pick([event_id for event_id, *_ in moved])

        def line(row: int) -> Handover:
            move, _border = next(islice(handovers_of(events[row]), moved[row][1], None))
            return move

        columns = Columns(
            code=np.array([number_of(code) for _, _, code, _ in moved], dtype=np.int64),
            border=np.array([border for *_, (border, _) in moved], dtype=np.int64),
            down=np.array([down for *_, (_, down) in moved], dtype=np.bool_),
        )
        reported = [event.report.reported_at.timestamp() for event in events.glances()]
        return SubjectRows(
            columns, -np.array(reported, dtype=np.float64), lambda row: f"{moved[row][0]}#{moved[row][1]:03d}", line
        )
