"""`GET openapi.json`: the API as it is, made from the messages and routes themselves."""

from typing import Any

from pydantic.json_schema import models_json_schema

from cockpit.api.commands import CalendarDayRequest, ModeRequest
from cockpit.api.messages import AlarmMessage, EventMessage, PositionMessage, ReadingMessage, TransitionMessage
from cockpit.api.moves import MoveRequest
from cockpit.api.openapi_alarms import ALARM_MODELS, alarm_paths
from cockpit.api.openapi_base_maps import base_map_paths
from cockpit.api.openapi_evacuations import EVACUATION_MODELS, evacuation_paths
from cockpit.api.openapi_forecast import forecast_paths
from cockpit.api.openapi_houses import HOUSE_MODELS, house_paths
from cockpit.api.openapi_indicators import indicator_paths
from cockpit.api.openapi_layers import LAYER_SCHEMAS, layer_paths
from cockpit.api.openapi_outward import OUTWARD_MODELS, outward_paths
from cockpit.api.openapi_parts import TEXT as _TEXT
from cockpit.api.openapi_parts import TIME as _TIME
from cockpit.api.openapi_parts import asking as _asking
from cockpit.api.openapi_parts import get as _get
from cockpit.api.openapi_parts import json as _json
from cockpit.api.openapi_parts import object_of as _object
from cockpit.api.openapi_parts import path as _path
from cockpit.api.openapi_parts import problems as _problems
from cockpit.api.openapi_parts import query as _query
from cockpit.api.openapi_parts import ref as _ref
from cockpit.api.openapi_phone import PHONE_MODELS, phone_paths
from cockpit.api.openapi_plans import PLAN_MODELS, plan_paths
from cockpit.api.openapi_plots import PLOT_MODELS, plot_paths
from cockpit.api.openapi_reports import REPORT_MODELS, report_paths
from cockpit.api.openapi_tracks import TRACK_SCHEMAS, track_paths
from cockpit.api.openapi_units import UNIT_MODELS, unit_paths
from cockpit.api.orders import VERBS, OrdersRequest, OrderStepRequest, UndoRequest
from cockpit.domain.level import Level
from cockpit.domain.moves import MOVES
from cockpit.domain.order import Rung
from cockpit.domain.resource import KINDS
from cockpit.domain.source import FEEDS, Source
from cockpit.domain.stage import Stage
from cockpit.situation.event_filter import AskedColour
from cockpit.store.notices import NoticeState

_FEEDS = {
    "events": (EventMessage, "上报: events as their source reports them"),
    "transitions": (TransitionMessage, "流转: events entered stages"),
    "alarms": (AlarmMessage, "报警: devices raise and clear alarms"),
    "readings": (ReadingMessage, "读数: what devices measure; rules make alarms of it"),
    "positions": (PositionMessage, "定位: where people and vehicles are"),
}
_MODELS: list[Any] = [
    *(model for model, _ in _FEEDS.values()), ModeRequest, CalendarDayRequest, MoveRequest, *EVACUATION_MODELS,
    *PLAN_MODELS, *PLOT_MODELS,
]  # fmt: skip
_MODELS += [OrdersRequest, OrderStepRequest, UndoRequest, *ALARM_MODELS, *PHONE_MODELS, *UNIT_MODELS, *OUTWARD_MODELS]
_MODELS += HOUSE_MODELS
_MODELS += REPORT_MODELS


def document(*, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    _, models = models_json_schema([(m, "validation") for m in _MODELS], ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "社会治理一张图 cockpit", "version": version},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": {
            **{f"/feeds/{name}": _feed(*about) for name, about in _FEEDS.items()},
            **_formats(),
            **_queries(),
            **_commands(),
            **_moves(),
            **_orders(),
            **phone_paths(),
            **base_map_paths(),
            **evacuation_paths(),
            **alarm_paths(),
            **plan_paths(),
            **plot_paths(),
            **unit_paths(),
            **layer_paths(),
            **track_paths(),
            **outward_paths(),
            **house_paths(),
            **report_paths(),
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "cockpit_session"},
            },
            "schemas": {**models["$defs"], **_schemas(), **TRACK_SCHEMAS, **LAYER_SCHEMAS},
            "responses": {
                "Problem": {
                    "description": "what is wrong, as RFC 9457 says it",
                    "content": {"application/problem+json": {"schema": _ref("Problem")}},
                }
            },
        },
    }


