"""Kafka: topics of a cluster, read as a group; offsets are committed when the stream has the messages.

An optional extra: `pip install 'cockpit[kafka]'` brings the client, which is imported when such a feed runs.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cockpit.services.feeding.runner import LineLostError, Sink
from cockpit.services.feeding.seam import Raw
from feeds.ways.settings import KafkaWay

_BATCH = 500
_POLL_S = 0.2
_CONNECT_WITHIN_S = 10.0


def new_consumer(options: dict[str, Any]) -> Any:
    """A consumer of the client library. LineLostError when it is not installed."""
    try:
        from confluent_kafka import Consumer
    except ImportError:
        raise LineLostError("Kafka needs its client: pip install 'cockpit[kafka]'") from None
    return Consumer(options)


class KafkaLine:
    """One consumer of one group."""

    def __init__(
        self,
        way: KafkaWay,
        *,
        clock: Callable[[], datetime],
        make: Callable[[dict[str, Any]], Any] = new_consumer,
    ) -> None:
        self._way, self._clock, self._make = way, clock, make

    def run(self, sink: Sink, stop: threading.Event) -> None:
        consumer = self._make(self._options())
        try:
            self._reach(consumer)
            consumer.subscribe(self._way.topics)
            sink.up()
            while not stop.is_set():
                self._round(consumer, sink)
        finally:
            consumer.close()

    def _options(self) -> dict[str, Any]:
        login = {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": self._way.username,
            "sasl.password": self._way.password,
        }
        return {
            "bootstrap.servers": self._way.servers,
            "group.id": self._way.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            **(login if self._way.username else {}),
            **self._way.options,
        }

    def _reach(self, consumer: Any) -> None:
        try:
            consumer.list_topics(timeout=_CONNECT_WITHIN_S)
        except Exception as error:  # the client's own errors; its module may be absent
            raise LineLostError(f"{self._way.servers}: {error}") from error

    def _round(self, consumer: Any, sink: Sink) -> None:
        heard = consumer.consume(_BATCH, _POLL_S)
        good = []
        for message in heard:
            if (error := message.error()) is not None:
                raise LineLostError(str(error))
            good.append(Raw(body=message.value() or b"", received_at=self._clock(), topic=message.topic()))
        if good:
            sink.take(good)
            consumer.commit(asynchronous=False)
        else:
            sink.beat()
