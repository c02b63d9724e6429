"""可导出的处置过程: evacuations with their doors and taps, changes of mode, plans that were run, drawings."""

from collections.abc import Mapping

from cockpit.api.export_parts import Answered, Column, ExportList, plain, times


def _doors(board: Answered) -> list[Answered]:
    """Every household of a board with its building and who looks after it."""
    names = {helper["id"]: helper["name"] for helper in board["helpers"]}
    return [
        {
            **{key: building[key] for key in ("building_code", "name", "lon", "lat")},
            "household_id": household_id,
            "state": state,
            "people": people,
            "needs_help": needs_help,
            "helper": names.get(helper_id, helper_id),
        }
        for building in board["buildings"]
        for household_id, state, people, needs_help, helper_id in building["households"]
    ]


RESPONSE: Mapping[str, ExportList] = {
    "evacuations": ExportList(
        "evacuations",
        (
            *plain("evacuation_id", "event_id"),
            Column("code", "code"),
            Column("by"),
            *times("started_at", "ended_at"),
            *plain("households", "people", "done", "people_done", "left_out"),
            *(
                Column(f"counts.{state}", named=f"door_{state}")
                for state in ("moved", "told", "nobody_home", "needs_help", "refused", "not_reached")
            ),
            *plain("disputed", "taps"),
            *times("last_tap_at"),
        ),
    ),
    "doors": ExportList(
        "evacuations/{evacuation_id}",
        (
            Column("building_code"),
            Column("name", named="building"),
            Column("household_id"),
            Column("state", "word", "household_state"),
            *plain("people", "needs_help", "helper", "lon", "lat"),
        ),
        rows=_doors,
        total="households",
        takes_scope=False,
    ),
    "taps": ExportList(
        "evacuations/{evacuation_id}/taps",
        (
            *times("at", "said_at"),
            Column("household_id"),
            Column("state", "word", "household_state"),
            *plain("by", "note", "tap_id"),
        ),
        takes_scope=False,
    ),
    "mode-history": ExportList(
        "mode/history",
        (
            *times("at"),
            Column("mode", "word", "mode"),
            Column("scope", "code", named="code"),
            *plain("event_id", "title", "by", "note"),
        ),
    ),
    "plan-runs": ExportList(
        "plans/runs",
        (
            *times("at"),
            Column("title", named="plan"),
            *plain("event_id", "by"),
            Column("done", named="ticked"),
            Column("run_id"),
        ),
    ),
    "plots": ExportList(
        "plots",
        (
            Column("plot_id"),
            Column("kind", "word", "plot.kind"),
            Column("symbol", "word", "plot.symbol"),
            Column("label"),
            Column("code", "code"),
            Column("event_id"),
            Column("drawn_by"),
            *times("drawn_at"),
            *plain("version"),
        ),
    ),
}
