"""浏览器标签: the title of a page and the language of its document, in the language that it is opened in."""

from collections.abc import Callable
from typing import Any

from dash import Dash
from flask import has_request_context, request

from cockpit.catalogue import LANGS, texts
from cockpit.services.city import City

#: the property by which Dash's router tells what stands behind the `?` of an address
_SEARCH = "search"


def tab_title(city: City, key: str = "") -> Callable[..., str]:
    """What a page's tab is called: `key` of the catalogue, then the product with its city; asked for every opening."""

    def title(**_path: str) -> str:
        words = texts(lang_asked())
        product = words.format("product.document", city=city.title_of("", words.lang)).strip(" ·")
        return f"{words[key]} · {product}" if key else product

    return title


def lang_asked() -> str:
    """The language of the page that the request at hand opens: a document's own, or told by the router of Dash."""
    if not has_request_context():
        return LANGS[0]
    told = request.args.get("lang") or _lang_of_router(request.get_json(silent=True))
    return told if told in LANGS else LANGS[0]


def _lang_of_router(body: Any) -> str:
    inputs = body.get("inputs") if isinstance(body, dict) else None
    for asked in inputs if isinstance(inputs, list) else []:
        if isinstance(asked, dict) and asked.get("property") == _SEARCH:
            pairs = str(asked.get("value") or "").removeprefix("?").split("&")
            return next((pair.removeprefix("lang=") for pair in pairs if pair.startswith("lang=")), "")
    return ""


class TabDash(Dash):  # type: ignore[misc]  # dash tells no types of its classes
    """Dash whose document says its language, for readers aloud and for the fonts of Chinese."""

    def interpolate_index(self, **parts: Any) -> str:
        html: str = super().interpolate_index(**parts)
        return html.replace("<html>", f'<html lang="{lang_asked()}">', 1)
