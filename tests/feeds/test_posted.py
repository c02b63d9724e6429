"""Feeds that other systems post to: warnings that end by themselves, signatures, tables; each with the real API."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.facts import AlarmCleared, AlarmRaised
from cockpit.services.feeding.expiry import ExpiryWatch
from cockpit.services.feeding.seam import Raw
from cockpit.services.intake import Intake
from feeds.cap import parse as parse_cap
from feeds.webhook import Config, check
from tests.feeds.room import NOON, WHOLE, Room
from tests.feeds.sampled import config_of, parse, sample_of


def test_a_warning_carries_its_polygon_and_ends_when_it_expires(room: Room) -> None:
    taker = room.taker("cap")
    taker.take([parse("cap", sample_of("cap")[0])], WHOLE)
    intake = Intake(city=room.city, facts=room.facts, positions=room.positions, clock=lambda: room.now)
    watch = ExpiryWatch(expiries=room.expiries, intake=intake, scope=WHOLE, clock=lambda: room.now)
    assert watch.look() == 0
    room.now = NOON + timedelta(hours=6)
    assert (watch.look(), watch.look()) == (1, 0)
    raised, cleared = room.told()
    assert isinstance(raised, AlarmRaised)
    assert str(raised.extra["polygon"]).startswith("POLYGON ((119.7 30.25")
    assert isinstance(cleared, AlarmCleared)
    assert (cleared.alarm_id, cleared.at.isoformat()) == (raised.alarm_id, "2026-11-19T10:00:00+00:00")


def test_a_warning_that_was_replaced_or_cancelled_does_not_end_twice(room: Room) -> None:
    taker = room.taker("cap")
    taker.take([parse("cap", raw) for raw in sample_of("cap")[:3]], WHOLE)
    assert room.expiries.list_due(10**15, 9) == []


def test_an_entity_of_a_warning_opens_no_file(room: Room) -> None:
    body = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>'
    parsed = parse_cap(Raw(body=body, received_at=room.now), config_of("cap"))  # type: ignore[arg-type]  # it is cap's
    assert "refused" in parsed.refused[0].error
    assert "root:" not in parsed.refused[0].error


@dataclass
class Sender:
    """A system that signs."""

    secret: str = "a shared secret"

    def send(self, body: bytes, at: str, *, signed_at: str | None = None, prefix: str = "sha256=") -> Raw:
        message = (at if signed_at is None else signed_at).encode() + b"." + body
        digest = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        return Raw(body=body, received_at=NOON, headers={"X-Signature-256": prefix + digest, "X-Timestamp": at})


NOW = str(int(NOON.timestamp()))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda s: s.send(b"{}", NOW), ""),
        (lambda s: s.send(b"{}", NOW, prefix=""), ""),
        (lambda s: s.send(b"{}", str(int(NOW) - 299)), ""),
        (lambda s: s.send(b"{}", str(int(NOW) - 301)), "too old"),
        (lambda s: s.send(b"{}", str(int(NOW) + 301)), "from the future"),
        (lambda s: s.send(b"{}", NOW, signed_at="1"), "wrong"),
        (lambda _s: Sender("another").send(b"{}", NOW), "wrong"),
        (lambda s: s.send(b"{}", "soon"), "X-Timestamp"),
        (lambda _s: Raw(body=b"{}", received_at=NOON, headers={"X-Timestamp": NOW}), "missing"),
        (lambda _s: Raw(body=b"{}", received_at=NOON, headers={"X-Timestamp": NOW, "X-Signature-256": "é"}), "wrong"),
    ],
)
def test_only_who_knows_the_secret_is_heard_and_only_in_time(make: Callable[[Sender], Raw], why: str) -> None:
    found = check(make(Sender()), Config(secret="a shared secret"))
    assert (found == "") if why == "" else (why in found)


def test_a_recorded_request_is_not_taken_again() -> None:
    config, raw = Config(secret="a shared secret"), Sender().send(b'{"a":1}', NOW)
    assert [check(raw, config), check(raw, config)] == ["", "the request was here before"]


def test_a_status_that_nobody_knows_costs_only_the_transition(room: Room) -> None:
    row: dict[str, Any] = {"工单编号": "1", "标题": "占道", "来电时间": "2026-11-19 08:00:00", "状态": "飞走了"}
    taken = room.taker("work_orders").take(
        [parse("work_orders", Raw(body=json.dumps(row).encode(), received_at=NOON))], WHOLE
    )
    assert (taken.accepted, [r.field for r in taken.rejected]) == (1, ["status"])


def test_who_called_is_left_out(room: Room) -> None:
    taker = room.taker("work_orders")
    taker.take([parse("work_orders", raw) for raw in sample_of("work_orders")], WHOLE)
    assert "张三" not in repr(room.told())
