"""出错页: what is wrong and what to do next, in the product's look; as a document and as a Dash tree."""

from html import escape
from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.document import document

_KEYS = {403: "forbidden", 404: "not_found", 503: "unavailable"}
_RETRY_S = 5
#: where whoever sees such a page comes back to, unless the page itself can be opened anew
_WALL = "/screen"


def problem_page(status: int, texts: Texts, *, back: str = _WALL) -> str:
    """The document of an error status; a page that is not there yet tries again by itself."""
    key = _KEYS.get(status, "not_found")
    waits = status == 503
    link = "" if waits else f'<p><a class="button" href="{escape(back)}">{escape(texts["problem.back"])}</a></p>'
    title = texts[f"problem.{key}"]
    body = f'<p class="status">{status}</p><h1>{escape(title)}</h1><p>{escape(texts[f"problem.{key}_what"])}</p>{link}'
    return document(title, body, texts, refresh_s=_RETRY_S if waits else 0)


def problem(message: str, texts: Texts, *, detail: str = "", back: str = _WALL) -> Any:
    """A page of the running application that cannot be shown: `message` says why, `detail` what was asked for."""
    return html.Div(
        html.Main(
            [
                html.P(texts["product.name"], className="product"),
                html.H1(message),
                html.P(detail or texts["value.none"], className="detail"),
                html.P(
                    html.A(texts["problem.back" if back == _WALL else "problem.again"], href=back, className="button")
                ),
            ]
        ),
        className="plain",
        id="problem",
    )