def _feed(model: type[Any], summary: str) -> dict[str, Any]:
    one = _ref(model.__name__)
    body = {"oneOf": [one, {"type": "array", "items": one}]}
    return {
        "post": {
            "summary": summary,
            "parameters": [
                _query("source", {"type": "string", "enum": list(FEEDS)}, "whose heartbeat an empty array is")
            ],
            "requestBody": {
                "required": True,
                "description": "an object, an array or NDJSON; gzip allowed; at most 16 MiB, unpacked too",
                "content": {"application/json": {"schema": body}, "application/x-ndjson": {"schema": one}},
            },
            "responses": {"202": _json("taken and safe in the stream", "Taken"), **_problems(413, 415, 503)},
        }
    }


def _formats() -> dict[str, Any]:
    """Feeds with words of their own; what each understands is in docs/feeds."""
    token = _query("token", _TEXT, "a feed's token, for what cannot send a header; or as the password of Basic")
    taken = {"200": {"description": "taken, or known already"}, **_problems(503)}
    body: dict[str, Any] = {"content": {"application/json": {"schema": {}}}}
    osmand = {"summary": "OsmAnd / Traccar Client: one position", "parameters": [token], "responses": taken}
    return {
        "/feeds/owntracks": {
            "post": {
                "summary": "OwnTracks: one position", "parameters": [token], "requestBody": body, "responses": taken,
            }
        },
        "/feeds/osmand": {"get": osmand, "post": {**osmand, "requestBody": body}},
        "/feeds/{name}": {
            "post": {
                "summary": "a feed that has a file: its own words, as docs/feeds.md says",
                "parameters": [_path("name", "of the feed"), token],
                "requestBody": body,
                "responses": {"202": _json("taken and safe in the stream", "Taken"), **_problems(404, 413, 415, 503)},
            }
        },
    }  # fmt: skip


def _queries() -> dict[str, Any]:
    scope = _query("scope", _TEXT, "a division or grid code within your own scope")
    as_of = _query("as_of", _TIME, "the situation of that instant instead of now")
    page = [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
        _query("cursor", _TEXT, "`next` of the page before"),
    ]
    events = [
        _query("stage", {"type": "string", "enum": [s.value for s in Stage]}, "环节"),
        _query(
            "colour",
            {"type": "string", "enum": [c.value for c in AskedColour]},
            "as the legend has it; green is all finished",
        ),
        _query("overtime", {"type": "boolean"}, "open and overtime now"),
        _query("source", {"type": "string", "enum": [s.value for s in Source]}, "来源"),
        _query("category", _TEXT, "a category code or its beginning, or the exact text"),
        _query("q", _TEXT, "words in title, description, address or id"),
        _query("from", _TIME, "reported at or after"),
        _query("to", _TIME, "reported before"),
        _query("closed_from", _TIME, "closed at or after"),
        _query("closed_to", _TIME, "closed before"),
        _query("bbox", _TEXT, "west,south,east,north"),
    ]
    event_id = _path("event_id", "public id `source:event_id`")
    level = _query("level", {"type": "string", "enum": [lv.value for lv in Level]}, "units of this level")
    lon = {**_query("lon", {"type": "number", "minimum": -180, "maximum": 180}, "WGS-84"), "required": True}
    lat = {**_query("lat", {"type": "number", "minimum": -90, "maximum": 90}, "WGS-84"), "required": True}
    category = _query("category", _TEXT, "for a class, its subclass or neither")
    return {
        "/events": _get("事件", [scope, as_of, *events, *page], "Page"),
        "/events/{event_id}": _get("one event with its whole process", [event_id, as_of], "Item", 404),
        "/events/{event_id}/suggestion": _get(
            "分拨建议: whom to assign it to, and why", [event_id, level], "Item", 404
        ),
        "/responsible": _get("谁管这个点: whose a place is", [lon, lat, category], "Item", 404),
        **_nearby(scope, as_of, page),
        "/gridworkers/on-duty": _get("在岗: on duty, and what says so", [scope, *page], "Page"),
        "/gridworkers/unplaced": _get("无定位: on duty, and nobody knows where", [scope, *page], "Page"),
        "/gridworkers": _get("where gridworkers last were", [scope, as_of, *page], "Page"),
        "/feeds": _get("how feeds are doing", [], "Page"),
        **indicator_paths(scope, as_of, page),
        **forecast_paths(scope, as_of),
        "/feeds/dead-letters": _get(
            "messages that could not even be looked at", [_query("feed", _TEXT, "of this feed"), page[0]], "Page"
        ),
        "/standards": _get(
            "立案标准: conditions and limits in force",
            [_query("category", _TEXT, "a category or its beginning"), _query("at", _TIME, "then instead of now")],
            "Page",
        ),
        "/snapshot": _get("what a browser joins with", [scope, as_of], "Item"),
        "/movers": _get("everything that moves, 10 bytes each and their names", [scope, as_of], "Item"),
        "/openapi.json": _get("this document", [], "Item"),
    }


