"""A hundred thousand broken, doubled and shuffled messages over all feeds: each accounted for, nobody falls over."""

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any

from cockpit.services.feeding.messages import AlarmLevelsMessage
from cockpit.services.feeding.seam import Parsed, Raw
from feeds.registry import FORMAT_OF
from tests.feeds.room import NOON, WHOLE, Room
from tests.feeds.sampled import NAMES, SAMPLES, config_of, malformed_of, sample_of

MESSAGES = 100_000
_BATCH = 200
_NASTY: list[Any] = [
    None, True, -1, 0, 10**30, -(10**30), 1e308, float("nan"), float("inf"), "", " ", "NaN", "1e400", "\x00", "\ud800",
    "../../etc/passwd", "+/#", "$SYS/broker", "x" * 10_000, [], {}, [[]] * 20, {"a": {"a": {"a": {"a": {}}}}},
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-11-19T04:00:00", 4102444800000, "𠀀龘", "<script>",
]  # fmt: skip
_TOPICS = ("", "a", "a/b/c", "owntracks/../x", "city/+/#/up", "$SYS/a/b/c")


def _values(value: Any, chance: random.Random) -> Any:
    """One value somewhere in it replaced, dropped or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        if chance.random() < 0.1:
            return {k: v for k, v in value.items() if k != name}
        return {**value, name: _values(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], _values(value[place], chance), *value[place + (chance.random() < 0.9) :]]
    if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.4:
        return value * chance.choice([-1, 1, 1000, 1e-6]) + chance.choice([0, 1, 0.5, 86_400])
    return chance.choice(_NASTY)


def _bytes(body: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut off, doubled or nonsense altogether."""
    way = chance.randrange(5)
    if way == 0:
        return body[: chance.randrange(len(body) + 1)]
    if way == 1:
        return chance.randbytes(chance.randrange(100))
    if way == 2:
        return body + body[: chance.randrange(50)]
    if not body:
        return b"?"
    changed = bytearray(body)
    for _ in range(chance.randrange(1, 5)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _fuzzed(raw: Raw, chance: random.Random) -> Raw:
    way = chance.random()
    if way < 0.15:
        return raw  # as it was: a duplicate
    if way < 0.25 and raw.query:
        name = chance.choice(list(raw.query))
        return replace(raw, query={**raw.query, name: str(chance.choice(_NASTY))[:200]})
    if way < 0.3:
        return replace(raw, topic=chance.choice([*_TOPICS, raw.topic]))
    if way < 0.35:
        return replace(raw, retained=not raw.retained)
    if way < 0.75:
        try:
            value = json.loads(raw.body)
        except ValueError:
            return replace(raw, body=_bytes(raw.body, chance))
        return replace(raw, body=json.dumps(_values(value, chance)).encode())
    return replace(raw, body=_bytes(raw.body, chance))


def test_a_hundred_thousand_fuzzed_messages_over_all_feeds_are_all_accounted_for(room: Room) -> None:
    chance, share = random.Random(20261119), -(-MESSAGES // len(NAMES))
    became: Counter[str] = Counter()
    for name in NAMES:
        module, config, taker = FORMAT_OF[name].load(), config_of(name), room.taker(name)
        pool = sample_of(name) + [raw for raw, _ in malformed_of(name)]
        pool = [replace(raw, body=raw.body[:20_000]) for raw in pool]
        waiting: list[Parsed] = []
        for number in range(share):
            parsed = module.parse(_fuzzed(chance.choice(pool), chance), config)
            assert parsed.items or parsed.refused or parsed.ignored
            became[_verdict(parsed)] += 1
            waiting.append(parsed)
            if len(waiting) == _BATCH or number == share - 1:
                _take(waiting, taker, became)
                waiting = []
    assert became["refused"] + became["taken"] + became["ignored"] == share * len(NAMES)
    assert min(became["accepted items"], became["duplicate items"], became["refused items"]) > 1_000
    room.meter.flush()
    heard = room.health.feeds()
    assert sum(heard[name].rejected for name in NAMES) == became["refused items"]
    assert all(len(counts.reasons) <= 20 for counts in heard.values())
    assert all(fact.received_at == NOON for fact in room.told())


def _verdict(parsed: Parsed) -> str:
    """What became of one raw message, seen as a whole: what was refused in any part of it is refused."""
    return "refused" if parsed.refused else "taken" if parsed.items else "ignored"


def _take(waiting: list[Parsed], taker: Any, became: Counter[str]) -> None:
    taken = taker.take(waiting, WHOLE)
    # levels that hold as before are no news: they count with what they came with
    given = sum(not isinstance(m, AlarmLevelsMessage) for p in waiting for m in p.messages)
    given += sum(len(p.refused) + len(p.ignored) for p in waiting)
    assert taken.accounted >= given
    became["accepted items"] += taken.accepted
    became["duplicate items"] += taken.duplicate
    became["refused items"] += len(taken.rejected)


def test_every_format_takes_part() -> None:
    assert {path.name.partition(".")[0] for path in SAMPLES.glob("*.malformed.ndjson")} == set(NAMES)
