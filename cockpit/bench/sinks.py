"""Where the generator sends: a cockpit's HTTP API, the Dash page's (the same messages), or the floor's socket."""

import http.client
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from simple_websocket import Client

from cockpit.bench.view import Cloud

#: messages in one request
BATCH = 500
_NOW = b"@NOW@"
BEACON = "bench-beacon"


@dataclass(frozen=True, slots=True)
class Share:
    """Which movers one connection sends: every round has `phases` ticks, and there are so many connections."""

    phases: int = 10
    part: int = 0
    parts: int = 1

    def rows(self, phase: int, movers: int) -> range:
        """Those of one tick."""
        return range(phase + self.phases * self.part, movers, self.phases * self.parts)


WHOLE = Share()


class Sink(Protocol):
    """One way into one system. Each thread of the generator has its own."""

    def send_cloud(self, step: int, phase: int) -> int:
        """Send the positions of one tick; how many were taken."""

    def send_beacon(self, lon: float, lat: float) -> bool:
        """Send one position of the beacon; whether it was taken."""


def now_text() -> bytes:
    """The present instant as the messages have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").encode()


class HttpSink:
    """`POST` of JSON arrays on one connection that stays open. The cloud is encoded beforehand, save for the time."""

    def __init__(self, url: str, path: str, token: str, cloud: Cloud | None, *, share: Share = WHOLE) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._path = path
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        self._bodies = _encoded(cloud, share) if cloud is not None else {}

    def send_cloud(self, step: int, phase: int) -> int:
        return sum(self.send_body(body) for body in self._bodies[step % Cloud.STEPS, phase])

    def send_body(self, body: bytes) -> int:
        """One request made beforehand, with the present time filled in."""
        return int(self.post(body.replace(_NOW, now_text()))["accepted"])

    def bodies(self) -> Iterator[bytes]:
        """The requests of the whole walk."""
        for requests in self._bodies.values():
            yield from requests

    def send_beacon(self, lon: float, lat: float) -> bool:
        told = {"subject_id": BEACON, "kind": "drone", "lon": lon, "lat": lat, "at": now_text().decode()}
        return int(self.post(json.dumps(told).encode())["accepted"]) == 1

    def post(self, body: bytes, path: str = "") -> dict[str, Any]:
        """One request; RuntimeError unless the answer is 202 (or 200). A connection that was let go is opened again."""
        try:
            answer = self._ask(body, path or self._path)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            answer = self._ask(body, path or self._path)
        said = answer.read()
        if answer.status not in (http.HTTPStatus.ACCEPTED, http.HTTPStatus.OK):
            raise RuntimeError(f"POST {path or self._path}: {answer.status} {said[:300].decode(errors='replace')}")
        told: dict[str, Any] = json.loads(said)
        return told

    def _ask(self, body: bytes, path: str) -> http.client.HTTPResponse:
        self._connection.request("POST", path, body, self._headers)
        return self._connection.getresponse()


class FloorSink:
    """12 bytes a position on the floor's socket; the beacon is the last row."""

    def __init__(self, url: str, cloud: Cloud | None, movers: int, *, share: Share = WHOLE) -> None:
        self._socket = Client.connect(url.replace("http", "ws") + "/feed")
        self._cloud, self._beacon_row, self._share = cloud, movers, share

    def send_cloud(self, step: int, phase: int) -> int:
        cloud = self._cloud
        if cloud is None:
            return 0
        rows = self._share.rows(phase, cloud.lon.shape[1])
        here = step % Cloud.STEPS
        wire = np.empty(len(rows), dtype=[("row", "<u4"), ("lon", "<i4"), ("lat", "<i4")])
        wire["row"], wire["lon"], wire["lat"] = rows, cloud.lon[here, rows] * 1e7, cloud.lat[here, rows] * 1e7
        self._socket.send(wire.tobytes())
        return len(rows)

    def send_beacon(self, lon: float, lat: float) -> bool:
        self._socket.send(struct.pack("<Iii", self._beacon_row, round(lon * 1e7), round(lat * 1e7)))
        return True


def _encoded(cloud: Cloud, share: Share) -> dict[tuple[int, int], list[bytes]]:
    """The requests of every step and phase, of one of `parts` connections."""
    bodies: dict[tuple[int, int], list[bytes]] = {}
    for step in range(Cloud.STEPS):
        for phase in range(share.phases):
            mine = iter(share.rows(phase, cloud.lon.shape[1]))
            lon, lat = cloud.lon[step], cloud.lat[step]
            requests = bodies[step, phase] = []
            while rows := list(islice(mine, BATCH)):
                items = (
                    b'{"subject_id":"bench-%05d","kind":"gridworker","lon":%.7f,"lat":%.7f,"at":"%s"}'
                    % (i, lon[i], lat[i], _NOW)
                    for i in rows
                )
                requests.append(b"[" + b",".join(items) + b"]")
    return bodies
