"""只看当前: the desk works on now; an address that asks for a past instant is told so, with the pages that show it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import html

from cockpit.catalogue import Texts
from layouts.duty.page import DeskPage


def only_now(page: DeskPage, asked: datetime, texts: Texts) -> Any:
    """One line across the foot of the desk until somebody closes it: what was asked for, and where it can be seen."""
    at = asked.astimezone(ZoneInfo(page.tz)).strftime("%Y-%m-%d %H:%M:%S")
    query = urlencode({"scope": page.scope, "lang": page.lang, "as_of": asked.astimezone(UTC).isoformat()})
    ways = [("screen", "desk.past.screen"), *([("leader", "desk.past.leader")] if "leader" in page.opens else [])]
    return html.Div(
        [
            html.Span(texts.format("desk.past.said", time=at)),
            *(html.A(texts[words], href=f"/{name}?{query}") for name, words in ways),
            html.Button(texts["desk.past.close"], type="button", className="btn", **{"data-action": "only-now-close"}),
        ],
        id="desk-only-now",
        className="desk-only-now",
        role="status",
    )
