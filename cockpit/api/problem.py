"""Errors as RFC 9457 `application/problem+json`: what is wrong and what to do, never a stack trace."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from flask import Response


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """The answer for an error; `more` are members of the problem document."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    response = Response(msgspec.json.encode(body), status=status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response


class ProblemError(Exception):
    """Raised deep inside a request; the API answers with its `response`."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(detail)
        self.response = problem(status, detail, headers=headers, **more)


def clean(text: str) -> str:
    """`text` so that UTF-8 can carry it: what a client sent may contain lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def answered(status: int, body: object) -> Response:
    """A JSON answer that is true only now."""
    return Response(
        msgspec.json.encode(body), status=status, mimetype="application/json", headers={"Cache-Control": "no-store"}
    )
