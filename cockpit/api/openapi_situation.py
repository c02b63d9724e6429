"""What the OpenAPI document says of the situation as a whole: mode, calendar, what a browser joins with."""

from typing import Any

from cockpit.api.commands import CalendarDayRequest, ModeRequest
from cockpit.api.openapi_parts import AS_OF, KEY, PAGE, SCOPE, TEXT, TIME, asking, get, path, query

SITUATION_MODELS: tuple[type[Any], ...] = (ModeRequest, CalendarDayRequest)


def situation_paths() -> dict[str, Any]:
    """`/mode`, `/calendar`, `/snapshot`, `/movers`, `/feeds`, and what became of a command."""
    return {
        "/gridworkers": get("where gridworkers last were", [SCOPE, AS_OF, *PAGE], "Page"),
        "/feeds": get("how feeds are doing", [], "Page"),
        "/snapshot": get("what a browser joins with", [SCOPE, AS_OF], "Item"),
        "/movers": get("everything that moves, 10 bytes each and their names", [SCOPE, AS_OF], "Item"),
        "/commands/{command_id}": get(
            "what became of a command: granted, refused and why, or unknown",
            [path("command_id", "as answered")],
            "Item",
        ),
        "/mode": {
            **get("平时/战时", [query("scope", TEXT, "whose mode"), query("as_of", TIME, "then")], "Page"),
            "put": asking("ask for another mode; the answer comes as a fact", "ModeRequest", [KEY]),
        },
        "/mode/history": get(
            "模式切换记录: every change of mode the scope saw, newest first",
            [
                query("scope", TEXT, "whose mode"),
                query("from", TIME, "at or after"),
                query("to", TIME, "before"),
                query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "the newest so many"),
                query("as_of", TIME, "as it was known then"),
            ],
            "Page",
        ),
        "/calendar": {
            **get(
                "工作日历: days that are not what their weekday says",
                [
                    query("year", {"type": "integer", "minimum": 1970, "maximum": 2200}, "this year without it"),
                    query("as_of", TIME, "then"),
                ],
                "List",
            ),
            "put": asking("make a day a workday or a day off", "CalendarDayRequest", [KEY]),
        },
    }
