"""敲门 — the simulated helpers of an evacuation go from door to door, each at the pace of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from cockpit.simulator.crew import Api

#: one helper taps a door so often
_EVERY_S = 14.0
#: nobody knocks before they can be there
_FIRST_AFTER_S = 45.0
_LEAVES_AFTER_S = 70.0
_MOST_AT_ONCE = 200


class Doors:
    """One step a second is enough."""

    def __init__(self, api: Api, *, seed: int, leave_alone: frozenset[str] = frozenset()) -> None:
        self._api, self._leave_alone = api, leave_alone
        self._rng = np.random.default_rng([abs(seed), 811])
        self._owed: dict[str, float] = {}
        self._last: dict[str, datetime] = {}
        self._told: dict[tuple[str, str], datetime] = {}

    def step(self, now: datetime) -> None:
        """Knock at as many doors as the helpers reach in the time that went by."""
        page = self._api.get("evacuations?running=true&limit=20")
        for item in (page or {}).get("items", ()):
            board = self._api.get(f"evacuations/{item['evacuation_id']}")
            if board is not None:
                self._knock(board, now)

    def _knock(self, board: dict[str, Any], now: datetime) -> None:
        key = board["evacuation_id"]
        if (now - datetime.fromisoformat(board["started_at"])).total_seconds() < _FIRST_AFTER_S:
            return
        helpers = sum(1 for helper in board["helpers"] if helper["id"] not in self._leave_alone)
        elapsed_s = (now - self._last.get(key, now)).total_seconds()
        self._last[key] = now
        owed = min(self._owed.get(key, 0.0) + helpers * elapsed_s / _EVERY_S, float(_MOST_AT_ONCE))
        taps = self._taps(board, now, int(owed))
        self._owed[key] = owed - int(owed)
        if taps:
            self._api.post(f"evacuations/{key}/taps", taps)

    def _taps(self, board: dict[str, Any], now: datetime, most: int) -> list[dict[str, Any]]:
        key, carry = board["evacuation_id"], {row["household_id"] for row in board["carry"]}
        households = [h for building in board["buildings"] for h in building["households"]]
        doors = [(h[0], h[1]) for h in households if not self._leave_alone.intersection(h[4:5])]
        ready = [d for d in doors if d[1] in ("told", "needs_help", "refused") and self._may_leave(key, d, now)]
        found = [(d[0], "moved") for d in ready[: most // 2 + 1]]
        for household_id, state in doors:
            if len(found) >= most:
                break
            if state == "not_reached":
                found.append((household_id, self._found(household_id in carry)))
        taps = []
        for household_id, state in found[:most]:
            self._told[key, household_id] = now
            tap_id = f"crew-{self._rng.integers(2**62):x}"
            taps.append({"tap_id": tap_id, "household_id": household_id, "state": state, "at": now.isoformat()})
        return taps

    def _may_leave(self, key: str, door: tuple[str, str], now: datetime) -> bool:
        told = self._told.setdefault((key, door[0]), now)
        slow = 3 if door[1] == "needs_help" else 6 if door[1] == "refused" else 1
        return (now - told).total_seconds() > _LEAVES_AFTER_S * slow

    def _found(self, must_carry: bool) -> str:
        if must_carry:
            return "needs_help"
        return str(self._rng.choice(("told", "nobody_home", "refused", "needs_help"), p=(0.83, 0.12, 0.02, 0.03)))
