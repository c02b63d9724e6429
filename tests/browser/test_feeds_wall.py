"""物联 on a wall that really runs: mosquitto_pub and a real MQTT client drive it, and a feed that is gone is marked."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Browser, expect

from tests.browser.harness.looking import live
from tests.cli.running import running, until
from tests.cli.test_feeds import PERIOD_S, write_feed
from tests.mosquitto import Broker

pytestmark = pytest.mark.browser

#: what a busy machine may need beyond the intervals
_SLACK_MS = 20_000


def _body(**more: Any) -> str:
    at = int(datetime.now(UTC).timestamp() * 1000)
    return json.dumps({"ts": at, "gps": {"lng": 119.95483, "lat": 30.29786}, **more}, ensure_ascii=False)


def _counts(api: httpx.Client) -> tuple[int, int]:
    fire = {item["name"]: item for item in api.get("feeds").json()["items"]}["fire"]
    return fire["accepted"], fire["rejected"]


def test_devices_drive_the_wall_and_a_killed_feed_is_marked_there_and_told_once_lost_and_once_back(
    tmp_path: Path, browser: Browser, broker: Broker
) -> None:
    data_dir = tmp_path / "data"
    write_feed(data_dir, broker)
    program = shutil.which("mosquitto_pub")
    assert program or os.environ.get("CI") != "true", "mosquitto_pub is missing"
    with running(data_dir, "--no-simulate") as up:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(up.links["screen"])
        live(page)
        expect(page.locator("[data-feed=fire][data-status=live]")).to_be_visible(timeout=30_000)
        if program:
            said = _body(event="alarm", level=1, text="烟雾浓度超限")
            where = ["-h", broker.host, "-p", str(broker.port), "-t", "city/fire/SD-9/up"]
            subprocess.run([program, *where, "-q", "1", "-m", said], check=True, timeout=20)
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        client.connect(broker.host, broker.port)
        client.loop_start()
        for topic, body in (
            # far from the fire: what is near in place and time is one group on the wall
            ("city/water/WL-1/up", _body(event="alarm", level=2, text="水位超警戒", gps={"lng": 119.9, "lat": 30.4})),
            ("city/air/UAV-2/up", _body(event="track", battery=66)),
            ("city/fire/SD-9/up", "nonsense"),
        ):
            client.publish(topic, body, qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()
        if program:
            expect(page.locator('[data-alarm-id="SD-9:smoke"]')).to_contain_text("烟雾浓度超限", timeout=20_000)
        expect(page.locator('[data-alarm-id="WL-1:water_level"]')).to_contain_text("水位超警戒", timeout=20_000)
        until(lambda: page.evaluate("cockpit.stats().movers") == 1, within_s=20, what="the drone is on the map")
        with up.client(up.linked_token("admin")) as api:
            until(lambda: _counts(api) == (3 if program else 2, 1), within_s=10, what="every message is counted")
        broker.kill()  # nothing is coming in any more: every tile and layer that shows what it brought says so
        lost, layer = page.locator('[data-feed-turn=fire][data-lost="true"]'), page.locator("[data-layer=iot]")
        expect(page.locator("[data-feed=fire][data-status=lost]")).to_be_visible(timeout=2_000 * PERIOD_S + _SLACK_MS)
        expect(page.locator("#panel-alarms [data-asof]")).to_have_attribute("data-trust", "dead", timeout=_SLACK_MS)
        expect(layer).to_have_attribute("data-trust", "lost", timeout=_SLACK_MS)
        expect(lost).to_have_count(1, timeout=_SLACK_MS)
        broker.start()
        expect(page.locator('[data-feed-turn=fire][data-lost="false"]')).to_have_count(1, timeout=60_000)
        expect(layer).to_have_attribute("data-trust", "live", timeout=_SLACK_MS)
        expect(page.locator("#panel-alarms [data-asof]")).to_have_attribute("data-trust", "fresh", timeout=_SLACK_MS)
        expect(lost).to_have_count(1)
