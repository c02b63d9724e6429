"""What the lists of the past are compared with: the same questions in plain SQL over every row, and in pandas."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import and_, func, or_, select

from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.store.database import open_engine
from cockpit.store.schema.events import event_records

_PAGE = 100
_SHARE = 0.8


def _instant_ms(text: str | None) -> int:
    at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    return round(at.timestamp() * 1000)


class FullScan:
    """The table as it is, asked without the help of any index or column but the row's own."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def ask(self, query: Mapping[str, str]) -> int:
        """Count what the filters let through and read the first page."""
        c = event_records.c
        where = and_(*self._conditions(query))
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(event_records).where(where)).scalar_one()
            page = select(event_records).where(where).order_by(c.reported_ms.desc(), c.event_id).limit(_PAGE)
            connection.execute(page).all()
        return int(total)

    def _conditions(self, query: Mapping[str, str]) -> list[Any]:
        c, at = event_records.c, _instant_ms(query.get("as_of"))
        is_open = and_(c.reported_ms <= at, or_(c.closed_ms.is_(None), c.closed_ms > at))
        closed = c.closed_ms <= at
        overtime = and_(is_open, c.due_ms < at)
        at_risk = and_(is_open, c.at_risk_ms <= at)
        found = [or_(c.reported_ms <= at, closed)]
        found += {"closed": [closed], "registered": [is_open]}.get(query.get("stage", ""), [])
        found += [at_risk] if query.get("colour") == "red" else []
        found += [overtime] if query.get("overtime") else []
        found += [c.source == query["source"]] if "source" in query else []
        if category := query.get("category"):
            found.append(or_(c.category.startswith(category), c.category_text == category))
        if q := query.get("q"):
            texts = (c.title, c.event_id, c.address, c.description, c.category_text)
            found.append(or_(*(func.lower(text).contains(q) for text in texts)))
        for name, column, after in (
            ("from", c.reported_ms, True), ("to", c.reported_ms, False),
            ("closed_from", c.closed_ms, True), ("closed_to", c.closed_ms, False),
        ):  # fmt: skip
            if name in query:
                found.append(column >= _instant_ms(query[name]) if after else column < _instant_ms(query[name]))
        found += [closed] if "closed_from" in query else []
        if box := query.get("bbox"):
            west, south, east, north = map(float, box.split(","))
            found.append(and_(c.lon.between(west, east), c.lat.between(south, north)))
        if scope := query.get("scope"):
            low, high = Scope(scope).span
            found.append(and_(c.code_number >= low, c.code_number < high))
        return found

    def close(self) -> None:
        self._engine.dispose()


class PandasTable:
    """The whole table as a DataFrame in memory, newest first; grids looked up once with shapely."""

    def __init__(self, path: Path, city: City) -> None:
        start = time.perf_counter()
        told = pd.read_csv(path, dtype={"id": str}, keep_default_na=False)
        for name in ("opened", "target", "closed"):
            wall = pd.to_datetime(told[name], format="ISO8601", errors="coerce")
            told[name] = wall.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
        codes = city.locate_many(told.x.to_numpy(np.float64), told.y.to_numpy(np.float64))
        told["code"] = np.where(codes == 0, int(f"{city.code:0<15}"), codes)
        told["public"] = told.source + ":" + told.id
        told["risky"] = told.opened + _SHARE * (told.target - told.opened)
        self.cases = told.sort_values(["opened", "public"], ascending=[False, True], ignore_index=True)
        self.seconds = time.perf_counter() - start

    def ask(self, query: Mapping[str, str]) -> int:
        """Count what the filters let through and take the first page."""
        t = self.cases
        at = pd.Timestamp(query.get("as_of") or datetime.now(UTC))
        closed = t.closed <= at
        is_open = (t.opened <= at) & ~closed
        mask = (t.opened <= at) | closed
        if stage := query.get("stage"):
            mask &= {"closed": closed, "registered": is_open}[stage]
        if query.get("colour") == "red":
            mask &= is_open & (t.risky <= at)
        if query.get("overtime"):
            mask &= is_open & (t.target < at)
        if "source" in query:
            mask &= t.source == query["source"]
        if category := query.get("category"):
            mask &= t.category.str.startswith(category) | (t.kind == category)
        if q := query.get("q"):
            said = pd.Series(False, index=t.index)
            for column in (t.title, t.public, t.address, t.description, t.kind):
                said |= column.str.casefold().str.contains(q, regex=False)
            mask &= said
        mask &= self._within(query, closed)
        json.dumps(t[mask].head(_PAGE).astype(str).to_dict("records"))
        return int(mask.sum())

    def _within(self, query: Mapping[str, str], closed: Any) -> Any:
        t = self.cases
        mask = pd.Series(True, index=t.index)
        for name, column, after in (
            ("from", t.opened, True), ("to", t.opened, False),
            ("closed_from", t.closed, True), ("closed_to", t.closed, False),
        ):  # fmt: skip
            if name in query:
                at = pd.Timestamp(query[name])
                mask &= column >= at if after else column < at
        if "closed_from" in query:
            mask &= closed
        if box := query.get("bbox"):
            west, south, east, north = map(float, box.split(","))
            mask &= t.x.between(west, east) & t.y.between(south, north)
        if scope := query.get("scope"):
            low, high = Scope(scope).span
            mask &= (t.code >= low) & (t.code < high)
        return mask
