"""导出链接: takes the list that is shown away as a table, with the filters that it is shown with."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import html

from cockpit.catalogue import Texts

FORMS = ("csv", "xlsx")


def export_links(name: str, asked: Mapping[str, str], texts: Texts, *, worded: bool = True) -> Any:
    """`导出 CSV XLSX`; what is empty in `asked` is left out, and the word where a heading says it already."""
    links = [html.A(form.upper(), href=_href(name, form, asked, texts), **{"data-export": form}) for form in FORMS]
    return html.Span(
        [*([texts["exports.button"]] if worded else []), *links], className="export-links", title=texts["exports.what"]
    )


def export_link(name: str, asked: Mapping[str, str], texts: Texts, *, title: str) -> Any:
    """`导出` as a workbook, where there is room for one word."""
    link = html.A(texts["exports.button"], href=_href(name, "xlsx", asked, texts), **{"data-export": "xlsx"})
    return html.Span(link, className="export-links", title=title)


def _href(name: str, form: str, asked: Mapping[str, str], texts: Texts) -> str:
    query = urlencode({**{key: value for key, value in asked.items() if value}, "lang": texts.lang})
    return f"/api/v1/exports/{name}.{form}?{query}"
