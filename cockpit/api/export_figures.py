"""可导出的数字: figures, what they are analysed into, the alerts and rules on them, and reports."""

from collections.abc import Mapping

from cockpit.api.export_parts import EVENT, Column, ExportList, plain, times

_FIGURE = (
    Column("value", "share"),
    *plain("numerator", "denominator"),
    Column("why", "word", "leader.why", "why_none"),
)

FIGURES: Mapping[str, ExportList] = {
    "figures": ExportList(
        "indicators",
        (
            Column("name", named="indicator"),
            Column("title", named="name"),
            Column("unit", "word", "exports.measure", "measured_in"),
            *_FIGURE,
            *plain("definition", "version"),
        ),
    ),
    "trend": ExportList("indicators/{indicator}/trend", (*times("from", "to"), *_FIGURE, Column("reported"))),
    "divisions": ExportList("thematic/choropleth", (Column("code", named="division_code"), Column("name"), *_FIGURE)),
    "departments": ExportList(
        "indicators/{indicator}/units",
        (
            Column("name", named="department"),
            Column("passes", named="passes"),
            Column("adjusted", "share"),
            Column("value", "share", named="raw_rate"),
            *plain("missed"),
            Column("expected_missed", "share"),
            Column("total", named="all"),
            Column("alone"),
        ),
    ),
    "repeats": ExportList(
        "thematic/repeats",
        (
            Column("kind", named="category"),
            Column("kind_title"),
            Column("count"),
            Column("alike"),
            Column("code", "code"),
            *plain("address", "lon", "lat"),
            *times("last_at"),
            Column("event_id"),
        ),
    ),
    "clusters": ExportList(
        "thematic/clusters",
        (
            *plain("cluster", "count"),
            Column("name", named="code"),
            *plain("lon", "lat", "across_m", "kind_title"),
            Column("kind_count"),
        ),
        total="clusters",
    ),
    "cluster-records": ExportList("thematic/clusters/records", EVENT),
    "flow-records": ExportList("thematic/flows/records", EVENT),
    "figure-alerts": ExportList(
        "figure-alerts",
        (
            Column("rule"),
            Column("title", named="indicator"),
            Column("scope", "code", named="code"),
            Column("value", "share"),
            Column("crossed", "share"),
            Column("said"),
            *times("since", "ended_at"),
        ),
    ),
    "figure-rules": ExportList(
        "figure-rules",
        (
            Column("name", named="rule"),
            Column("title", named="indicator"),
            Column("test", "word", "figure_rules"),
            Column("limit_said"),
            Column("place", named="code"),
            Column("source", "word", "source"),
            Column("enabled"),
            Column("said", named="value"),
            *times("looked_at"),
            Column("created_by"),
            *times("changed_at"),
            Column("changed_by"),
        ),
    ),
    "reports": ExportList(
        "reports",
        (
            Column("id"),
            Column("kind", "word", "reports.kind_of"),
            Column("name"),
            Column("scope", "code", named="code"),
            Column("state", "word", "reports.state"),
            Column("asked_by"),
            *times("asked_at", "as_of", "made_at"),
            *plain("pages", "error"),
        ),
    ),
}
