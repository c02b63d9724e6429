"""切换模式: asks once, names the incident, and offers to take it back for ten seconds.

It lies inside the stage, or it would not scale with it. 62-stage.js opens it and writes its words.
"""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.data_text import OF_DATA
from layouts.page import ScreenPage


def mode_dialog(page: ScreenPage, texts: Texts) -> Any:
    return html.Div(
        [
            html.Div(
                [
                    html.H2(texts["mode.ask_wartime"], id="mode-dialog-title"),
                    html.P("—", id="mode-dialog-about"),
                    html.P("—", id="mode-dialog-focus", className="focus", **OF_DATA),
                    html.Div(id="mode-note-place", className="mode-note"),
                    html.Div(
                        [html.H3(texts["mode.history"]), html.Ul(id="mode-history")],
                        className="mode-history",
                    ),
                    html.Div(
                        [
                            html.Button(
                                texts["mode.cancel"], type="button", className="btn", **{"data-action": "mode-cancel"}
                            ),
                            html.Button(
                                texts["mode.do_wartime"],
                                type="button",
                                className="btn pri",
                                **{"data-action": "mode-confirm"},
                            ),
                        ],
                        className="buttons",
                    ),
                ],
                className="box",
                role="alertdialog",
                **{
                    "aria-labelledby": "mode-dialog-title",
                    "aria-describedby": "mode-dialog-about",
                    "aria-modal": "true",
                },
            ),
            html.Div(
                [
                    html.Span("—", id="mode-toast-words"),
                    html.Button("—", type="button", className="btn", **{"data-action": "mode-undo"}),
                ],
                className="toast",
                role="status",
            ),
        ],
        id="mode-dialog",
        className="mode-dialog",
        **{"data-open": "", "data-place": page.city},
    )


def view_question(texts: Texts) -> Any:
    """已转入战时，移到现场？ Whoever is panning or has locked the view is asked, never moved (80-war-view.js)."""
    return html.Div(
        [
            html.Span("—", id="view-question-words"),
            html.Button("—", type="button", id="view-question-go", className="btn pri", **{"data-action": "view-go"}),
            html.Button(texts["war.stay"], type="button", className="btn", **{"data-action": "view-stay"}),
        ],
        id="view-question",
        className="view-question",
        role="alertdialog",
        hidden=True,
        **{"aria-labelledby": "view-question-words"},
    )
