"""Every format keeps the same promises: its sample gives exactly this, what is malformed is refused by field."""

import random
from dataclasses import replace

import pytest

from feeds.registry import FORMAT_OF
from tests.feeds.room import WHOLE, Room
from tests.feeds.sampled import NAMES, SAMPLES, config_of, expected_of, malformed_of, parse, sample_of, told


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_sample_gives_exactly_these_messages(name: str) -> None:
    given = [
        {
            "gives": [told(message) for message in parsed.messages],
            "ignored": list(parsed.ignored),
            "refused": [r.field for r in parsed.refused],
        }
        for parsed in (parse(name, raw) for raw in sample_of(name))
    ]
    assert given == expected_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_malformed_is_refused_by_its_field_with_a_reason(room: Room, name: str) -> None:
    taker = room.taker(name)
    for raw, field in malformed_of(name):
        taken = taker.take([parse(name, raw)], WHOLE)
        assert [r.field for r in taken.rejected] == [field], raw
        assert all(r.error for r in taken.rejected)
        assert (taken.accepted, taken.duplicate, taken.ignored) == (0, 0, 0), raw
    room.meter.flush()
    counts = room.health.feeds()[name]
    assert counts.rejected == sum(counts.reasons.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_taken_twice_counts_once(room: Room, name: str) -> None:
    taker, parsed = room.taker(name), [parse(name, raw) for raw in sample_of(name)]
    first = taker.take(parsed, WHOLE)
    before = (len(room.told()), len(room.fixes()))
    taker.take(parsed, WHOLE)
    assert first.accepted > 0
    assert (first.duplicate, first.rejected) == (0, [])
    assert (len(room.told()), len(room.fixes())) == before


@pytest.mark.parametrize("name", NAMES)
def test_garbage_is_refused_and_never_raises(name: str) -> None:
    chance, good = random.Random(7), sample_of(name)[0]
    bodies = [b"", b"[]", b"{}", b"null", b"[" * 100_000, b'{"a":' * 5_000, b"\x00" * 99, b"\xff\xd8\xff", b"x" * 2**21]
    bodies += [chance.randbytes(chance.randrange(200)) for _ in range(200)]
    for body in bodies:
        parsed = parse(name, replace(good, body=body, query={}))
        assert parsed.items or parsed.refused or parsed.ignored, body[:40]


@pytest.mark.parametrize("name", NAMES)
def test_a_format_tells_its_source_its_interval_and_its_licence(name: str) -> None:
    words = FORMAT_OF[name].load().__doc__ or ""
    assert all(word in words for word in ("Source:", "Interval:", "Licence:"))


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_setting_is_refused(name: str) -> None:
    given = config_of(name).model_dump()
    with pytest.raises(ValueError, match="nonsense"):
        FORMAT_OF[name].load().Config.model_validate({**given, "nonsense": 1})


def test_every_sample_belongs_to_a_format() -> None:
    assert {path.name.partition(".")[0] for path in SAMPLES.iterdir() if path.is_file()} == set(NAMES)
