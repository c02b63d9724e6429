"""`GET exports/{list}.csv|xlsx`: any list as a table to take away, page by page from the list itself.

What is exported is what the list answers to the same person with the same filters: its scope, its masks and its order
hold because it is asked, not copied.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.test import EnvironBuilder

from cockpit.api.export_base import layer_columns
from cockpit.api.export_lists import LISTS, OF_SUBJECT
from cockpit.api.export_parts import Column, ExportList
from cockpit.api.identity import principal
from cockpit.api.indicators import title_and_definition
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import Texts, texts
from cockpit.services.city import City
from cockpit.services.spreadsheets import Cell, csv_pieces, xlsx_pieces
from cockpit.situation.indicators import BY_NAME

#: rows that one export has at most; the list says how many there are
MOST_ROWS = {"csv": 200_000, "xlsx": 50_000}
_PAGE = 1_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: lists that are about one indicator
_OF_INDICATOR = frozenset({"records", "trend", "divisions", "departments"})
#: what the export takes for itself; everything else is the list's
_OWN = frozenset({"format", "limit", "cursor", "after", "head"})


class Exports:
    """Takes the lists of the API away as tables."""

    def __init__(self, city: City, *, clock: Callable[[], datetime]) -> None:
        self._city, self._clock = city, clock

    def get(self, name: str) -> Response:
        """`?head=false` leaves out what stands above a CSV; everything else is the list's own."""
        name, _, form = name.partition(".")
        form = form or request.args.get("format", "csv")
        wanted = LISTS.get(name)
        if wanted is None:
            raise ProblemError(404, f"lists that can be exported: {', '.join(LISTS)}", field="list")
        if form not in _TYPES:
            raise ProblemError(400, f"a list is exported as {' or '.join(_TYPES)}", field="format")
        pages = _Pages(wanted)
        first = pages.ask(None)
        if isinstance(first, Response):
            return first
        words = texts(language(request))
        writer = _Writer(words, self._city)
        about = pages.ask_about(f"layers/{quote(request.args['layer'], safe='')}") if name == "layer-items" else {}
        columns = wanted.columns
        if name == "records":
            columns = OF_SUBJECT[BY_NAME[request.args["indicator"]].subject]
        elif about:
            columns = layer_columns(about)
        titles = [column.told or words[column.title] for column in columns]
        # a list that tells no more than its first page is not whole when that is shorter than what it counts
        shown_first = len(wanted.rows(first))
        total = int(first.get(wanted.total, shown_first))
        most = MOST_ROWS[form] if first.get("next") else min(MOST_ROWS[form], max(1, shown_first))
        head = self._head(name, wanted, first, about, words, total=total, most=most)
        rows = ([writer.cell(item, c) for c in columns] for item in pages.items(first, MOST_ROWS[form]))
        if form == "csv":
            shown = [] if request.args.get("head") == "false" else head
            body = csv_pieces(shown, titles, rows)
        else:
            body = xlsx_pieces(head, titles, rows, sheets=(words["exports.about"], words[f"exports.list.{name}"]))
        stamp = writer.local(str(first["as_of"])).strftime("%Y%m%d-%H%M")
        where = self._scope_of(wanted, first) or "all"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}-{where}-{stamp}.{form}"',
            "Cache-Control": "no-store",
            "X-Total-Count": str(total),
        }
        return Response(body, content_type=_TYPES[form], headers=headers)

    def _scope_of(self, wanted: ExportList, first: dict[str, Any]) -> str:
        asked = request.args.get("scope") if wanted.takes_scope else ""
        found = first.get("scope")
        return str((found if isinstance(found, str) else "") or asked or principal().scope.code)

    def _head(
        self, name: str, wanted: ExportList, first: dict[str, Any], about: dict[str, Any], words: Texts, *, total: int,
        most: int,
    ) -> list[list[Cell]]:  # fmt: skip
        """What the table is: list, definition, scope, filters, instant, how many."""
        lines: list[list[Cell]] = [[words["exports.head.list"], words[f"exports.list.{name}"]]]
        lines.append([words["exports.head.definition"], _definition(name, about, words)])
        scope = self._scope_of(wanted, first)
        place = self._city.title_of(scope, words.lang)
        lines.append([words["exports.head.scope"], f"{place}（{scope}）"])
        hidden = {*_OWN, "lang", "scope", *(["indicator"] if name == "records" else [])}
        asked = [f"{key}={clean(value)[:200]}" for key, value in request.args.items() if key not in hidden]
        lines.append([words["exports.head.filters"], "; ".join(asked) or words["exports.none"]])
        at = _Writer(words, self._city).time(str(first["as_of"]))
        lines.append([words["exports.head.as_of"], f"{at} {self._city.tz}"])
        key = "exports.all_rows" if total <= most else "exports.first_rows"
        lines.append([words["exports.head.rows"], words.format(key, n=f"{total:,}", most=f"{most:,}")])
        lines.append([words["exports.head.by"], principal().name])
        return lines


