"""Bodies → messages: the whole batch at once, and item by item only when something in it is wrong.

One bad item never costs a good one. What is no JSON at all is refused as a whole; in NDJSON, line by line.
"""

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cockpit.api.problem import ProblemError, clean
from cockpit.services.feeding.batch import Batch as Batch
from cockpit.services.feeding.batch import M, field_of
from cockpit.services.feeding.batch import words_of as words_of
from cockpit.services.intake import Refused

#: more in one request is split by the sender; it bounds the list of refusals
MOST_ITEMS = 50_000
_NDJSON = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-seq",
    }
)


def parse_batch(body: bytes, mimetype: str, model: type[M]) -> Batch[M]:
    """Raises ProblemError 400 for a body that is no JSON, 413 for too many items."""
    text = body.strip()
    if mimetype in _NDJSON:
        return _lines(text, model)
    if not text:
        raise ProblemError(400, "the body is empty; send an object, an array or NDJSON")
    if text.startswith(b"["):
        try:
            items = _list_of(model).validate_json(text)
        except ValidationError:
            return _one_by_one(_loaded(text), model)
        _check_count(len(items))
        return Batch(items, list(range(len(items))))
    try:
        return Batch([_one_of(model).validate_json(text)], [0])
    except ValidationError:
        if b"\n" in text and not _is_json(text):
            return _lines(text, model)
        return _one_by_one([_loaded(text)], model)


def _lines(text: bytes, model: type[M]) -> Batch[M]:
    lines = [line for line in text.split(b"\n") if line.strip()]
    _check_count(len(lines))
    batch: Batch[M] = Batch([], [])
    for index, line in enumerate(lines):
        try:
            batch.items.append(_one_of(model).validate_json(line))
            batch.indices.append(index)
        except ValidationError:
            try:
                _take(batch, index, _loads(line), model)
            except ValueError as wrong:
                _refuse(batch, index, "", str(wrong), "")
    return batch


def _one_by_one(values: Any, model: type[M]) -> Batch[M]:
    if not isinstance(values, list):
        raise ProblemError(400, "the body must be an object, an array of objects or NDJSON")
    _check_count(len(values))
    batch: Batch[M] = Batch([], [])
    for index, value in enumerate(values):
        _take(batch, index, value, model)
    return batch


def _take(batch: Batch[M], index: int, value: Any, model: type[M]) -> None:
    try:
        batch.items.append(_one_of(model).validate_python(value))
        batch.indices.append(index)
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        source = value.get("source") if isinstance(value, dict) else None
        _refuse(batch, index, field_of(error), words_of(error), source if isinstance(source, str) else "")


def _refuse(batch: Batch[M], index: int, name: str, why: str, source: str) -> None:
    batch.rejected.append(Refused(index, clean(name)[:100], clean(why)[:300]))
    batch.rejected_sources.append(source)


def _check_count(n: int) -> None:
    if n > MOST_ITEMS:
        raise ProblemError(413, f"{n} items in one request; send at most {MOST_ITEMS}")


def _loaded(text: bytes) -> Any:
    try:
        return _loads(text)
    except ValueError as wrong:
        raise ProblemError(400, str(wrong)) from None


def _loads(text: bytes) -> Any:
    """Python's reader takes what pydantic's does not (lone surrogates), so that only the item is refused."""
    try:
        return json.loads(text.decode("utf-8"))
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("the text is no UTF-8") from None
    except ValueError as wrong:
        raise ValueError(f"malformed JSON: {wrong}") from None


def _is_json(text: bytes) -> bool:
    try:
        _loads(text)
    except ValueError:
        return False
    return True


@cache
def _one_of(model: type[M]) -> TypeAdapter[M]:
    return TypeAdapter(model)


@cache
def _list_of(model: type[M]) -> TypeAdapter[list[M]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]  # the model is an argument
