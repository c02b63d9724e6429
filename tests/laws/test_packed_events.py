"""Laws of packing: nobody can tell an event that lies packed from one that lies whole."""

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.act import Act, ActKind
from cockpit.domain.event import Event, Step, event_of
from cockpit.domain.facts import CalendarDaySet, Fact
from cockpit.domain.overtime import is_late
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.event_filter import EventFilter, said_of
from cockpit.situation.evolve import evolve
from cockpit.situation.listing import ended_before_today, listed
from cockpit.situation.packed_event import packed, unpacked
from cockpit.situation.situation import Rules, Situation
from cockpit.situation.tally import figures_of
from cockpit.situation.view import delta_of, view_of
from tests.stories import GRIDS, NOON, RULES, limits, minutes, place, report, reported, stories

SCOPES = (Scope("330110"), Scope("330110005"), Scope(""))
NEVER = 10**9


def fold(facts: Iterable[Fact], situation: Situation) -> Situation:
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation


def packing(rules: Rules = RULES) -> Situation:
    """Packs every event the moment it ends."""
    return Situation(rules=rules, kept_whole=0)


def lavish(rules: Rules = RULES) -> Situation:
    """Never packs one."""
    return Situation(rules=rules, kept_whole=NEVER)


_texts = st.text(max_size=8)
_told = st.dictionaries(
    _texts, st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _texts, max_size=2
)
_steps = st.builds(
    Step, stage=st.sampled_from(Stage), at=st.integers(0, 9_000).map(lambda m: NOON + minutes(m)), unit=_texts,
    by=_texts, note=_texts,
    fact_id=_texts | st.sampled_from(("stage:hotline_12345:1:closed:1", "stage:hotline_12345:1:")),
    extra=_told, attachments=st.lists(_texts, max_size=2).map(tuple), score=st.none() | st.integers(1, 5),
    account=_texts, command_id=_texts,
)  # fmt: skip
_acts = st.builds(
    Act, kind=st.sampled_from(ActKind), at=st.integers(0, 9_000).map(lambda m: NOON + minutes(m)), by=_texts,
    account=_texts, unit=_texts, note=_texts, fact_id=_texts,
)  # fmt: skip
_reports = st.builds(
    lambda source, extra, description, given, flags, lon: report(
        1, source=source, extra=extra, description=description, given=given, place=place(lon=lon, flags=flags)
    ),
    st.sampled_from(Source), _told, _texts, st.none() | limits(), st.lists(_texts, max_size=2).map(tuple),
    st.none() | st.floats(119, 121),
)  # fmt: skip


@given(_reports, st.lists(_steps, max_size=5), st.lists(_acts, max_size=3))
def test_an_event_comes_out_of_its_bytes_as_it_went_in(told: object, steps: list[Step], acts: list[Act]) -> None:
    event = event_of(told, tuple(steps), tuple(acts))  # type: ignore[arg-type]
    body = packed(event, is_late=is_late(event))
    if body is None:  # a number or a text that no bytes can hold
        return
    again = unpacked(event.event_id, body)
    assert again == event
    assert packed(again, is_late=is_late(again)) == body


@given(stories(), stories(), st.data())
def test_a_fold_that_packs_is_the_fold_that_does_not(
    before: list[Fact], after: list[Fact], data: st.DataObject
) -> None:
    one, other = fold(before, packing()), fold(before, lavish())
    if data.draw(st.booleans()):  # a restart between the two
        one = restored(checkpoint_of(one), RULES)
        one.kept_whole = 0
    changed = [evolve(one, fact, f"{one.seq + 1}-0") for fact in after]
    assert changed == [evolve(other, fact, f"{other.seq + 1}-0") for fact in after]
    assert_same(one, other)
    assert delta_of(one, SCOPES[0], [c for cs in changed for c in cs]) == delta_of(
        other, SCOPES[0], [c for cs in changed for c in cs]
    )


def assert_same(one: Situation, other: Situation) -> None:
    assert one.events == other.events
    assert dict(one.events.items()) == dict(other.events.items())
    assert checkpoint_of(one) == checkpoint_of(other)
    now = NOON + timedelta(hours=20)
    for scope in SCOPES:
        assert view_of(one, scope, closed_since=NOON) == view_of(other, scope, closed_since=NOON)
        assert figures_of(one, scope, now, divisions=[]) == figures_of(other, scope, now, divisions=[])
    for event_id, event in other.events.items():
        assert one.events[event_id] == event
        assert one.table.row_of(event_id) == other.table.row_of(event_id)
        assert one.clocked_of(event) == other.clocked_of(event)
        assert one.links.merged_into(event_id) == other.links.merged_into(event_id)
    assert sorted(ended_before_today(one, now)) == sorted(ended_before_today(other, now))
    assert one.past_days == other.past_days


@given(stories(), st.sampled_from((*Stage, None)), st.sampled_from(("", "占道", "zzz")), st.booleans())
def test_a_list_is_the_same_whether_its_events_lie_packed_or_whole(
    facts: list[Fact], stage: Stage | None, q: str, in_box: bool
) -> None:
    wanted = EventFilter(stage=stage, q=q, bbox=(119.5, 30, 120.5, 31) if in_box else None)
    found = []
    for situation in (fold(facts, packing()), fold(facts, lavish())):
        rows = listed(situation, wanted, Scope("330110"), NOON)
        judged = rows.judged(wanted, said_of)
        shown = judged.first(100)
        events: dict[str, Event] = judged.told(shown) if judged.events is not None else {}
        found.append((shown, events))
    assert found[0] == found[1]


@given(stories())
def test_another_calendar_counts_what_a_checkpoint_has_packed_anew(facts: list[Fact]) -> None:
    facts = [fact for fact in facts if not isinstance(fact, CalendarDaySet)]
    next_years = Rules(city_code="330110", calendar=WorkingCalendar(weekend=frozenset(range(5))))
    back = restored(checkpoint_of(fold(facts, packing())), next_years)
    for event_id, event in back.events.items():
        anew = Situation(rules=next_years)
        anew.put(event)
        assert back.table.row_of(event_id) == anew.table.row_of(event_id)
    assert view_of(back, SCOPES[0])["events"] == view_of(restored(checkpoint_of(back), next_years), SCOPES[0])["events"]


def test_an_event_with_something_that_no_bytes_can_hold_stays_whole() -> None:
    situation = packing()
    told = reported(1, extra={"n": 10**40}, place=place(GRIDS[0]))
    closed = Step(stage=Stage.CLOSED, at=NOON, fact_id="closed")
    event = event_of(told.report, (closed,))
    situation.put(event)
    assert situation.events.has(event)
