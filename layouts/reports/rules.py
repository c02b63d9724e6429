"""数字预警规则: the section where officers set rules on figures. The script fills it from the API."""

import json
from typing import Any

from dash import html

from cockpit.catalogue import Texts
from cockpit.domain.source import Source
from cockpit.situation.indicators import REGISTRY, Group, Indicator


def indicators_told(texts: Texts) -> list[dict[str, Any]]:
    """Every indicator of the registry by group, as pickers in scripts offer it."""
    return [
        {
            "name": i.name, "title": texts[f"indicator.{i.name}.title"],
            "what": texts[f"indicator.{i.name}.definition"], "group": i.group.value,
            "group_title": texts[f"indicator_group.{i.group.value}"], "unit": unit_of(i), "per": i.per,
            "counted_in": counted_in(i, texts), "of_events": i.is_of_events,
        }
        for group in Group
        for i in REGISTRY
        if i.group is group
    ]  # fmt: skip


def unit_of(indicator: Indicator) -> str:
    """What a limit is typed in: `percent`, `per`, `minutes`, `count`."""
    if indicator.is_rate:
        return "percent" if indicator.per == 100 else "per"
    return "minutes" if indicator.is_timed else "count"


def counted_in(indicator: Indicator, texts: Texts) -> str:
    """The word beside a limit: what a count counts, or the unit."""
    unit = unit_of(indicator)
    return texts[
        f"figure_rules.counted.{indicator.subject.value}" if unit == "count" else f"figure_rules.unit_of.{unit}"
    ]


def rules_section(texts: Texts) -> Any:
    """The list of rules, and for officers the form."""
    sources = {source.value: texts[f"source.{source.value}"] for source in Source}
    return html.Section(
        [
            html.Header(
                [
                    html.H2(texts["figure_rules.title"]),
                    html.Button(texts["figure_rules.new"], type="button", id="figure-rules-new", className="btn"),
                    html.Span("", id="figure-rules-said", className="rp-said", role="status"),
                ]
            ),
            html.P(texts["figure_rules.what"], className="rp-note fr-what"),
            html.Div(id="figure-rules-form", className="fr-form", hidden=True),
            html.Div(
                html.P(texts["reports.loading"], className="rp-empty"),
                id="figure-rules-list",
                className="rp-list fr-list",
                **{"data-state": "loading"},
            ),
        ],
        id="figure-rules",
        className="rp-panel",
        **{
            "data-sources": json.dumps(sources, ensure_ascii=False),
            "data-indicators": json.dumps(indicators_told(texts), ensure_ascii=False),
        },
    )
