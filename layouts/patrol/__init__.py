"""智能巡查 /patrol: findings that wait for a verdict, the picture large, what it says and what a verdict leads to.

Everything in the frame is drawn by `assets/js/66-patrol-data.js` and `67-patrol-*.js` from the API.
"""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.duty.keys import keys_dialog
from layouts.duty.page import DeskPage, stage_of
from layouts.title_bar import clock, link_bar, page_link

__all__ = ["patrol_page"]

#: what the bar at the foot shows: keys, then the text that says what they do
BAR = (
    (("Y", "Enter"), "patrol.key_confirm"),
    (("N",), "patrol.key_reject"),
    (("1", "…", "6"), "patrol.key_reason"),
    (("J", "K"), "patrol.key_skip"),
    (("Z",), "patrol.key_undo"),
    (("B",), "patrol.key_bring_in"),
    (("T",), "patrol.key_rules"),
    (("?",), "keys.all"),
)


def patrol_page(page: DeskPage, texts: Texts) -> Any:
    """The page's component tree."""
    return html.Main(
        [
            _bar(page, texts),
            _queue(texts),
            html.Section(
                [
                    html.Div(
                        [html.P(texts["patrol.loading"], id="patrol-picture-said")],
                        id="patrol-frame",
                        className="patrol-frame",
                    ),
                    html.Div(id="patrol-caption", className="patrol-caption"),
                    html.Div(id="patrol-sketch", className="patrol-sketch"),
                ],
                id="panel-patrol-picture",
                className="panel patrol-picture",
                **{"aria-label": texts["patrol.picture"]},
            ),
            html.Section(
                [
                    html.Div(id="patrol-head", className="patrol-head"),
                    html.Div(id="patrol-facts", className="patrol-facts"),
                    html.Div(id="patrol-actions", className="patrol-actions"),
                ],
                id="panel-patrol-facts",
                className="panel patrol-about",
                **{"aria-label": texts["patrol.about"]},
            ),
            html.Footer(
                [
                    html.Span([*(html.Kbd(key) for key in pressed), texts[words]], **{"data-keys": pressed[0]})
                    for pressed, words in BAR
                ],
                id="patrol-keys",
                className="desk-keys patrol-keys",
                **{"aria-label": texts["keys.title"]},
            ),
            html.Div(id="patrol-toasts", className="desk-toasts patrol-toasts", role="status"),
            _rules_dialog(texts),
            keys_dialog(texts),
        ],
        id="stage",
        className="stage",
        lang=page.lang,
        **stage_of(page, texts),
        **{
            "data-account": page.account,
        },
    )


def _bar(page: DeskPage, texts: Texts) -> Any:
    tags = [html.Span(texts["product.demo"], className="tagx amb")] if page.demo else []
    export = [
        html.A(
            texts[f"patrol.export_{form}"],
            href=f"/api/v1/patrol/verdicts?format={form}&scope={page.scope}",
            download=f"verdicts.{form}",
            className="btn",
        )
        for form in ("csv", "ndjson")
    ]
    return html.Header(
        [
            html.Div(
                [
                    html.H1([texts["patrol.title"], html.I(page.whose(texts))]),
                    html.Div(className="vr"),
                    html.A(texts["desk.title"], href=f"/duty?lang={page.lang}", className="page-link"),
                    page_link("iot", page.lang, texts),
                    *tags,
                ],
                className="left",
            ),
            html.Div(id="patrol-batch", className="patrol-batch", role="status"),
            html.Div(
                [
                    html.Div(
                        [html.Span(texts["patrol.export"]), *export],
                        className="patrol-export",
                        role="group",
                        title=texts["patrol.export_what"],
                    ),
                    html.Button(
                        texts["patrol.rules"], type="button", className="btn", **{"data-action": "patrol-rules"}
                    ),
                    clock(),
                    link_bar(texts),
                ],
                className="right",
            ),
        ],
        id="title-bar",
        className="bar",
    )


def _queue(texts: Texts) -> Any:
    def choice(name: str) -> Any:
        # plain selects, filled by the script: Dash's own would carry a library for three lists
        return html.Div(id=f"patrol-{name}", className="patrol-choice")

    return html.Section(
        [
            html.Header([html.Div([html.H2(texts["patrol.queue"]), html.Span("", className="sub", id="patrol-sub")],
                                  className="heads")]),
            html.Div(id="patrol-states", className="patrol-states", role="group"),
            html.Div([choice("kind"), choice("street"), choice("least"), choice("order")], className="patrol-filters"),
            html.Div(id="patrol-news", className="patrol-news"),
            html.Div(id="patrol-list", className="rows patrol-list", tabIndex=0, role="listbox",
                     **{"data-state": "loading", "aria-label": texts["patrol.queue"]}),
        ],
        id="panel-patrol-queue",
        className="panel patrol-queue",
        **{"aria-label": texts["patrol.queue"]},
    )  # fmt: skip


def _rules_dialog(texts: Texts) -> Any:
    return html.Div(
        html.Div(
            [
                html.Header(
                    [
                        html.H2(texts["patrol.rules"], id="patrol-rules-title"),
                        html.Button(
                            [html.Kbd("Esc"), html.Span(texts["keys.close"])],
                            type="button",
                            className="btn",
                            **{"data-action": "patrol-rules-close"},
                        ),
                    ]
                ),
                html.P(texts["patrol.rules_what"], className="patrol-rules-what"),
                html.Div(id="patrol-rules-list", className="patrol-rules-list"),
            ],
            className="box",
            role="dialog",
            **{"aria-labelledby": "patrol-rules-title", "aria-modal": "true"},
        ),
        id="patrol-rules-dialog",
        className="keys-dialog patrol-rules",
        hidden=True,
    )
