"""`cockpit up` with a feed's file: real MQTT messages reach the situation, and a killed feed is marked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.cli.running import cockpit, running, until
from tests.mosquitto import Broker

PERIOD_S = 3


def _file(data_dir: Path, broker: Broker) -> None:
    feeds = data_dir / "feeds"
    feeds.mkdir(parents=True)
    settings = (Path(__file__).parents[1] / "feeds/samples/device_json.toml").read_text(encoding="utf-8")
    for table in ("shared", "readings", "messages.fields"):
        settings = settings.replace(f"[{table}]", f"[settings.{table}]")
    settings = settings.replace("[[messages]]", "[[settings.messages]]")
    (feeds / "fire.toml").write_text(
        f'format = "device_json"\nway = "mqtt"\ntitle_zh = "消防"\ntitle_en = "Fire"\nperiod_s = {PERIOD_S}\n'
        f'[mqtt]\nhost = "{broker.host}"\nport = {broker.port}\ntopics = ["city/#"]\n[settings]\n{settings}',
        encoding="utf-8",
    )
    (feeds / "wrong.toml").write_text('format = "morse"\nway = "mqtt"\n', encoding="utf-8")


def test_devices_reach_the_situation_and_a_killed_feed_is_marked(tmp_path: Path, broker: Broker) -> None:
    data_dir = tmp_path / "data"
    _file(data_dir, broker)
    with running(data_dir, "--no-simulate") as up, up.client(up.token("admin")) as api:

        def fire() -> dict[str, object]:
            return {item["name"]: item for item in api.get("feeds").json()["items"]}["fire"]

        until(lambda: fire()["status"] == "live", within_s=30, what="the feed lives")
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        client.connect(broker.host, broker.port)
        client.loop_start()
        at = int(datetime.now(UTC).timestamp() * 1000)
        body = {"ts": at, "gps": {"lng": 119.95483, "lat": 30.29786}, "event": "alarm", "level": 1, "text": "烟雾"}
        client.publish("city/fire/SD-9/up", json.dumps(body), qos=1).wait_for_publish(10)
        client.publish("city/fire/SD-9/up", b"nonsense", qos=1).wait_for_publish(10)
        until(
            lambda: [a["device_id"] for a in api.get("alarms").json()["items"]] == ["SD-9"],
            within_s=20, what="the alarm is in the situation",
        )  # fmt: skip
        until(lambda: (fire()["accepted"], fire()["rejected"]) == (1, 1), within_s=20, what="both are counted")
        client.disconnect()
        client.loop_stop()

        broker.kill()  # the feed can hear nothing any more: it is not told to be live
        until(lambda: fire()["status"] == "stale", within_s=30, what="the feed is marked")
        age_s = float(str(fire()["age_s"]))
        assert age_s < 3 * PERIOD_S  # it was marked after two of its intervals, not at some time


def test_a_feed_that_has_no_file_or_a_wrong_one_is_refused_in_one_line(tmp_path: Path, broker: Broker) -> None:
    _file(tmp_path / "data", broker)
    for name, why in (("nowhere", "no feed nowhere"), ("wrong", "morse")):
        done = cockpit("feed", name, COCKPIT_DATA_DIR=str(tmp_path / "data"))
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
        assert why in done.stderr
