"""计时口径: what all clocks of a city have in common."""

from dataclasses import dataclass, field

from cockpit.domain.working_calendar import WorkingCalendar

#: share of the allowed time from which something is possibly overtime (a setting; this is its default)
AT_RISK_SHARE = 0.80
#: 受理 and 分拨 within a quarter of an hour
STAGE_LIMIT_S = 900.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """From which share on something is possibly overtime, how long stages may wait, which days are workdays."""

    at_risk_share: float = AT_RISK_SHARE
    #: seconds to accept a report or a call; 0: no such clock
    accept_within_s: float = STAGE_LIMIT_S
    #: seconds to assign what was accepted; 0: no such clock
    assign_within_s: float = STAGE_LIMIT_S
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)


DEFAULT = Timing()
