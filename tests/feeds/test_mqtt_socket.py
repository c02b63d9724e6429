"""MQTT's connection: packets in any pieces, ours and paho's, acknowledgements that are written whole."""

import socket
from collections.abc import Iterator
from struct import pack

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.ways.mqtt_socket import BrokenPacketError, Published, PublishSocket

PINGRESP = b"\xd0\x00"


def published(
    topic: str, body: bytes, mid: int = 0, *, retained: bool = False, properties: bytes | None = None
) -> bytes:
    """A PUBLISH packet; `properties` for MQTT 5."""
    name = topic.encode()
    rest = pack("!H", len(name)) + name + (pack("!H", mid) if mid else b"")
    rest += b"" if properties is None else length_of(len(properties)) + properties
    rest += body
    return bytes([0x30 | (2 if mid else 0) | int(retained)]) + length_of(len(rest)) + rest


def length_of(n: int) -> bytes:
    found = b""
    while True:
        n, digit = divmod(n, 128)
        found += bytes([digit | (0x80 if n else 0)])
        if not n:
            return found


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, broker = socket.socketpair()
    ours.setblocking(False)
    yield ours, broker
    ours.close()
    broker.close()


def heard(sock: PublishSocket) -> list[Published]:
    found = []
    while sock.fill():
        found += sock.published()
    return found


def test_what_is_published_is_ours_and_the_rest_is_pahos(pair: tuple[socket.socket, socket.socket]) -> None:
    sock = PublishSocket(pair[0], has_properties=False)
    pair[1].sendall(published("city/a", b"1", 7) + PINGRESP + published("city/b", b"", retained=True))
    assert heard(sock) == [Published("city/a", b"1", 7, False), Published("city/b", b"", 0, True)]
    assert sock.recv(1) + sock.recv(100) == PINGRESP
    with pytest.raises(BlockingIOError):
        sock.recv(1)


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=20), st.binary(max_size=400), st.integers(0, 65_535)), max_size=20),
    st.lists(st.integers(1, 300), min_size=1, max_size=20),
    st.booleans(),
)
def test_packets_in_any_pieces_are_the_same_packets(
    told: list[tuple[str, bytes, int]], sizes: list[int], has_properties: bool
) -> None:
    ours, broker = socket.socketpair()
    ours.setblocking(False)
    properties = b"\x01\x01" if has_properties else None
    whole = b"".join(published(topic, body, mid, properties=properties) + PINGRESP for topic, body, mid in told)
    sock = PublishSocket(ours, has_properties=has_properties)
    found: list[Published] = []
    at = n = 0
    while at < len(whole):
        broker.sendall(whole[at : at + sizes[n % len(sizes)]])
        at, n = at + sizes[n % len(sizes)], n + 1
        found += heard(sock)
    assert found == [Published(topic, body, mid, False) for topic, body, mid in told]
    assert (sock.recv(10_000) if told else b"") == PINGRESP * len(told)
    ours.close()
    broker.close()


@pytest.mark.parametrize(
    "wrong", [b"\x30\xff\xff\xff\xff\x01", b"\x30\x01\x00", b"\x32\x04\x00\x02ab", b"\x30\x04\x00\xffab"]
)
def test_what_is_no_mqtt_is_said_so(pair: tuple[socket.socket, socket.socket], wrong: bytes) -> None:
    pair[1].sendall(wrong)
    with pytest.raises(BrokenPacketError):
        PublishSocket(pair[0], has_properties=False).fill()


def test_the_end_of_the_connection_is_pahos_to_find(pair: tuple[socket.socket, socket.socket]) -> None:
    sock = PublishSocket(pair[0], has_properties=True)
    pair[1].close()
    assert sock.fill() is False
    assert sock.has_more_for_paho
    assert sock.recv(1) == b""


def test_acknowledgements_wait_for_a_broker_that_does_not_read(pair: tuple[socket.socket, socket.socket]) -> None:
    sock = PublishSocket(pair[0], has_properties=True)
    mids = list(range(1, 60_001)) * 3
    sock.acknowledge([0, *mids])
    assert sock.wants_to_write
    with pytest.raises(BlockingIOError):
        sock.send(b"\xc0\x00")
    read = b""
    while len(read) < 4 * len(mids):
        read += pair[1].recv(1 << 20)
        sock.flush()
    assert read == b"".join(pack("!BBH", 0x40, 2, mid) for mid in mids)
    assert sock.send(b"\xc0\x00") == 2


def test_paho_still_makes_its_connection_where_ours_stands_in() -> None:
    assert "_create_socket" in vars(paho.Client)
