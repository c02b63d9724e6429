"""出错页: 403, 404 and 503 in the product's look, each with the next thing to do."""

from collections.abc import Sequence
from html import escape

from cockpit.catalogue import Texts
from layouts.document import STYLESHEETS, document

_KEYS = {403: "forbidden", 404: "not_found", 503: "unavailable"}
_RETRY_S = 5


def problem_page(status: int, texts: Texts, *, back: str = "/screen", stylesheets: Sequence[str] = STYLESHEETS) -> str:
    """The document of an error status; a page that is not there yet tries again by itself."""
    key = _KEYS.get(status, "not_found")
    waits = status == 503
    links = "" if waits else f'<p><a class="button" href="{escape(back)}">{escape(texts["problem.back"])}</a></p>'
    body = (
        f'<p class="status">{status}</p><h1>{escape(texts[f"problem.{key}"])}</h1>'
        f"<p>{escape(texts[f'problem.{key}_what'])}</p>{links}"
    )
    title = texts[f"problem.{key}"]
    return document(title, body, texts, stylesheets=stylesheets, refresh_s=_RETRY_S if waits else 0)
