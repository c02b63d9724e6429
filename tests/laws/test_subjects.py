"""主体: alarms have the laws of events: a figure is its list, a division is what lies in it, at any instant."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.facts import AlarmCleared, Fact
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import mask_of, split
from cockpit.services.subjects.alarms import alarm_rows
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.indicator_alarms import ALARMS
from cockpit.situation.indicators import Moment, Part
from cockpit.situation.listing import Place
from cockpit.situation.raisings import raisings_of
from tests.laws.test_the_fold import fold
from tests.stories import GRIDS, NOON, alarm, alarm_acted, minutes, place

CHILDREN = sorted({code[:9] for code in GRIDS})
_later = st.integers(0, 600).map(minutes)


@st.composite
def told(draw: st.DrawFn) -> list[Fact]:
    """Alarms, some of them acted on and some over."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 8))):
        at, grid = NOON + draw(_later), draw(st.sampled_from(GRIDS))
        facts.append(alarm(number, at, place=place(grid)))
        if kind := draw(st.none() | st.sampled_from([k for k in AlarmActKind if k is not AlarmActKind.PROMOTED])):
            facts.append(alarm_acted(number, kind, at + draw(_later), at))
        if draw(st.booleans()):
            facts.append(alarm(number, at + minutes(1) + draw(_later), AlarmCleared, place=place(grid)))
    return facts


def columns(facts: list[Fact]) -> SubjectRows:
    return alarm_rows(raisings_of(fold(facts)), timedelta(minutes=15))


def listed(rows: SubjectRows, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    """A list read page by page."""
    ids: list[str] = []
    after: Place | None = None
    while page := rows.first_of(mask, count=2, after=after):
        ids += [found.event_id for found, _ in page]
        after = page[-1][0]
    return ids


@settings(deadline=None)
@given(told(), _later, _later)
def test_a_figure_is_the_length_of_its_list_and_the_sum_of_what_lies_below(
    facts: list[Fact], a: timedelta, b: timedelta
) -> None:
    rows = columns(facts)
    moment = Moment((NOON + max(a, b)).timestamp(), (NOON + min(a, b)).timestamp())
    for indicator in ALARMS:
        figure = split(rows, moment, CHILDREN, (indicator,))[indicator.name]
        for part in (Part.NUMERATOR, Part.DENOMINATOR, Part.MISSED)[: 3 if indicator.is_rate else 1]:
            mask = mask_of(rows, indicator, part, moment)
            ids = listed(rows, mask)
            assert len(ids) == len(set(ids)) == int(mask.sum())
            counted = {Part.NUMERATOR: figure.whole.numerator, Part.DENOMINATOR: figure.whole.denominator}
            assert counted.get(part, len(ids)) == len(ids)
        if indicator.is_rate:
            assert not (mask_of(rows, indicator, Part.NUMERATOR, moment)
                        & ~mask_of(rows, indicator, Part.DENOMINATOR, moment)).any()  # fmt: skip
        for code, measure in zip(CHILDREN, figure.children, strict=True):
            assert split(rows.within(Scope(code)), moment, (), (indicator,))[indicator.name].whole == measure
        assert figure.whole.numerator == sum(m.numerator for m in figure.children) + figure.rest.numerator


@settings(deadline=None)
@given(told(), _later)
def test_every_alarm_of_a_period_is_either_over_or_unsettled_at_its_end(facts: list[Fact], until: timedelta) -> None:
    rows = columns(facts)
    moment = Moment((NOON + until).timestamp(), NOON.timestamp())
    figures = {i.name: split(rows, moment, (), (i,))[i.name].whole.numerator for i in ALARMS}
    over = int(((rows.rows["ended"] <= moment.now) & (rows.rows["raised"] <= moment.now)).sum())
    assert figures["alarm_raised"] == figures["alarm_unsettled"] + over
    assert figures["alarm_open"] == figures["alarm_unsettled"]
