"""指标: named, versioned definitions, each with its list of records for numerator and denominator.

An indicator is a pair of masks over the columns of its subject (events where it names no other); its
number is the length of its list because both come from the same mask.
"""

from datetime import datetime

from cockpit.domain.scope import Scope
from cockpit.situation.indicator import (
    Better,
    Columns,
    Group,
    Indicator,
    MaskOf,
    Measure,
    Moment,
    Part,
    Subject,
    Timed,
    day_part,
)
from cockpit.situation.indicator_alarms import ALARMS
from cockpit.situation.indicator_base import BASE
from cockpit.situation.indicator_force import FORCE
from cockpit.situation.indicator_handovers import HANDOVERS
from cockpit.situation.indicator_masks import (
    accepted,
    accepted_in_time,
    at_risk,
    closed,
    closed_in_time,
    closed_late,
    handled,
    handled_in_time,
    overtime,
    reported,
    should_be_closed,
    should_be_handled,
)
from cockpit.situation.indicator_patrol import PATROL
from cockpit.situation.indicator_places import PLACES
from cockpit.situation.indicator_records import RECORDS
from cockpit.situation.indicator_times import DWELL, TIMES
from cockpit.situation.situation import Situation
from cockpit.situation.table import EventTable, Mask

__all__ = (
    "BY_NAME", "INDICATORS", "OF_EVENTS", "REGISTRY", "Better", "Columns", "Group", "Indicator", "Measure", "Moment",
    "Part", "Subject", "Timed", "day_part", "mask_of", "measure_of", "measures", "records_of",
)  # fmt: skip


def _rate(name: str, numerator: MaskOf, of: MaskOf, *, version: int = 1, better: Better = Better.HIGHER) -> Indicator:
    return Indicator(name=name, version=version, numerator=numerator, denominator=of, better=better)


#: what every screen counts at every tick
INDICATORS: tuple[Indicator, ...] = (
    Indicator(name="reported_today", version=1, numerator=reported),
    Indicator(name="accepted_today", version=1, numerator=accepted),
    Indicator(name="handled_today", version=2, numerator=handled),
    Indicator(name="closed_today", version=1, numerator=closed),
    _rate("handling_rate", handled, should_be_handled, version=2),
    _rate("on_time_handling_rate", handled_in_time, should_be_handled, version=2),
    _rate("timely_acceptance_rate", accepted_in_time, accepted),
    _rate("closing_rate", closed, should_be_closed),
    _rate("on_time_closing_rate", closed_in_time, should_be_closed),
    _rate("late_closing_rate", closed_late, should_be_closed, better=Better.LOWER),
    Indicator(name="overtime", version=1, numerator=overtime, better=Better.LOWER),
    Indicator(name="at_risk", version=1, numerator=at_risk, better=Better.LOWER),
)
#: all that are counted over the columns of events
OF_EVENTS: tuple[Indicator, ...] = (*INDICATORS, *TIMES, *DWELL, *PLACES)
#: all that can be asked for: those that every screen counts, and those that are counted when they are looked at
REGISTRY: tuple[Indicator, ...] = (*OF_EVENTS, *HANDOVERS, *ALARMS, *FORCE, *PATROL, *BASE, *RECORDS)
BY_NAME = {indicator.name: indicator for indicator in REGISTRY}


def measures(table: EventTable, within: Mask, moment: Moment) -> dict[str, Measure]:
    """The indicators of every screen over the rows `within` a scope."""
    return {i.name: measure_of(i, table, within, moment) for i in INDICATORS}


def measure_of(indicator: Indicator, table: EventTable, within: Mask, moment: Moment) -> Measure:
    counted = indicator.numerator(table, moment) & within
    if indicator.is_timed:
        return indicator.measured(counted, table, moment)
    numerator = int(counted.sum())
    if indicator.denominator is None:
        return Measure(numerator)
    return Measure(numerator, int((indicator.denominator(table, moment) & within).sum()))


def records_of(
    situation: Situation, indicator: Indicator, scope: Scope, now: datetime, *, part: str = "numerator"
) -> list[str]:
    """The event ids behind a number (指标反查): as many as the number says. Raises KeyError for a missing part."""
    return situation.table.ids(mask_of(situation, indicator, scope, now, part=part))


def mask_of(situation: Situation, indicator: Indicator, scope: Scope, now: datetime, *, part: str) -> Mask:
    """The rows of the situation's table behind a number. Raises KeyError for a missing part."""
    table = situation.table
    moment = Moment.of(now, situation.rules.zone())
    return indicator.part(Part(part), table, moment) & table.within(scope)