def _nearby(scope: dict[str, Any], as_of: dict[str, Any], page: list[dict[str, Any]]) -> dict[str, Any]:
    """附近 and 资源."""
    kinds = _query("kinds", _TEXT, "comma between: " + " ".join(KINDS))
    near = [
        _query("lon", {"type": "number", "minimum": -180, "maximum": 180}, "the place, WGS-84"),
        _query("lat", {"type": "number", "minimum": -90, "maximum": 90}, "the place, WGS-84"),
        _query("event_id", _TEXT, "the place of this event instead"),
        _query("polygon", _TEXT, "lon,lat;lon,lat;…: who is inside, instead of a radius"),
        _query("radius_m", {"type": "number", "minimum": 1, "maximum": 100000}, "3000 without it"),
        kinds,
        _query("skills", _TEXT, "comma between; who has all of them"),
        _query("only_free", {"type": "boolean"}, "false: also who has an open order"),
        _query("sort", {"type": "string", "enum": ["distance", "eta"]}, "by distance, or by time to the place"),
        _query("left_out", {"type": "boolean"}, "also who is near and was left out, with the reason"),
        page[0],
    ]
    listed = [kinds, _query("bbox", _TEXT, "west,south,east,north"), _query("q", _TEXT, "words in the name, or an id")]
    one = [_path("resource_id", "as it was registered")]
    return {
        "/nearby": _get("附近: who and what is near, how soon, and why", [*near, scope, as_of], "Page", 404, 409),
        "/resources": _get("资源: what is registered", [scope, *listed, *page], "Page"),
        "/resources/{resource_id}": _get("one registered thing", one, "Item", 404),
    }


def _commands() -> dict[str, Any]:
    key = {"name": "Idempotency-Key", "in": "header", "schema": _TEXT, "description": "makes a repeat harmless"}
    return {
        "/mode": {
            **_get("平时/战时", [_query("scope", _TEXT, "whose mode"), _query("as_of", _TIME, "then")], "Page"),
            "put": _asking("ask for another mode; the answer comes as a fact", "ModeRequest", [key]),
        },
        "/mode/history": _get(
            "模式切换记录: every change of mode the scope saw, newest first",
            [
                _query("scope", _TEXT, "whose mode"),
                _query("from", _TIME, "at or after"),
                _query("to", _TIME, "before"),
                _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "the newest so many"),
                _query("as_of", _TIME, "as it was known then"),
            ],
            "Page",
        ),
        "/calendar": {
            **_get(
                "工作日历: days that are not what their weekday says",
                [
                    _query("year", {"type": "integer", "minimum": 1970, "maximum": 2200}, "this year without it"),
                    _query("as_of", _TIME, "then"),
                ],
                "Item",
            ),
            "put": _asking("make a day a workday or a day off", "CalendarDayRequest", [key]),
        },
    }


