"""The positions lane: batches of fixes, packed without loss."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from cockpit.domain.plausibility import FUTURE, JUMP
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import EMPTY, FLAG_BITS, FixBatch, pack, unpack
from cockpit.stream.keys import Keys
from cockpit.stream.positions import MemoryPositionLane, PositionLane, RedisPositionLane
from cockpit.stream.redis_lane import RedisLane
from tests.stream.messages import batch_of, fix_batches, fixes, with_column


@pytest.fixture(params=["memory", "redis", "cluster"])
def positions(request: pytest.FixtureRequest) -> PositionLane:
    if request.param == "memory":
        return MemoryPositionLane()
    return RedisPositionLane(request.getfixturevalue(f"{request.param}_client"), request.getfixturevalue("keys"))


@given(fix_batches)
def test_a_batch_comes_back_to_the_last_bit(batch: FixBatch) -> None:
    back = unpack(pack(batch))
    assert back == batch
    assert (back.subjects, back.kinds, len(back)) == (batch.subjects, batch.kinds, len(batch))


@given(st.lists(fixes, max_size=5))
def test_a_batch_says_what_its_fixes_said(told: list[object]) -> None:
    batch = FixBatch.of(told, 7)  # type: ignore[arg-type]  # Hypothesis loses the type
    for i, fix in enumerate(told):
        assert batch.subjects[batch.subject[i]] == fix.subject_id  # type: ignore[attr-defined]
        assert batch.kinds[batch.kind[i]] == fix.kind  # type: ignore[attr-defined]
        assert (batch.lon[i], batch.lat[i]) == (fix.lon, fix.lat)  # type: ignore[attr-defined]
        assert batch.received_ms[i] == 7
        assert batch.extra.get(i, {}) == fix.extra  # type: ignore[attr-defined]


@given(st.binary(max_size=200))
def test_garbage_is_an_unreadable_batch(body: bytes) -> None:
    with pytest.raises(UnreadableEntryError):
        unpack(body)


@given(fix_batches, st.data())
def test_a_damaged_batch_is_unreadable_or_of_its_length(batch: FixBatch, data: st.DataObject) -> None:
    body = bytearray(pack(batch))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    del body[data.draw(st.integers(0, len(body))) :]
    try:
        read = unpack(bytes(body))
    except UnreadableEntryError:
        return
    assert all(len(getattr(read, name)) == len(read) for name in ("subject", "flags", "battery"))


def test_flags_are_kept_as_bits() -> None:
    assert sorted(FLAG_BITS.values()) == [2**i for i in range(len(FLAG_BITS))]
    batch = with_column(batch_of("a"), "flags", [FLAG_BITS[JUMP] | FLAG_BITS[FUTURE]])
    assert unpack(pack(batch)).flags.tolist() == [24]


def test_what_devices_said_besides_costs_nothing_where_nobody_said_any() -> None:
    plain = batch_of("a", "b", "c")
    told = replace(plain, extra={1: {"vendor": "北斗", "cell": [460, None]}})
    assert unpack(pack(told)).extra == {1: {"vendor": "北斗", "cell": [460, None]}}
    assert told != plain
    # as batches were packed before there was extra: they are in archives
    header = msgspec.msgpack.encode((3, plain.subjects, plain.kinds))
    assert pack(plain)[8:].startswith(header + b"\xc0" * (-len(header) % 8) + plain.lon.tobytes())


@pytest.mark.parametrize("extra", [{3: {"a": 1}}, {-1: {"a": 1}}])
def test_extra_of_a_row_that_is_not_there_makes_a_batch_unreadable(extra: dict[int, dict[str, object]]) -> None:
    with pytest.raises(UnreadableEntryError, match="extra"):
        unpack(pack(replace(batch_of("a", "b", "c"), extra=extra)))


def test_columns_of_different_lengths_are_no_batch() -> None:
    with pytest.raises(ValueError, match="one length"):
        pack(with_column(batch_of("a", "b"), "flags", [0]))


def test_a_subject_that_the_batch_does_not_list_makes_it_unreadable() -> None:
    with pytest.raises(UnreadableEntryError, match="does not list"):
        unpack(pack(with_column(batch_of("a"), "subject", [1])))


def test_batches_are_read_in_their_order(positions: PositionLane) -> None:
    batches = [batch_of("a"), batch_of("b", "c"), EMPTY]
    places = [positions.append(batch) for batch in batches]
    assert positions.read("0", count=9, block_ms=0) == list(zip(places, batches, strict=True))
    assert positions.read(places[0], count=1, block_ms=0) == [(places[1], batches[1])]
    assert positions.read(positions.tail(), count=1, block_ms=10) == []
    assert (positions.tail(), positions.length()) == (places[-1], 3)


def test_trimming_waits_for_the_archive(positions: PositionLane) -> None:
    positions.append(batch_of("a"))
    group = positions.group("archive", "one")
    group.claim_stale(0)  # from here on the group is known
    assert positions.trim(9_999_999_999_999) == 0
    (entry,) = group.read(5, 0)
    assert (entry.batch, group.lag()) == (batch_of("a"), 1)
    assert positions.trim(9_999_999_999_999) == 0
    group.ack([entry.position])
    assert positions.trim(1_000) == 0
    assert positions.trim(9_999_999_999_999) == 1


def test_a_batch_left_by_a_dead_archiver_is_taken_over(positions: PositionLane) -> None:
    positions.append(batch_of("a"))
    positions.group("archive", "dead").read(1, 0)
    group = positions.group("archive", "alive")
    assert group.claim_stale(0) == 1
    group.set_aside(group.read(1, 0)[0], "why")
    assert (positions.count_dead(), positions.list_dead(1)[0].reason, group.read(1, 0)) == (1, "why", [])


def test_a_reader_moves_on_past_an_unreadable_batch(redis_client: Redis, keys: Keys) -> None:
    place = RedisLane(redis_client, keys.positions).add("fixes", b"damaged")
    positions = RedisPositionLane(redis_client, keys)
    assert positions.read("0", count=1, block_ms=0) == [(place, EMPTY)]
    (entry,) = positions.group("archive", "one").read(1, 0)
    assert (entry.batch, entry.error, entry.body) == (None, "not a batch of fixes", b"damaged")
