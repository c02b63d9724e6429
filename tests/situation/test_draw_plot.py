"""标绘: drawn, changed, removed, taken back; whose it is, and when it leaves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.command import Command
from cockpit.domain.facts import CommandRefused, DayStarted, Fact
from cockpit.domain.plot import CHANGES_KEPT, MOST_OF_ONE, Drawing, PlotKind, PlotSymbol
from cockpit.domain.plot_commands import ChangePlot, DrawPlot, RemovePlot
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.decide import decide
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.situation.view import apply, delta_of, view_of
from tests.plans import EVENT
from tests.stories import NOON, RULES, entered, minutes, reported

COUNTY, STREET, OTHER = "330110", "330110005", "330110012"
LINE = Drawing(kind=PlotKind.LINE, symbol=PlotSymbol.CORDON, points=((119.95, 30.3), (119.96, 30.3)), label="东侧")


def situation_after(*facts: Fact) -> Situation:
    situation = Situation(rules=RULES)
    for fact in facts or (reported(),):
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation


def done(situation: Situation, command: Command) -> list[Fact]:
    facts = decide(situation, command)
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return facts


def rule_of(situation: Situation, command: Command) -> str:
    (fact,) = decide(situation, command)
    assert isinstance(fact, CommandRefused), fact
    return fact.rule


def draw(command_id: str = "p1", scope: str = COUNTY, **given: Any) -> DrawPlot:
    told: dict[str, Any] = {"drawing": LINE, "touches": (f"{STREET}001",), "by": "李明", "at": NOON, **given}
    return DrawPlot(command_id=command_id, scope=scope, **told)


def change(command_id: str, label: str = "西侧", scope: str = COUNTY, **given: Any) -> ChangePlot:
    told: dict[str, Any] = {
        "plot_id": "p1", "drawing": replace(LINE, label=label), "touches": (f"{STREET}001",), "by": "王芳",
        "at": NOON + minutes(1), **given,
    }  # fmt: skip
    return ChangePlot(command_id=command_id, scope=scope, **told)


def remove(command_id: str = "r1", scope: str = COUNTY, **given: Any) -> RemovePlot:
    told: dict[str, Any] = {"plot_id": "p1", "by": "王芳", "at": NOON + minutes(2), **given}
    return RemovePlot(command_id=command_id, scope=scope, **told)


def test_what_is_drawn_is_in_the_views_of_who_looks_there_with_who_drew_it() -> None:
    situation = situation_after()
    done(situation, draw())
    for scope in (COUNTY, STREET, f"{STREET}001001"):
        row = view_of(situation, Scope(scope))["plots"]["p1"]
        assert row[:2] == ["line", "cordon"]
        assert (row[3], row[5], row[6], row[7], row[9]) == ("东侧", "李明", round(NOON.timestamp() * 1000), "", 1)
    assert not view_of(situation, Scope(OTHER))["plots"]


def test_a_change_names_who_changed_it_and_of_two_at_once_the_second_is_told() -> None:
    situation = situation_after()
    done(situation, draw())
    done(situation, change("c1", expected_version=1))
    assert view_of(situation, Scope(COUNTY))["plots"]["p1"][7:10] == [
        "王芳", round((NOON + minutes(1)).timestamp() * 1000), 2,
    ]  # fmt: skip
    assert rule_of(situation, change("c2", "北侧", expected_version=1)) == "plot_changed"
    assert decide(situation, change("c1")) == []
    assert decide(situation, change("c3", "西侧")) == []
    assert rule_of(situation, change("c4", drawing=replace(LINE, kind=PlotKind.ARROW))) == "kind_stays"


def test_what_was_removed_comes_back_when_it_is_taken_back() -> None:
    situation = situation_after()
    done(situation, draw())
    done(situation, remove(expected_version=1))
    assert not view_of(situation, Scope(COUNTY))["plots"]
    assert decide(situation, remove("r2")) == []
    done(situation, change("c1", "东侧", expected_version=2))
    assert view_of(situation, Scope(COUNTY))["plots"]["p1"][3] == "东侧"
    assert [c.what for c in situation.plots["p1"].changes] == ["drawn", "removed", "restored"]


def test_a_street_sees_what_the_county_drew_and_cannot_change_it() -> None:
    situation = situation_after()
    done(situation, draw())
    assert rule_of(situation, change("c1", scope=STREET)) == "plot_of_others"
    assert rule_of(situation, remove(scope=STREET)) == "plot_of_others"
    assert rule_of(situation, remove(scope=OTHER)) == "unknown_plot"
    done(situation, draw("p2", STREET))
    assert not isinstance(decide(situation, remove(plot_id="p2", scope=STREET))[0], CommandRefused)


def test_a_drawing_of_an_event_is_whose_the_event_is() -> None:
    situation = situation_after()
    done(situation, draw(event_id=EVENT))
    assert situation.plots["p1"].code == situation.events[EVENT].report.place.code
    assert rule_of(situation, draw("p2", event_id="none")) == "unknown_event"
    assert rule_of(situation, draw("p3", OTHER)) == "plot_out_of_scope"
    assert rule_of(situation, draw("p4", drawing=replace(LINE, points=LINE.points[:1]))) == "too_few_points"


def test_nobody_covers_a_map_with_drawings() -> None:
    situation = situation_after()
    for n in range(MOST_OF_ONE):
        done(situation, draw(f"p{n}"))
    assert rule_of(situation, draw("more")) == "too_many_plots"
    done(situation, remove(plot_id="p0"))
    done(situation, draw("more"))
    assert len(view_of(situation, Scope(COUNTY))["plots"]) == MOST_OF_ONE


def test_a_new_day_drops_what_was_removed_and_what_belongs_to_an_event_that_left() -> None:
    situation = situation_after(reported(), reported(2))
    done(situation, draw("stays"))
    done(situation, draw("removed"))
    done(situation, draw("of_closed", event_id=EVENT))
    done(situation, draw("of_open", event_id=EVENT.replace(":1", ":2")))
    done(situation, remove(plot_id="removed"))
    evolve(situation, entered(1, Stage.CLOSED, NOON + minutes(5)), "90-0")
    day = NOON + timedelta(days=1)
    evolve(situation, DayStarted(fact_id="day", at=day, received_at=day, day=day.date()), "99-0")
    assert set(situation.plots) == {"stays", "of_open"}


def test_only_the_newest_changes_are_kept_and_the_first() -> None:
    situation = situation_after()
    done(situation, draw())
    for n in range(2 * CHANGES_KEPT):
        done(situation, change(f"c{n}", f"第 {n} 次"))
    changes = situation.plots["p1"].changes
    assert (len(changes), changes[0].what, situation.plots["p1"].version) == (CHANGES_KEPT, "drawn", 41)


_commands = st.one_of(
    st.builds(draw, st.sampled_from(["p1", "p2"]), st.sampled_from([COUNTY, STREET])),
    st.builds(
        change, st.uuids().map(str), st.sampled_from("甲乙丙"), st.sampled_from([COUNTY, STREET]),
        plot_id=st.sampled_from(["p1", "p2"]), expected_version=st.none() | st.integers(1, 3),
    ),
    st.builds(remove, st.uuids().map(str), plot_id=st.sampled_from(["p1", "p2"])),
)  # fmt: skip


@given(st.lists(_commands, max_size=12), st.integers(0, 12), st.sampled_from([COUNTY, STREET, OTHER]))
def test_a_checkpoint_a_repeat_and_a_stale_browser_change_nothing(
    commands: list[Command], cut: int, scope: str
) -> None:
    situation, facts = situation_after(), list[Fact]()
    for command in commands:
        facts += [f for f in done(situation, command) if not isinstance(f, CommandRefused)]
    twice = situation_after(*(reported(),), *(fact for fact in facts for _ in range(2)))
    assert twice.plots == situation.plots
    early = situation_after(reported(), *facts[:cut])
    browser = view_of(early, Scope(scope))
    resumed = restored(checkpoint_of(early), RULES)
    changed = [c for fact in facts[cut:] for c in evolve(resumed, fact, f"{resumed.seq + 1}-0")]
    assert resumed.plots == situation.plots
    assert apply(browser, delta_of(resumed, Scope(scope), changed)) == view_of(situation, Scope(scope))
