"""`GET events/{id}` as the API answers it, made up: a case in which everything has happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route

from cockpit.domain.moves import MOVES

_MOVES = {move.name.value: move.needs for move in MOVES}


def at(minutes: float) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def entry(name: str, minutes: float, kind: str = "step", **given: Any) -> dict[str, Any]:
    stage = name if kind == "step" else None
    return {
        "at": at(minutes), "kind": kind, "name": name, "stage": stage, "by": "李明", "unit": "", "level": "street",
        "note": "", "attachments": [], "took_s": None, "limit_s": None, **given,
    }  # fmt: skip


def clock(kind: str, state: str, used_s: float, allowed_s: float, **given: Any) -> dict[str, Any]:
    over = at((allowed_s - used_s) / 60)
    return {
        "kind": kind, "started_at": at(-used_s / 60), "ended_at": None, "allowed_s": allowed_s, "used_s": used_s,
        "office": False, "at_risk_at": over, "overtime_at": over, "state": state, **given,
    }  # fmt: skip


def actions(*allowed: str, reason: str = "事件处于“处置”环节，不能这样办理") -> list[dict[str, Any]]:
    return [
        {
            "name": name, "allowed": name in allowed, "rule": None if name in allowed else "wrong_stage",
            "reason": None if name in allowed else reason, "needs": list(needs),
        }
        for name, needs in _MOVES.items()
    ]  # fmt: skip


def detail(event_id: str, **given: Any) -> dict[str, Any]:
    """At work with a unit, some time over its limit."""
    return {
        "as_of": at(0), "event_id": event_id, "source": "gridworker", "category": "event.05.05", "category_text": "",
        "title": "路面塌陷隐患", "severity": "II", "lon": 119.95, "lat": 30.35, "code": "330110012003009",
        "address": "文一西路高教路口东 40 m", "flags": [], "stage": "handling", "level": "street", "unit": "区城管局",
        "colour": "overtime", "late": False, "reported_at": at(-95), "due_at": None, "at_risk_at": at(-30),
        "overtime_at": at(-11), "accepted_at": at(-90), "assigned_at": at(-80), "handled_at": None, "closed_at": None,
        "version": 6, "description": "路口东侧塌陷约两米", "attachments": ["https://example.org/1.jpg"], "extra": {},
        "paused_s": 0, "paused_since": None, "reporter": "沈建国", "reporters": 3,
        "process": [
            entry("accepted", -90, took_s=420, limit_s=900),
            entry("assigned", -80, unit="区城管局", by="规则分拨", by_rule=True, took_s=600, limit_s=900,
                  condition="影响通行", limit="2急时", co_units=["区住管局", "交警余杭大队"], standard_version="2026"),
            entry("called", -70, "act", unit="市政抢修 2 队"),
            entry("reopened", -60, refused={"rule": "wrong_stage", "reason": "来源告知时事件处于“分拨”环节"}),
            entry("handling", -50, unit="区城管局", took_s=3000, limit_s=2400, note="已设围挡", level=None),
            entry("supervised", -10, "act", degree="red", note="限时办结"),
        ],
        "clocks": [
            clock("acceptance", "in_time", 420, 900, ended_at=at(-88)),
            clock("handling", "overtime", 5460, 4800),
            clock("call", "at_risk", 800, 900),
        ],
        "actions": actions("feed-back", "return", "escalate", "supervise", "remind", "call", "note", "take-over"),
        "claim": {"by": "王芳", "since": at(-20), "mine": False},
        "calls": [
            {"unit": "区住管局", "called_at": at(-80), "reported_in_at": at(-75), "ended_at": at(-75)},
            {"unit": "市政抢修 2 队", "called_at": at(-13), "reported_in_at": None, "ended_at": None},
        ],
        "extensions": [
            {"asked_at": at(-40), "by": "区城管局", "note": "管网图未到", "approvals": 1, "granted_at": None,
             "refused_at": None},
        ],
        "supervisions": [
            {"at": at(-10), "by": "李明", "level": "county", "degree": "red", "unit": "", "note": "限时办结"},
        ],
        "reminders": 2, "merged_into": None, "merged": ["citizen:7", "hotline_12345:8"], "parent": "drone:parent",
        "children": ["iot:child"],
        "similar": [
            {"event_id": "citizen:9", "title": "路面有坑", "reported_at": at(-70), "stage": "registered",
             "distance_m": 32.4},
        ],
        **given,
    }  # fmt: skip


def answers(page: Page, found: dict[str, Any] | int) -> list[str]:
    """The page's questions about events get this answer, or this status; the list grows with the paths asked for."""
    asked: list[str] = []

    def reply(route: Route) -> None:
        path = route.request.url.partition("/api/v1/")[2].partition("?")[0]
        asked.append(f"{route.request.method} {path}")
        if path.count("/") > 1 or isinstance(found, int):
            status = found if isinstance(found, int) else 404
            route.fulfill(status=status, json={"detail": "数据库暂不可用"})
        else:
            route.fulfill(json=found)

    page.route("**/api/v1/events/**", reply)
    page.route("**/api/v1/standards**", lambda route: route.fulfill(json={"items": []}))
    return asked
