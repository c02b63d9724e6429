"""MQTT against a real broker: nothing is lost, whoever is killed; nothing is counted twice."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from redis.exceptions import ConnectionError as RedisConnectionError

from cockpit.domain.facts import AlarmCleared, AlarmRaised
from cockpit.services.feeding.runner import FeedRunner
from cockpit.services.feeding.seam import Parsed, Raw
from feeds.registry import FORMAT_OF
from feeds.ways.mqtt import MqttLine
from feeds.ways.settings import MqttWay
from tests.feeds.room import WHOLE, Room
from tests.feeds.sampled import config_of, sample_of
from tests.mosquitto import Broker, mosquitto_or_skip

_WITHIN_S = 20.0


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


@contextmanager
def running(
    room: Room, broker: Broker, format_name: str, parse: Callable[[Raw], Parsed] | None = None, **way: Any
) -> Iterator[FeedRunner]:
    """A feed that runs meanwhile."""
    config, module = config_of(format_name), FORMAT_OF[format_name].load()
    given = {"host": broker.host, "port": broker.port, "topics": ["#"], **way}
    runner = FeedRunner(
        MqttLine(MqttWay(**given), name="test", clock=lambda: room.now),
        parse=parse or (lambda raw: module.parse(raw, config)),
        taker=room.taker("test"),
        scope=WHOLE,
        period_s=1.0,
        set_aside=lambda raw, why: room.dead.append((raw, why)),
    )
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield runner
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def publishing(broker: Broker, **given: Any) -> Iterator[Callable[..., None]]:
    """A real client that publishes and waits until the broker has it."""
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    if given:
        client.username_pw_set(given["username"], given["password"])
    client.connect(broker.host, broker.port)
    client.loop_start()

    def publish(topic: str, body: bytes, *, qos: int = 1, retain: bool = False) -> None:
        client.publish(topic, body, qos=qos, retain=retain).wait_for_publish(10)

    yield publish
    client.disconnect()
    client.loop_stop()


def track(number: int, subject: str = "zhangsan") -> tuple[str, bytes]:
    at = int(datetime(2026, 11, 19, 3, 0, tzinfo=UTC).timestamp()) + number
    body = {"_type": "location", "lon": 119.95, "lat": 30.3, "tst": at, "tid": "x"}
    return f"owntracks/{subject}/phone", json.dumps(body).encode()


def test_what_real_clients_publish_becomes_positions_and_alarms(room: Room, broker: Broker) -> None:
    samples = [raw for name in ("jt808", "device_json") for raw in sample_of(name)]
    with running(room, broker, "jt808", topics=["jt808/+/+/up"]), publishing(broker) as publish:
        eventually(lambda: room.heard("test"))
        for raw in samples:
            if raw.topic.startswith("jt808"):
                publish(raw.topic, raw.body)
        eventually(lambda: len(room.fixes()) == 6)
    told = [(type(f), f.kind) for f in room.told() if isinstance(f, AlarmRaised)]
    assert told == [
        (AlarmRaised, "vehicle_sos"),
        (AlarmRaised, "vehicle_fatigue"),
        (AlarmCleared, "vehicle_sos"),
        (AlarmRaised, "vehicle_collision"),
        (AlarmCleared, "vehicle_fatigue"),
    ]


def test_what_came_while_we_were_away_is_there_when_we_are_back(room: Room, broker: Broker) -> None:
    with running(room, broker, "owntracks"):
        eventually(lambda: room.heard("test"))
    with publishing(broker) as publish:
        for number in range(300):
            publish(*track(number))
    with running(room, broker, "owntracks"):
        eventually(lambda: len(room.fixes()) == 300)
    assert len(set(room.fixes())) == 300


def test_a_shared_group_gets_what_came_while_its_only_member_was_away(room: Room, broker: Broker) -> None:
    with running(room, broker, "owntracks", share="cockpit"):
        eventually(lambda: room.heard("test"))
    with publishing(broker) as publish:
        for number in range(50):
            publish(*track(number))
    with running(room, broker, "owntracks", share="cockpit"):
        eventually(lambda: len(room.fixes()) == 50)


def test_a_killed_broker_that_comes_back_costs_nothing(
    room: Room, broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(room, broker, "owntracks"):
        eventually(lambda: room.heard("test"))
        with publishing(broker) as publish:
            for number in range(100):
                publish(*track(number))
        eventually(lambda: len(room.fixes()) >= 1)
        time.sleep(1.5)  # mosquitto writes what it keeps once a second
        broker.kill()
        time.sleep(1.0)
        broker.start()
        with publishing(broker) as publish:
            for number in range(100, 200):
                publish(*track(number))
        eventually(lambda: len(room.fixes()) == 200)
        said: list[str] = []

        def is_told_back() -> bool:  # the line may come after the messages, but come it must
            said.append(capsys.readouterr().out)
            return "feed is back" in "".join(said)

        eventually(is_told_back)
    assert len(set(room.fixes())) == 200
    told = "".join(said) + capsys.readouterr().out
    assert (told.count("feed lost"), told.count("feed is back")) == (1, 1)


def test_nothing_is_acknowledged_before_the_stream_has_it(room: Room, broker: Broker) -> None:
    """Redis is away: the messages wait with the broker, and after our death they come again."""
    append, away = room.positions.append, threading.Event()
    away.set()

    def refuse(batch: Any) -> str:
        if away.is_set():
            raise RedisConnectionError("away")
        return append(batch)

    room.positions.append = refuse  # type: ignore[method-assign]  # as if Redis were away
    with running(room, broker, "owntracks"):
        eventually(lambda: room.heard("test"))
        with publishing(broker) as publish:
            for number in range(20):
                publish(*track(number))
        time.sleep(0.5)
    assert room.fixes() == []
    away.clear()
    with running(room, broker, "owntracks"):
        eventually(lambda: len(room.fixes()) == 20)


def test_a_kept_old_message_is_not_shown_as_live(room: Room, broker: Broker) -> None:
    with publishing(broker) as publish:
        publish("city/water/W-1/up", b'{"data": {"level_cm": 500}}', retain=True)
        publish("city/water/W-2/up", b'{"ts": 1795060790000, "data": {"level_cm": 20}}', retain=True)
    with running(room, broker, "device_json", topics=["city/#"]):
        eventually(lambda: room.counts("test").rejected == 1 and len(room.readings) == 1)
    assert room.readings[0].device_id == "W-2"
    assert room.readings[0].at == datetime(2026, 11, 19, 3, 59, 50, tzinfo=UTC)


def test_poison_is_set_aside_and_the_others_go_on(room: Room, broker: Broker) -> None:
    module, config = FORMAT_OF["owntracks"].load(), config_of("owntracks")

    def parse(raw: Raw) -> Parsed:
        if b"poison" in raw.body:
            raise ZeroDivisionError("a mistake of ours")
        return module.parse(raw, config)

    with running(room, broker, "owntracks", parse), publishing(broker) as publish:
        eventually(lambda: room.heard("test"))
        publish(*track(1))
        publish("owntracks/a/b", b"poison")
        publish(*track(2))
        eventually(lambda: len(room.fixes()) == 2 and len(room.dead) == 1)
    assert room.dead[0][1] == "ZeroDivisionError: a mistake of ours"


def test_a_quiet_broker_is_a_living_feed_and_a_stopped_one_is_not(room: Room, broker: Broker) -> None:
    with running(room, broker, "owntracks"):
        eventually(lambda: room.heard("test"))
        room.now += timedelta(seconds=3)
        eventually(lambda: room.counts("test").received_ms == round(room.now.timestamp() * 1000))
        broker.kill()
        time.sleep(0.7)
        room.now += timedelta(seconds=3)
        time.sleep(1.5)
        silent_ms = round(room.now.timestamp() * 1000) - room.counts("test").received_ms
    assert silent_ms >= 3000


def test_a_password_is_asked_for_and_a_wrong_one_is_told(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = mosquitto_or_skip()
    secrets = tmp_path / "passwords"
    _make_password(secrets, "cockpit", "right")
    broker = Broker(program, tmp_path / "broker", "allow_anonymous false", f"password_file {secrets}")
    broker.start()
    try:
        with running(room, broker, "owntracks", username="cockpit", password="wrong"):
            time.sleep(1.0)
        assert "the broker refuses" in capsys.readouterr().out
        with (
            running(room, broker, "owntracks", username="cockpit", password="right"),
            publishing(broker, username="cockpit", password="right") as publish,
        ):
            eventually(lambda: room.heard("test"))
            publish(*track(1))
            eventually(lambda: len(room.fixes()) == 1)
    finally:
        broker.kill()


def _make_password(file: Path, user: str, password: str) -> None:
    """As mosquitto_passwd writes it (PBKDF2-SHA512, $7$)."""
    import base64
    import hashlib
    import secrets

    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    file.write_text(f"{user}:$7$101${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}\n")
    file.chmod(0o600)
