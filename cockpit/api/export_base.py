"""可导出的底数和人员: layers and their things, buildings and doors, standards, units, feeds; attendance and tracks."""

from collections.abc import Mapping

from cockpit.api.export_parts import Answered, Column, ExportList, plain, times

_DOOR = (*plain("household_id", "people", "needs_help"), *times("checked_at"), *plain("age_days", "stale"))


def _pieces(track: Answered) -> list[Answered]:
    """The pieces of a track, without their fixes."""
    return [feature["properties"] for feature in track["features"]]


def _grids(track: Answered) -> list[Answered]:
    """The grids that somebody was in."""
    found: list[Answered] = track["coverage"]["grids"]
    return found


def layer_columns(layer: Answered) -> tuple[Column, ...]:
    """The columns of a layer's things: what its popup shows, in the words of its own definition."""
    kinds, states = ({one["key"]: one["title"] for one in layer[of]} for of in ("kinds", "states"))
    return (
        *plain("id", "name"),
        Column("kind", "word", words=kinds),
        Column("state", "word", words=states),
        Column("owner"),
        *plain("lon", "lat"),
        *(Column(f"fields.{shown['field']}", told=shown["title"]) for shown in layer["popup"]),
        Column("more"),
    )


BASE: Mapping[str, ExportList] = {
    "layers": ExportList(
        "layers",
        (
            Column("name", named="id"),
            Column("title", named="name"),
            Column("group_title"),
            *plain("owner", "source"),
            Column("total", named="count"),
            *times("as_of"),
            Column("stale"),
            Column("legend"),
        ),
    ),
    "layer-items": ExportList("layers/{layer}/items", (), cursor="after"),
    "buildings": ExportList(
        "buildings",
        (
            Column("building_code"),
            Column("name", named="building"),
            Column("code", "code"),
            *plain("households", "people", "needs_help", "stale", "lon", "lat"),
        ),
    ),
    "households": ExportList("buildings/{building_code}", _DOOR, takes_scope=False),
    "stale-households": ExportList("households/stale", _DOOR),
    "standards": ExportList(
        "standards",
        (*plain("category", "class_name", "name", "condition", "limit"), Column("unit", named="department")),
    ),
    "units": ExportList(
        "units",
        (Column("name"), Column("code", "code"), Column("level", "word", "level"), *plain("phone", "open_orders")),
    ),
    "overlay": ExportList(
        "grids/overlay", (Column("kind", "word", "thematic.patch"), *plain("ids", "area_m2", "lon", "lat"))
    ),
    "feeds": ExportList(
        "feeds",
        (
            Column("name", named="id"),
            Column("title", named="name"),
            Column("status", "word", "feed"),
            *plain("age_s", "accepted", "flagged", "rejected", "duplicate"),
        ),
    ),
    "alarm-groups": ExportList(
        "alarms/groups",
        (
            Column("group_id"),
            Column("severity", "word", "severity"),
            Column("alarms"),
            Column("open", named="open_alarms"),
            Column("unacknowledged"),
            *times("begun_at", "newest_at"),
            Column("code", "code"),
            *plain("lon", "lat"),
            Column("members"),
        ),
    ),
    "alarm-ledger": ExportList(
        "alarms/ledger",
        (*plain("device_id", "rule", "raised", "judged_false"), Column("false_share", "share")),
    ),
    "attendance": ExportList(
        "attendance",
        (*plain("subject_id", "name"), Column("grid_code", "code"), *plain("on_duty"), *times("at"), Column("by")),
    ),
    "tracked": ExportList(
        "tracks",
        (
            *plain("subject_id", "name"),
            Column("grid_code", "code"),
            Column("shift", "word", "leader.shift"),
            *times("last_at"),
        ),
    ),
    "track": ExportList(
        "tracks/{subject_id}",
        (
            Column("piece", "word", "tracks"),
            *times("from", "to"),
            Column("lasts_s"),
            *plain("length_m", "mean_mps"),
            Column("code_name", named="code"),
            Column("on_beat"),
            Column("why_title", named="why_none"),
            Column("fixes"),
        ),
        rows=_pieces,
    ),
    "track-grids": ExportList(
        "tracks/{subject_id}",
        (Column("name", named="grid_code"), *plain("lasts_s", "on_beat", "counts")),
        rows=_grids,
    ),
}
