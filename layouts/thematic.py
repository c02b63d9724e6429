"""专题地图页 /thematic: figures by division, density, flows, clusters, grid systems; scripts fill it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html

from cockpit.catalogue import Texts

#: texts that the scripts need
_PARTS = ("thematic.", "value.", "map.scale_", "indicator_unit.")
VIEWS = ("choropleth", "heat", "flows", "clusters", "overlay")


@dataclass(frozen=True, kw_only=True, slots=True)
class ThematicPage:
    """What the page is opened with. `divisions`: code → name down to the community; `indicators`: name → title."""

    texts: Texts
    scope: str
    city: str
    demo: bool
    tz: str
    may_command: bool
    divisions: Mapping[str, str]
    indicators: Mapping[str, str]


def thematic_page(page: ThematicPage) -> Any:
    """The page's component tree."""
    texts = page.texts
    said = {key: text for key, text in texts.items() if key.startswith(_PARTS)}
    tabs = [
        html.Button(texts[f"thematic.view.{view}"], type="button", role="tab", **{"data-view": view}) for view in VIEWS
    ]
    return html.Main(
        [
            _bar(page),
            html.Div(
                [
                    html.Div(tabs, className="th-tabs", role="tablist", **{"aria-label": texts["thematic.title"]}),
                    html.Div(id="th-controls", className="th-controls"),
                ],
                className="th-head",
            ),
            html.Section(
                [
                    html.Div(id="th-map", className="th-map", **{"data-state": "loading"}),
                    html.Div(id="th-time", className="th-time", hidden=True),
                    html.P(texts["thematic.loading"], id="th-said", className="th-said", role="status"),
                ],
                className="th-picture",
                **{"aria-label": texts["thematic.title"]},
            ),
            html.Section(
                [html.Div(id="th-legend", className="th-legend"), html.Div(id="th-list", className="th-list")],
                className="th-side",
                **{"aria-label": texts["thematic.list"]},
            ),
        ],
        id="thematic",
        className="th",
        lang=texts.lang,
        **{
            "data-density": "desk",
            "data-scope": page.scope,
            "data-lang": texts.lang,
            "data-tz": page.tz,
            "data-divisions": json.dumps(dict(page.divisions), ensure_ascii=False),
            "data-indicators": json.dumps(dict(page.indicators), ensure_ascii=False),
            "data-texts": json.dumps(said, ensure_ascii=False),
        },
    )


def _bar(page: ThematicPage) -> Any:
    texts, lang = page.texts, page.texts.lang
    tags = [html.Span(texts["leader.demo"], className="tagx amb")] if page.demo else []
    links = [
        html.A(texts["leader.title"], href=f"/leader?lang={lang}"), html.A(texts["leader.back"], href="/screen"),
    ]  # fmt: skip
    if page.may_command:
        links.insert(0, html.A(texts["desk.title"], href=f"/duty?lang={lang}"))
    return html.Header(
        [
            html.Div(
                [html.H1(texts["thematic.title"]), html.Nav(id="th-path", className="where"), *tags], className="left"
            ),
            html.Nav(links, className="right"),
        ],
        className="th-bar",
    )