def _definition(name: str, about: dict[str, Any], words: Texts) -> str:
    """What a list is, in words: of an indicator its definition and version, of a layer its legend and source."""
    said = words.find(f"exports.definition.{name}", "")
    if about:
        return f"{said}：{about['title']}（{about['legend']}；{about['owner']}；{about['source']}）"
    indicator = request.args.get("indicator", "") if name in _OF_INDICATOR else ""
    if indicator not in BY_NAME:
        return said
    title, definition = title_and_definition(indicator, words)
    told = f"{title}：{definition}（{words.format('leader.definition.version', n=BY_NAME[indicator].version)}）"
    return f"{said}。{told}" if said else told


class _Pages:
    """The pages of a list, asked for as whoever asks for the export."""

    def __init__(self, wanted: ExportList) -> None:
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy has no type of it
        self._wanted = wanted
        self._query = {k: v for k, v in request.args.items() if k not in (*_OWN, *wanted.parameters)}
        names = ("Authorization", "Cookie", "Accept-Language")
        self._headers = {name: value for name in names if (value := request.headers.get(name)) is not None}
        inner = {name: request.args.get(name, "") for name in wanted.parameters}
        if "indicator" in inner and inner["indicator"] not in BY_NAME:
            raise ProblemError(400, f"indicator must be one of {', '.join(BY_NAME)}", field="indicator")
        for name, value in inner.items():
            # nothing may climb out of the list that is asked
            if not value or set(value) <= {"."}:
                raise ProblemError(400, f"{name} is missing", field=name)
        self._path = wanted.path.format(**{name: quote(value, safe="") for name, value in inner.items()})

    def ask(self, cursor: str | None) -> dict[str, Any] | Response:
        """One page; the list's own answer where it refuses."""
        return self._ask(
            self._path, {**self._query, "limit": str(_PAGE), **({self._wanted.cursor: cursor} if cursor else {})}
        )

    def ask_about(self, path: str) -> dict[str, Any]:
        """What a list is of; nothing where that is not told."""
        found = self._ask(path, self._query)
        return {} if isinstance(found, Response) else found

    def _ask(self, path: str, query: dict[str, str]) -> dict[str, Any] | Response:
        builder = EnvironBuilder(path=f"/api/v1/{path}", query_string=query, headers=list(self._headers.items()))
        with self._app.request_context(builder.get_environ()):
            response = self._app.full_dispatch_request()
            if response.status_code != 200:
                return response
            found: dict[str, Any] = msgspec.json.decode(response.get_data())
            return found

    def items(self, first: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
        """Every item, up to `most`."""
        page, count = first, 0
        while True:
            for item in self._wanted.rows(page):
                if count == most:
                    return
                yield item
                count += 1
            if not page.get("next"):
                return
            answer = self.ask(page["next"])
            if isinstance(answer, Response):
                # the status is out already: a table that is cut off must not look whole
                raise ConnectionError(f"the list stopped with {answer.status_code} after {count} rows")
            page = answer


class _Writer:
    """How fields are written in one language."""

    def __init__(self, words: Texts, city: City) -> None:
        self._words, self._city, self._zone = words, city, ZoneInfo(city.tz)

    def local(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(self._zone)

    def time(self, text: str) -> str:
        return self.local(text).strftime("%Y-%m-%d %H:%M:%S")

    def cell(self, item: dict[str, Any], column: Column) -> Cell:
        """A field as a cell; what is not there is empty."""
        value: Any = item
        for part in column.field.split(".", 1):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None or value == "":
            return None
        match column.kind:
            case "time":
                return self.time(value)
            case "code":
                names = [self._city.name_of(value[:n], self._words.lang) for n in (9, 12, 15) if len(value) >= n]
                return " ".join(names) or self._city.title_of(value, self._words.lang)
            case "word":
                if column.words is not None:
                    return column.words.get(str(value), str(value))
                return self._words.find(f"{column.prefix}.{value}", str(value))
            case "share":
                return int(value) if float(value).is_integer() else round(value, 4)
        if isinstance(value, bool):
            return self._words["exports.yes" if value else "exports.no"]
        return value if isinstance(value, int | float | str) else _said(value)


def _said(value: Any) -> str:
    """A list or a table of attributes in one cell."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(one)}" for key, one in value.items())
    return ", ".join(_said(one) for one in value) if isinstance(value, list) else str(value)


def exports_blueprint(exports: Exports) -> Blueprint:
    """`/api/v1/exports/…`."""
    blueprint = Blueprint("exports", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/exports/<name>", "get", exports.get, methods=["GET"])
    return blueprint
