"""The pieces that the OpenAPI document is made of: questions, answers, parameters, problems."""

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
#: makes a repeat harmless
KEY: dict[str, Any] = {
    "name": "Idempotency-Key", "in": "header", "schema": TEXT, "description": "makes a repeat harmless",
}  # fmt: skip


def asking(summary: str, model: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref(model)}}},
        "responses": {"202": json("asked", "Asked"), **problems(409, 503)},
    }


def get(summary: str, parameters: list[dict[str, Any]], schema: str, *also: int) -> dict[str, Any]:
    responses = {"200": json("the answer", schema), **problems(*also)}
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def object_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": words}


def path(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT, "description": words}


def json(words: str, schema: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": ref(schema)}}}


def problems(*also: int) -> dict[str, Any]:
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in (400, 401, 403, *also)}


#: what most lists may be asked with
SCOPE = query("scope", TEXT, "a division or grid code within your own scope")
AS_OF = query("as_of", TIME, "the situation of that instant instead of now")
PAGE = [
    query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
    query("cursor", TEXT, "`next` of the page before"),
]
