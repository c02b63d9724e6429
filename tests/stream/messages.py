"""Any fact, command or fix at all, built from the types themselves, so that a new type is tested the day it comes."""

import types
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from hypothesis import strategies as st

from cockpit.domain.facts import EventBecameAtRisk
from cockpit.domain.fix import Fix
from cockpit.domain.limit import Limit, LimitUnit
from cockpit.stream.fix_batch import FLAG_BITS, FixBatch

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    object: _JSON,
    Any: _JSON,
    type(None): st.none(),
    # no limit of nothing
    Limit: st.builds(Limit, st.floats(0.25, 9_999), st.sampled_from(LimitUnit)),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that facts are made of."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: any_of(hints[f.name]) for f in fields(kind) if f.init})
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return st.builds(kind, **{name: any_of(hints[name]) for name in kind._fields})
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of([any_of(k) for k in inner])
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(any_of(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, inner))
    if origin in (frozenset, list):
        return st.lists(any_of(inner[0]), max_size=3, unique=origin is frozenset).map(origin)
    if origin is dict:
        return st.dictionaries(any_of(inner[0]), any_of(inner[1]), max_size=3)
    raise TypeError(f"no strategy for {kind}")


def facts_named(*ids: str, at: datetime = NOW) -> list[EventBecameAtRisk]:
    """Small facts with these ids."""
    return [EventBecameAtRisk(fact_id=i, at=at, received_at=NOW, event_id=f"event of {i}") for i in ids]


_OFTEN_UNKNOWN = st.none() | st.floats(width=32, allow_nan=False)

fixes = st.builds(
    Fix,
    subject_id=st.text(max_size=8),
    kind=st.sampled_from(["gridworker", "vehicle", "无人机"]),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    at=_PLAIN[datetime],
    accuracy_m=_OFTEN_UNKNOWN,
    speed_mps=_OFTEN_UNKNOWN,
    heading_deg=_OFTEN_UNKNOWN,
    battery=_OFTEN_UNKNOWN,
    extra=st.just({}) | st.dictionaries(st.text(max_size=5), _JSON, max_size=2),
)

_flags = st.sets(st.sampled_from(sorted(FLAG_BITS)))

fix_batches = st.lists(st.tuples(fixes, _flags), max_size=8).map(
    lambda pairs: FixBatch.of([f for f, _ in pairs], 1_795_000_000_000, [flags for _, flags in pairs])
)


def batch_of(*subjects: str, at_ms: int = 1_795_000_000_000, lon: float = 120.0) -> FixBatch:
    """One fix for each subject."""
    unknown = (None, None, None, None)
    return FixBatch.from_rows((s, "gridworker", lon, 30.0, at_ms, at_ms, *unknown, 0) for s in subjects)


def with_column(batch: FixBatch, name: str, values: list[Any]) -> FixBatch:
    """The batch with one column changed."""
    return replace(batch, **{name: np.array(values, dtype=getattr(batch, name).dtype)})
