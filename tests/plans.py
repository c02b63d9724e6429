"""Made-up plans for tests."""

from typing import Any

from cockpit.domain.mode import Mode
from cockpit.domain.order import OrderRecipient, RecipientKind
from cockpit.domain.plan import CheckItem, Force, Plan, Trigger, Words
from cockpit.domain.plan_commands import Assigned, RunPlan
from cockpit.domain.plan_facts import Told
from tests.stories import GRIDS, NOON, minutes

EVENT = "hotline_12345:1"


def plan(plan_id: str = "road_collapse", **given: Any) -> Plan:
    told: dict[str, Any] = {
        "title": Words("道路塌陷", "Road collapse"), "version": 1, "mode": Mode.WARTIME,
        "trigger": Trigger(categories=("event.05.05",), words=("塌陷", "沉降")),
        "forces": (Force(kind="gridworker", count=2, radius_m=3_000, task=Words("到{address}")),),
        "checklist": (
            CheckItem(item_id="cordon", words=Words("封闭")), CheckItem(item_id="pipes", words=Words("管线")),
        ),
    }  # fmt: skip
    return Plan(plan_id=plan_id, **{**told, **given})


def recipient(number: int, code: str = GRIDS[0]) -> OrderRecipient:
    return OrderRecipient(id=f"gw-{number}", kind=RecipientKind.GRIDWORKER, name=f"王{number}", code=code)


def run(command_id: str = "r1", *numbers: int, **given: Any) -> RunPlan:
    recipients = tuple(recipient(n) for n in numbers or (1, 2))
    told: dict[str, Any] = {
        "by": "duty", "scope": "330110", "at": NOON + minutes(1), "event_id": EVENT, "plan": plan(),
        "forces": (Assigned(kind="gridworker", wanted=2, task="到场", recipients=recipients),),
        "told": (Told("区交警大队", "请封路"),), "cameras": ("cam-1",), "account": "a",
    }  # fmt: skip
    return RunPlan(command_id=command_id, **{**told, **given})
