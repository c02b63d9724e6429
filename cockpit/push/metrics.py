"""What the push does, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class PushMetrics:
    """Counters of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.clients = Gauge("cockpit_push_clients", "Browsers that have joined", registry=registry)
        self.messages = Counter("cockpit_push_messages", "Messages sent", ["lane"], registry=registry)
        self.bytes = Counter("cockpit_push_bytes", "Bytes sent, before websocket framing", ["lane"], registry=registry)
        self.merged = Counter(
            "cockpit_push_merged", "Changes of state that reached a browser within a later message", ["lane"],
            registry=registry,
        )  # fmt: skip
        self.skipped = Counter(
            "cockpit_push_skipped", "Times a browser had not acknowledged and got nothing", ["lane"], registry=registry
        )
        self.resyncs = Counter("cockpit_push_resyncs", "Browsers told to join again", ["why"], registry=registry)
        self.dropped = Counter("cockpit_push_dropped", "Browsers disconnected by us", ["why"], registry=registry)
        self.refused = Counter("cockpit_push_refused", "Connections refused", ["why"], registry=registry)
        self.round_s = Histogram(
            "cockpit_push_round_seconds", "Seconds of one round over all browsers", registry=registry, buckets=_BUCKETS
        )