def _moves() -> dict[str, Any]:
    """One path a move, from the table that decides."""
    event_id = _path("event_id", "public id `source:event_id`")
    key = {"name": "Idempotency-Key", "in": "header", "schema": _TEXT, "description": "makes a repeat harmless"}
    return {
        f"/events/{{event_id}}/{move.name.value}": {
            "post": {
                "summary": f"ask for {move.name.value}"
                + (f"; needs {', '.join(move.needs)}" if move.needs else "")
                + f"; from {', '.join(sorted(s.value for s in move.from_stages))}",
                "parameters": [event_id, key],
                "requestBody": {"content": {"application/json": {"schema": _ref("MoveRequest")}}},
                "responses": {"202": _json("asked", "Asked"), **_problems(404, 409, 503)},
            }
        }
        for move in MOVES
    }


def _orders() -> dict[str, Any]:
    """调度单: asked for, listed, and one path a rung."""
    key = {"name": "Idempotency-Key", "in": "header", "schema": _TEXT, "description": "makes a repeat harmless"}
    order_id = _path("order_id", "of the order")
    asked = [
        _query("event_id", _TEXT, "orders to this event"),
        _query("recipient_id", _TEXT, "orders of this recipient"),
        _query("state", {"type": "string", "enum": [r.value for r in Rung]}, "the rung it stands on"),
        _query("open", {"type": "boolean"}, "not ended"),
        _query("scope", _TEXT, "division or grid code within your own"),
        _query("as_of", _TIME, "an instant of the past"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
        _query("cursor", _TEXT, "`next` of the page before"),
    ]
    return {
        "/orders": {
            **_get("调度单 of today, each with its ladder", asked, "Page"),
            "post": _asking("下达: order recipients to an event; all of them or nobody", "OrdersRequest", [key]),
        },
        "/orders/{order_id}": _get("one order", [order_id, _query("as_of", _TIME, "then")], "Item", 404),
        "/notices": _get(
            "通知: what was told outside",
            [
                _query("state", {"type": "string", "enum": [s.value for s in NoticeState]}, "what became of it"),
                *asked[4:5],
                *asked[6:],
            ],
            "Page",
        ),
        "/notices/{notice_id}/send": {
            "post": {
                "summary": "send once more what failed or is uncertain",
                "parameters": [_path("notice_id", "of the notice")],
                "responses": {"202": _json("asked", "Item"), **_problems(404, 409)},
            }
        },
        "/commands/{command_id}": _get(
            "what became of a command: granted, refused and why, or unknown",
            [_path("command_id", "as answered")],
            "Item",
        ),
        "/orders/undo": {"post": _asking("撤回 within ten seconds", "UndoRequest", [key])},
        **{
            f"/orders/{{order_id}}/{verb}": {
                "post": _asking(f"say that the order is {rung.value}", "OrderStepRequest", [order_id, key])
            }
            for verb, rung in VERBS.items()
        },
    }


def _schemas() -> dict[str, Any]:
    refused = {"index": {"type": "integer"}, "field": _TEXT, "error": _TEXT}
    count = {"type": "integer", "minimum": 0}
    item = {"type": "object", "additionalProperties": True}
    indicator = {
        "name": _TEXT, "title": _TEXT, "value": {"type": ["number", "null"]}, "numerator": count,
        "denominator": {"type": ["integer", "null"]}, "definition": _TEXT, "version": {"type": "integer"},
    }  # fmt: skip
    listed = {"type": "array", "items": item}
    return {
        "Problem": _object({"title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}),
        "Taken": _object(
            {"accepted": count, "duplicate": count, "rejected": {"type": "array", "items": _object(refused)}}
        ),
        "Asked": _object({"command_id": _TEXT}),
        "Item": item,
        "Page": _object({"as_of": _TIME, "total": count, "items": listed, "next": {"type": ["string", "null"]}}),
        "Indicators": _object(
            {"as_of": _TIME, "scope": _TEXT, "items": {"type": "array", "items": _object(indicator)}}
        ),
    }
