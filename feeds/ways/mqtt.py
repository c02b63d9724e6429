"""MQTT: a broker keeps what devices say until we have it (QoS 1, a session that outlives us, acknowledged by hand).

A message is acknowledged when the stream has it, not before: whether we or the broker are killed, what was not
acknowledged comes again and its id tells that it is the same. One thread reads, takes and acknowledges, so the broker
is never read faster than the stream takes. What comes within some milliseconds is taken together: a batch costs the
stream as much as a message does.
"""

import select
import ssl
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from cockpit.services.feeding.runner import LineLostError, Sink
from cockpit.services.feeding.seam import Raw
from feeds.ways.mqtt_socket import BrokenPacketError, Published, PublishSocket
from feeds.ways.settings import MqttWay

_CONNECT_WITHIN_S = 10.0
#: the broker drops what is larger; no device says so much at once
_LARGEST_PACKET = 2 * 1024 * 1024
_QOS = 1
_IDLE_S = 0.2
#: while messages keep coming they are waited for in such steps, for so long at most
_STEP_S, _TOGETHER_S = 0.002, 0.02
_END_WITHIN_S = 1.0


class _Client(paho.Client):
    """paho over a connection that reads what devices publish by the hundred."""

    has_properties = True

    # paho has no public place for a socket of one's own; tests/feeds/test_mqtt_socket.py notices if this one moves
    def _create_socket(self) -> Any:
        return PublishSocket(super()._create_socket(), has_properties=self.has_properties)


class MqttLine:
    """One connection to one broker, and what was subscribed to."""

    def __init__(self, way: MqttWay, *, name: str, clock: Callable[[], datetime]) -> None:
        self._way, self._clock = way, clock
        self._client_id = way.client_id or f"cockpit-{name}"
        self._heard: list[Published] = []
        self._failed = ""
        self._subscribed = False

    def run(self, sink: Sink, stop: threading.Event) -> None:
        self._heard, self._failed, self._subscribed = [], "", False
        client = self._client()
        try:
            try:
                given: dict[str, Any] = {}
                if self._way.protocol == "5":
                    given = {"clean_start": False, "properties": self._session()}
                client.connect(self._way.host, self._way.port, keepalive=self._way.keepalive_s, **given)
            except (OSError, ValueError) as error:
                raise LineLostError(f"{self._way.host}:{self._way.port}: {error}") from error
            self._follow(client, sink, stop)
        finally:
            self._end(client)

    def _client(self) -> paho.Client:
        versions: dict[str, Any] = {"protocol": paho.MQTTv5}
        if self._way.protocol != "5":
            versions = {"protocol": paho.MQTTv311, "clean_session": False}
        client = _Client(
            CallbackAPIVersion.VERSION2, self._client_id, manual_ack=True, reconnect_on_failure=False, **versions
        )
        client.has_properties = self._way.protocol == "5"
        client.connect_timeout = _CONNECT_WITHIN_S
        if self._way.username:
            client.username_pw_set(self._way.username, self._way.password or None)
        if self._way.tls:
            context = ssl.create_default_context(cafile=self._way.ca_file or None)
            if self._way.cert_file:
                context.load_cert_chain(self._way.cert_file, self._way.key_file or None)
            client.tls_set_context(context)
        client.on_connect = self._connected
        client.on_subscribe = self._answered
        client.on_disconnect = self._disconnected
        return client

    def _session(self) -> Properties:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves this one untyped
        properties.SessionExpiryInterval = self._way.session_s
        properties.MaximumPacketSize = _LARGEST_PACKET
        return properties

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._failed = f"the broker refuses: {reason}"
            return
        share = f"$share/{self._way.share}/" if self._way.share else ""
        # a kept message comes once, when it is first subscribed to, and says that it was kept
        options = SubscribeOptions(qos=_QOS, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        how: Any = options if self._way.protocol == "5" else _QOS
        client.subscribe([(f"{share}{topic}", how) for topic in self._way.topics])

    def _answered(self, _client: paho.Client, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        refused = [topic for topic, reason in zip(self._way.topics, reasons, strict=False) if reason.is_failure]
        if refused:
            self._failed = f"the broker refuses the topic {refused[0]}"
        self._subscribed = not refused

    def _disconnected(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._failed = self._failed or f"disconnected: {reason}"

    def _follow(self, client: paho.Client, sink: Sink, stop: threading.Event) -> None:
        deadline = time.monotonic() + _CONNECT_WITHIN_S
        told = False
        while not stop.is_set():
            sock: Any = client.socket()
            if self._failed or sock is None:
                raise LineLostError(self._failed or "the connection is gone")
            if self._subscribed and not told:
                told = True
                sink.up()
            if not told and time.monotonic() > deadline:
                raise LineLostError("the broker does not answer")
            if len(self._heard) < self._way.batch:
                self._wait(client, sock)
            if self._heard:
                self._take(sock, sink)
            elif told:
                sink.beat()
            client.loop_misc()

    def _wait(self, client: paho.Client, sock: PublishSocket) -> None:
        """Read what is there, up to one batch; write what waits to be written."""
        buffered = bool(sock.pending())
        writing = [sock] if client.want_write() or sock.wants_to_write else []
        readable, writable, _ = select.select([sock], writing, [], 0.0 if buffered or self._heard else _IDLE_S)
        try:
            if writable and sock.flush():
                client.loop_write()
            if readable or buffered:
                self._read(client, sock)
        except (OSError, BrokenPacketError) as error:
            raise LineLostError(f"{self._way.host}:{self._way.port}: {error}") from error

    def _read(self, client: paho.Client, sock: PublishSocket) -> None:
        until = time.monotonic() + _TOGETHER_S
        while sock.fill():
            self._heard += sock.published()
            while sock.has_more_for_paho and not self._failed:
                client.loop_read()
            if not self._heard or len(self._heard) >= self._way.batch or time.monotonic() > until:
                return
            if not sock.pending():
                time.sleep(_STEP_S)
        if sock.has_more_for_paho:
            client.loop_read()

    def _take(self, sock: PublishSocket, sink: Sink) -> None:
        """Up to one batch; what remains is taken next, before anything else is read."""
        heard, self._heard = self._heard[: self._way.batch], self._heard[self._way.batch :]
        now = self._clock()
        sink.take([Raw(body=m.body, received_at=now, topic=m.topic, retained=m.retained) for m in heard])
        try:
            sock.acknowledge([m.mid for m in heard])
        except OSError as error:
            raise LineLostError(f"{self._way.host}:{self._way.port}: {error}") from error

    def _end(self, client: paho.Client) -> None:
        """Say goodbye, so that the broker keeps the session and sends no last will."""
        if client.socket() is None:
            return
        client.disconnect()
        deadline = time.monotonic() + _END_WITHIN_S
        while client.socket() is not None and client.want_write() and time.monotonic() < deadline:
            client.loop_write()
