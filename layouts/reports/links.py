"""导出链接: takes the list that is shown away as a table, with the filters that it is shown with."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import html

from cockpit.catalogue import Texts

FORMS = ("csv", "xlsx")


def export_links(name: str, asked: Mapping[str, str], texts: Texts, *, title: str = "") -> Any:
    """`导出 CSV XLSX`; what is empty in `asked` is left out."""
    query = urlencode({**{key: value for key, value in asked.items() if value}, "lang": texts.lang})
    links = [
        html.A(form.upper(), href=f"/api/v1/exports/{name}.{form}?{query}", **{"data-export": form}) for form in FORMS
    ]
    return html.Span([texts["exports.button"], *links], className="export-links", title=title or texts["exports.what"])
