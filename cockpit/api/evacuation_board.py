"""An evacuation as the API tells it: in figures, as a whole board, and tap by tap."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cockpit.api.identity import Principal
from cockpit.domain.evacuation import HouseholdState, Tap
from cockpit.domain.evacuation_finish import Finish, counted_of, finish_of
from cockpit.domain.role import Role
from cockpit.situation.evacuations import Board, Door, share_of
from cockpit.situation.split_doors import Idle, last_taps, untouched_of

#: who may read a helper's whole name; others see it masked
_NAMED = frozenset({Role.DUTY, Role.ADMIN})


def summary_of(board: Board, now: datetime) -> dict[str, Any]:
    """An evacuation in figures."""
    evacuation, finish = board.evacuation, _finish(board, now)
    return {
        "evacuation_id": evacuation.evacuation_id,
        "event_id": evacuation.event_id,
        "code": evacuation.code,
        "by": evacuation.by,
        "started_at": evacuation.started_at,
        "ended_at": evacuation.ended_at,
        "households": len(board.doors),
        "left_out": evacuation.left_out,
        "version": evacuation.version,
        "changed_by": evacuation.changed_by,
        "changed_at": evacuation.changed_at,
        "people": sum(door.household.people for door in board.doors.values()),
        "people_done": sum(board.doors[key].household.people for key in board.done_at),
        "counts": {state.value: board.counts[state] for state in HouseholdState},
        "done": board.done,
        "disputed": len(board.disputed),
        "taps": len(board.taps),
        "last_tap_at": board.taps[-1].at if board.taps else None,
        "rate_per_min": finish.rate_per_min,
        "finish_at": {"low": finish.low, "mid": finish.mid, "high": finish.high} if finish.mid else None,
        "finish_why": finish.why,
    }


def changed_meanwhile(board: Board, asking: Principal) -> dict[str, object]:
    """Who helps now and by whose change, for somebody who asked from an older version."""
    evacuation = board.evacuation
    return {
        "version": evacuation.version,
        "changed_by": evacuation.changed_by,
        "changed_at": evacuation.changed_at,
        "helpers": [{"id": h.helper_id, "name": _name(h.name, asking)} for h in evacuation.helpers],
    }


def board_of(board: Board, now: datetime, asking: Principal, idle: Mapping[str, Idle] | None = None) -> dict[str, Any]:
    """Everything about an evacuation but its single taps. `idle`: from whom nothing is to be expected, and why."""
    evacuation, tapped = board.evacuation, last_taps(board)
    of = {key: share.helper_id for share in evacuation.shares for key in share.household_ids}
    names = {h.helper_id: _name(h.name, asking) for h in evacuation.helpers}
    done = Counter(of.get(key, "") for key in board.done_at)
    own = share_of(board, asking.account.subject) if asking.account.subject else None
    return {
        **summary_of(board, now),
        "rate_of": _counted(board, now),
        "disputed": list(board.disputed),
        "outline": evacuation.outline,
        "buildings": [
            {
                "building_code": b.building_code, "name": b.name, "lon": b.lon, "lat": b.lat,
                "households": [
                    [h.household_id, board.state_of(h.household_id), h.people, h.needs_help, of.get(h.household_id)]
                    for h in b.households
                ],
            }
            for b in evacuation.buildings
        ],
        "carry": [_carried(board, door, of, names) for door in board.to_carry],
        "helpers": [
            {
                "id": share.helper_id, "name": names.get(share.helper_id, share.helper_id),
                "households": len(share.household_ids), "done": done[share.helper_id],
                "untouched": len(untouched_of(board, share.helper_id)), "last_tap_at": tapped.get(share.helper_id),
                "idle": (idle or {}).get(share.helper_id),
            }
            for share in evacuation.shares
        ],
        "moves": [
            {"at": m.at, "by": m.by, "from": m.from_id, "to": m.to_id, "households": len(m.household_ids)}
            for m in reversed(evacuation.moves)
        ],
        "mine": list(own.household_ids) if own else [],
    }  # fmt: skip


def _carried(board: Board, door: Door, of: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    """A household that somebody has to carry down, and who looks after it."""
    household, building = door
    helper_id, tap = of.get(household.household_id), board.newest.get(household.household_id)
    return {
        "household_id": household.household_id, "building_code": building.building_code,
        "building_name": building.name, "people": household.people, "state": board.state_of(household.household_id),
        "helper_id": helper_id, "helper": names.get(helper_id) if helper_id else None, "note": tap.note if tap else "",
    }  # fmt: skip


def _finish(board: Board, now: datetime) -> Finish:
    evacuation = board.evacuation
    return finish_of(
        len(board.doors), board.done_at.values(),
        started_at=evacuation.started_at, ended_at=evacuation.ended_at, now=now,
    )  # fmt: skip


def _counted(board: Board, now: datetime) -> dict[str, Any] | None:
    """The doors that the rate is reckoned from."""
    evacuation = board.evacuation
    counted = counted_of(
        len(board.doors), board.done_at,
        started_at=evacuation.started_at, ended_at=evacuation.ended_at, now=now,
    )  # fmt: skip
    return None if counted is None else counted._asdict()


def _name(name: str, asking: Principal) -> str:
    return name if asking.role in _NAMED else name[:1] + "*" * len(name[1:])


def tap_item(tap: Tap) -> dict[str, Any]:
    return {
        "tap_id": tap.tap_id, "household_id": tap.household_id, "state": tap.state, "at": tap.at,
        "said_at": tap.said_at, "by": tap.by, "subject": tap.subject, "note": tap.note,
    }  # fmt: skip
