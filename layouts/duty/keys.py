"""快捷键: the bar at the foot of the desk, and the dialog that lists every key (`?`)."""

from typing import Any

from dash import html

from cockpit.catalogue import Texts

#: what the bar shows: keys, then the text that says what they do
BAR = (
    (("J", "K"), "keys.red"),
    (("↑", "↓"), "keys.row"),
    (("Enter",), "keys.next_step"),
    (("A",), "action.accept"),
    (("F",), "action.assign"),
    (("S",), "action.supervise"),
    (("R",), "action.return"),
    (("Q",), "action.claim"),
    (("D",), "dispatch.open"),
    (("G",), "keys.responsible"),
    (("/",), "keys.search"),
    (("N",), "keys.bring_in"),
    (("M",), "keys.mute"),
    (("T",), "keys.mode"),
    (("?",), "keys.all"),
)


def key_bar(texts: Texts) -> Any:
    keys = [
        html.Span([*(html.Kbd(key) for key in pressed), texts[words]], **{"data-keys": pressed[0]})
        for pressed, words in BAR
    ]
    return html.Footer(keys, id="desk-keys", className="desk-keys", **{"aria-label": texts["keys.title"]})


def keys_dialog(texts: Texts) -> Any:
    """Closed until somebody asks; 79-desk-keys.js fills the list from the one table of keys that it obeys."""
    return html.Div(
        html.Div(
            [
                html.Header(
                    [
                        html.H2(texts["keys.title"], id="keys-title"),
                        html.Button(
                            [html.Kbd("Esc"), html.Span(texts["keys.close"])],
                            type="button",
                            className="btn",
                            **{"data-action": "keys-close"},
                        ),
                    ]
                ),
                html.Div(id="keys-list", className="keys-list"),
            ],
            className="box",
            role="dialog",
            **{"aria-labelledby": "keys-title", "aria-modal": "true"},
        ),
        id="keys-dialog",
        className="keys-dialog",
        hidden=True,
    )
