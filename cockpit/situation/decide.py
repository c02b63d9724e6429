"""决定: what a command leads to in the situation as it is. Pure; a refusal is a fact too."""

from collections.abc import Callable
from typing import Any

from cockpit.domain.commands import ActOnAlarm, Command, MarkAttendance, MoveEvent, SetCalendarDay, SwitchMode
from cockpit.domain.evacuation_commands import ChangeHelpers, EndEvacuation, SplitDoors, StartEvacuation, TapHouseholds
from cockpit.domain.facts import CommandRefused, Fact
from cockpit.domain.order_commands import IssueOrders, RemindOrder, StepOrder, UndoOrders
from cockpit.domain.plan_commands import RunPlan, TickChecklist
from cockpit.domain.plot_commands import ChangePlot, DrawPlot, RemovePlot
from cockpit.domain.refusal import ForbiddenError
from cockpit.situation.act_on_alarm import act_on_alarm
from cockpit.situation.attendance import mark_attendance
from cockpit.situation.draw_plot import change_plot, draw_plot, remove_plot
from cockpit.situation.evacuate import change_helpers, end_evacuation, start_evacuation, tap_households
from cockpit.situation.give_orders import issue_orders, step_order, undo_orders
from cockpit.situation.move_event import move_event
from cockpit.situation.outcome import outcome_id as outcome_id
from cockpit.situation.plan_runs import run_plan, tick_checklist
from cockpit.situation.remind_order import remind_order
from cockpit.situation.set_calendar_day import set_calendar_day
from cockpit.situation.situation import Situation
from cockpit.situation.split_doors import split_doors
from cockpit.situation.switch_mode import switch_mode


def decide(situation: Situation, command: Command) -> list[Fact]:
    """The facts that `command` leads to; exactly one CommandRefused if a rule forbids it; none if it was decided."""
    if command.command_id in situation.refusals:
        return []
    try:
        return _DECIDE[type(command)](situation, command)
    except ForbiddenError as forbidden:
        return [
            CommandRefused(
                fact_id=outcome_id(command),
                at=command.at,
                received_at=command.at,
                command_id=command.command_id,
                rule=forbidden.rule,
                reason=str(forbidden),
            )
        ]


_DECIDE: dict[type[Command], Callable[[Situation, Any], list[Fact]]] = {
    SwitchMode: switch_mode,
    SetCalendarDay: set_calendar_day,
    MoveEvent: move_event,
    IssueOrders: issue_orders,
    StepOrder: step_order,
    UndoOrders: undo_orders,
    RemindOrder: remind_order,
    RunPlan: run_plan,
    TickChecklist: tick_checklist,
    StartEvacuation: start_evacuation,
    TapHouseholds: tap_households,
    ChangeHelpers: change_helpers,
    SplitDoors: split_doors,
    EndEvacuation: end_evacuation,
    ActOnAlarm: act_on_alarm,
    MarkAttendance: mark_attendance,
    DrawPlot: draw_plot,
    ChangePlot: change_plot,
    RemovePlot: remove_plot,
}
