"""报告页 /reports: what can be asked for, and the list of what was made. The script fills both from the API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html

from cockpit.catalogue import Texts
from cockpit.services.reports.schedule import Schedule
from layouts.picture_button import picture_texts
from layouts.reports.links import export_links
from layouts.reports.rules import indicators_told, rules_section

#: texts that the script needs
_PARTS = ("reports.", "value.", "source.", "link.", "report.before.", "exports.", "figure_rules.", "leader.why.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportsPage:
    """What the page is opened with. `divisions`: code → name of what a report may be about."""

    texts: Texts
    scope: str
    city: str
    demo: bool
    tz: str
    csrf: str
    may_command: bool
    divisions: Mapping[str, str]
    schedule: Schedule
    kept_days: float
    #: whose choice of indicators this browser remembers
    account: str = ""


def reports_page(page: ReportsPage) -> Any:
    """The page's component tree."""
    texts = page.texts
    said = {key: text for key, text in texts.items() if key.startswith(_PARTS)}
    return html.Main(
        [
            _bar(page),
            html.P(texts["reports.what"], className="rp-what"),
            html.Section(
                [
                    html.H2(texts["reports.new"]),
                    html.Div(id="reports-form", className="rp-form"),
                    html.P(_schedule(page), className="rp-note"),
                ],
                className="rp-panel",
            ),
            html.Section(
                [
                    html.H2(texts["picture.new"]),
                    html.Div(id="pictures-form", className="rp-form"),
                    html.P(texts["picture.what"], className="rp-note"),
                    html.Div(id="pictures-list", className="rp-list", **{"aria-live": "polite"}),
                ],
                id="pictures",
                className="rp-panel",
                **{"data-texts": picture_texts(texts), "data-tz": page.tz, "data-lang": texts.lang},
            ),
            html.Section(
                [html.H2(texts["reports.lists"]), html.Div(_lists(page), className="rp-lists")], className="rp-panel"
            ),
            html.Section(
                [
                    html.Header(
                        [
                            html.H2(texts["reports.list"]),
                            html.Div(id="reports-kinds", className="rp-kinds", role="group"),
                            html.Span("", id="reports-stale", className="rp-stale", role="status"),
                        ]
                    ),
                    html.Div(
                        html.P(texts["reports.loading"], className="rp-empty"),
                        id="reports-list",
                        className="rp-list",
                        **{"data-state": "loading", "aria-live": "polite"},
                    ),
                ],
                className="rp-panel",
            ),
            rules_section(texts),
        ],
        id="reports",
        className="rp",
        lang=texts.lang,
        **{
            "data-density": "desk",
            "data-scope": page.scope,
            "data-city": page.city,
            "data-tz": page.tz,
            "data-csrf": page.csrf,
            "data-command": "yes" if page.may_command else "",
            "data-lang": texts.lang,
            "data-account": page.account,
            "data-usual": ",".join(page.schedule.indicators),
            "data-indicators": json.dumps(_indicators(texts), ensure_ascii=False),
            "data-divisions": json.dumps(dict(page.divisions), ensure_ascii=False),
            "data-texts": json.dumps(said, ensure_ascii=False),
        },
    )


def _indicators(texts: Texts) -> list[dict[str, Any]]:
    """What can be chosen, named as a report names it: by its period, not by today."""

    def said(one: dict[str, Any], part: str, usual: str) -> str:
        return texts.find(f"indicator_period.{one['name']}.{part}", one[usual])

    return [
        {**one, "title": said(one, "title", "title"), "what": said(one, "definition", "what")}
        for one in indicators_told(texts)
    ]


def _lists(page: ReportsPage) -> list[Any]:
    """Lists of this scope as tables; what an officer alone may see only for officers."""
    names = (
        "events",
        "alarms",
        "orders",
        "findings",
        "devices",
        "on-duty",
        "gridworkers",
        "resources",
        "forecast",
        "repeats",
        "attendance",
        "tracked",
        "evacuations",
        "plan-runs",
        "mode-history",
        "alarm-ledger",
        "plots",
        "stale-households",
        "layers",
        "units",
        "feeds",
        "figure-alerts",
        "reports",
        *(("notices",) if page.may_command else ()),
    )
    texts, asked = page.texts, {"scope": page.scope}
    return [
        html.Div([html.B(texts[f"exports.list.{name}"]), export_links(name, asked, texts, worded=False)])
        for name in names
    ]


def _bar(page: ReportsPage) -> Any:
    texts, lang = page.texts, page.texts.lang
    tags = [html.Span(texts["leader.demo"], className="tagx amb")] if page.demo else []
    links = [html.A(texts["leader.title"], href=f"/leader?lang={lang}"), html.A(texts["leader.back"], href="/screen")]
    if page.may_command:
        links.insert(0, html.A(texts["desk.title"], href=f"/duty?lang={lang}"))
    return html.Header(
        [
            html.Div(
                [html.H1(texts["reports.title"]), html.Span(page.city, className="where"), *tags], className="left"
            ),
            html.Nav(links, className="right"),
        ],
        className="rp-bar",
    )


def _schedule(page: ReportsPage) -> str:
    texts, kinds = page.texts, page.schedule.kinds
    if not kinds:
        return texts["reports.no_schedule"]
    gap = "、" if texts.lang.startswith("zh") else ", "
    what = gap.join(texts[f"reports.kind_of.{kind.value}"] for kind in kinds)
    at = page.schedule.at.strftime("%H:%M")
    return texts.format("reports.schedule", what=what, at=at, days=f"{page.kept_days:.0f}")
