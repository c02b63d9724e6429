"""Where facts may go, and what of them: no address of the machine's own, nothing personal by mistake."""

import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpcore
import pytest

from cockpit.services.outward.guard import ForbiddenUrlError, Guard, GuardedNetwork, networks_of
from cockpit.services.outward.masking import masked
from cockpit.services.outward.posting import Outcome, Poster
from tests.services.outward.receiver import SECRET, Receiver, serving


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "100.100.100.200",
        "fd00:ec2::254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "240.0.0.1", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_this_machine_and_what_clouds_tell_about_themselves_are_no_receivers(address: str) -> None:
    with pytest.raises(ForbiddenUrlError):
        Guard().check_address(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "172.16.0.9", "192.168.1.7", "203.0.114.9", "2400:3200::1"])
def test_the_citys_own_networks_and_the_world_are(address: str) -> None:
    Guard().check_address(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://city.example/in", "ftp://city.example", "https://", "https://u:p@city.example", "file:///etc/passwd",
        "https://127.0.0.1/", "https://[::1]/", "https://city.example/#a", "https://city.example/a b",
        "https://city.example:99999/", "https://" + "x" * 3_000,
    ],
)  # fmt: skip
def test_a_url_that_is_never_sent_to_is_refused_when_it_is_given(url: str) -> None:
    with pytest.raises(ForbiddenUrlError):
        Guard().check_url(url)


def test_what_a_name_resolves_to_is_checked_when_it_is_connected_to() -> None:
    network = GuardedNetwork(Guard(), resolve=lambda _host, _port: ["203.0.114.9", "127.0.0.1"])
    with pytest.raises(ForbiddenUrlError):
        network.connect_tcp("city.example", 443)
    nobody = GuardedNetwork(Guard(), resolve=lambda _host, _port: [])
    with pytest.raises(httpcore.ConnectError):
        nobody.connect_tcp("city.example", 443)
    with pytest.raises(ForbiddenUrlError):
        network.connect_unix_socket("/run/redis.sock")
    Guard().check_url("https://city.example:8443/in?key=1")


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[int]:
    """A receiver whose certificate nobody has signed but itself."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    asked = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    asked += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(asked, check=True, capture_output=True)
    receiver = Receiver()
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(cert, key)
    # the handshake is the client's to fail: the accepting thread must not do it
    receiver.server.socket = trust.wrap_socket(receiver.server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # it is meant to fail
    with serving(receiver):
        yield receiver.port


def test_a_receiver_with_a_certificate_that_nobody_vouches_for_gets_nothing(tls_port: int) -> None:
    poster = Poster(Guard(networks_of("127.0.0.0/8")), clock=lambda: datetime.now(UTC))
    told = poster.post(f"https://127.0.0.1:{tls_port}/", SECRET, "msg_1", b"{}")
    assert told.outcome is Outcome.AWAY
    assert "CERTIFICATE_VERIFY_FAILED" in told.why


def test_a_field_is_masked_because_of_what_it_is_for_and_never_because_of_how_it_looks() -> None:
    told = {
        "event_id": "citizen:1",
        "by": "王小明",
        "unit": "城管中队",
        "note": "打 0571-88886666 或 330110199001011234 给张三",
        "report": {"reporter": "李四", "title": "西湖龙井", "extra": {"a": 1}, "place": {"lon": 1.0, "code": "330110"}},
        "recipient": {"id": "gw-1", "kind": "gridworker", "name": "赵六"},
        "other": {"kind": "unit", "name": "街道办"},
    }
    assert masked("StageEntered", told) == {
        "event_id": "citizen:1",
        "by": "王**",
        "unit": "城管中队",
        "note": "打 057******6666 或 330***********1234 给张三",
        "report": {"reporter": "李*", "title": "西湖龙井", "place": {"lon": 1.0, "code": "330110"}},
        "recipient": {"kind": "gridworker", "name": "赵*"},
        "other": {"kind": "unit", "name": "街道办"},
    }
    track = {"subject_id": "gw-1", "lon": 1, "lat": 2, "code": "330110"}
    assert masked("AttendanceMarked", track) == {"code": "330110"}
