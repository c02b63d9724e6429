"""The picture of the gridworker's phone: a wartime order with doors to knock at, half way up its ladder."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser

#: in the grid of the first of the demo city's roster, and a short walk away
_SITE, _PERSON = (120.0275, 30.2640), (120.0262, 30.2650)
_WORKER, _EVENT = "gw-00001", "hotline_12345:phone-picture"
_TASK = "逐户通知住户撤到安置点。行动不便的标“需协助”，勿乘电梯。"


def take_phone(browser: Browser, url: str, links: Mapping[str, str], file: Path) -> None:
    """Play the beginning of the story on a running cockpit and keep what the phone shows."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN",
        geolocation={"longitude": _PERSON[0], "latitude": _PERSON[1], "accuracy": 8}, permissions=["geolocation"],
    )  # fmt: skip
    page = context.new_page()
    page.goto(links["gridworker"])
    page.wait_for_selector("html[data-link=live]")
    page.locator("[data-view=own]").click()
    if page.locator("[data-action=on-duty]").count():
        page.locator("[data-action=on-duty]").click()
    page.locator("[data-view=tasks]").click()
    with httpx.Client(base_url=f"{url}/api/v1", headers=_as("admin", links), timeout=30, trust_env=False) as desk:
        desk.post("feeds/events", json=_report()).raise_for_status()
        page.wait_for_timeout(2_000)
        desk.put("mode", json={"mode": "wartime", "scope": "330110005", "event_id": _EVENT}).raise_for_status()
        order = {"event_id": _EVENT, "recipient_ids": [_WORKER], "task": _TASK, "despite": ["busy", "off_duty"]}
        desk.post("orders", json={**order, "accept_within_s": 600}).raise_for_status()
        area = {"event_id": _EVENT, "lon": _SITE[0], "lat": _SITE[1], "radius_m": 200, "recipient_ids": [_WORKER]}
        desk.post("evacuations", json=area).raise_for_status()
    for deed in ("accepted", "departed"):
        page.locator(f"[data-action={deed}]").click()
        page.wait_for_selector(f".order[data-state={deed}]")
        page.wait_for_timeout(2_000)
    while page.locator("[data-action=lay-aside]").count():
        page.locator("[data-action=lay-aside]").first.click()
        page.wait_for_timeout(300)
    page.wait_for_timeout(6_000)
    page.screenshot(path=str(file))
    context.close()


def _report() -> dict[str, object]:
    return {
        "event_id": _EVENT.partition(":")[2], "source": "hotline_12345", "category": "event.05.05", "severity": "II",
        "title": "道路塌陷 疏散", "lon": _SITE[0], "lat": _SITE[1], "address": "文一西路高教路口",
        "reported_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip


def _as(role: str, links: Mapping[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {links[role].rpartition('token=')[2]}"}
