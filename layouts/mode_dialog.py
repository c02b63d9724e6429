"""切换模式: asks once, names the incident, and offers to take it back for ten seconds.

It lies inside the stage, or it would not scale with it. 62-stage.js opens it and writes its words.
"""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.page import ScreenPage


def mode_dialog(page: ScreenPage, texts: Texts) -> Any:
    return html.Div(
        [
            html.Div(
                [
                    html.H2(texts["mode.ask_wartime"], id="mode-dialog-title"),
                    html.P("—", id="mode-dialog-about"),
                    html.P("—", id="mode-dialog-focus", className="focus"),
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
                **{"aria-labelledby": "mode-dialog-title", "aria-describedby": "mode-dialog-about"},
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
