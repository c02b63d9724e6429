"""清单: what the columns rule out is what the filters rule out, and a list goes page by page through all of it."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.situation.event_filter import AskedColour, EventFilter, said_of
from cockpit.situation.listing import Place, ended_before_today, listed, place_of
from tests.laws.test_the_fold import fold
from tests.stories import NOON, stories

_times = st.none() | st.integers(-30, 40).map(lambda n: NOON + timedelta(minutes=50 * n))


def filters() -> st.SearchStrategy[EventFilter]:
    """Any combination of filters; most of them let something through."""
    return st.builds(
        EventFilter,
        stage=st.none() | st.just(Stage.CLOSED) | st.sampled_from(Stage),
        colour=st.none() | st.none() | st.sampled_from(AskedColour),
        overtime=st.none() | st.booleans(),
        source=st.none() | st.none() | st.none() | st.sampled_from(Source),
        category=st.sampled_from(["", "", "event.01", "nothing"]),
        q=st.sampled_from(["", "", "占道", "hotline_12345:1", "nothing"]),
        reported_from=st.none() | st.none() | _times,
        reported_to=st.none() | st.none() | _times,
        closed_from=st.none() | st.none() | _times,
        closed_to=st.none() | st.none() | _times,
        bbox=st.none() | st.none() | st.just((119.5, 30.0, 120.5, 31.0)),
    )


@given(stories(), filters(), st.sampled_from(["", "330110", "330110005", "330110012003"]), st.integers(-600, 600))
def test_a_list_has_what_the_filters_let_through(
    facts: list[Fact], wanted: EventFilter, scope: str, minutes: int
) -> None:
    situation, now = fold(facts), NOON + timedelta(minutes=minutes)
    found = listed(situation, wanted, Scope(scope), now).judged(wanted, said_of)
    assert sorted(found.ids) == sorted(
        event.event_id
        for event in situation.events.values()
        if Scope(scope).covers(event.report.place.code) and wanted.takes(event, now, situation.timing)
    )
    everything = sorted(place_of(situation.events[i]) for i in found.ids)
    assert found.first(1_000) == everything
    paged: list[Place] = []
    while page := found.first(2, after=paged[-1] if paged else None):
        paged += page
    assert paged == everything


@given(stories())
def test_what_ended_before_today_is_told_by_the_past_as_well(facts: list[Fact]) -> None:
    situation = fold(facts)
    midnight = datetime(NOON.year, NOON.month, NOON.day, tzinfo=situation.rules.zone())
    assert sorted(ended_before_today(situation, NOON)) == sorted(
        event.event_id
        for event in situation.events.values()
        if (event.is_dismissed and event.last_at < midnight)
        or (event.is_finished and not event.is_dismissed and event.closed_at and event.closed_at < midnight)
    )
