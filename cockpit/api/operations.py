"""`/healthz` (alive), `/readyz` (stores, lag) and `/metrics` (Prometheus): what looks after the process asks here."""

import time
from collections.abc import Callable, Iterator, Mapping

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from cockpit.api.identity import require
from cockpit.api.problem import answered
from cockpit.store.accounts import Role

#: name → a check that raises, or returns why it is not well, or None
Checks = Mapping[str, Callable[[], str | None]]
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Gauges(Collector):
    """Figures read when somebody asks: name → (help, function)."""

    def __init__(self, gauges: Mapping[str, tuple[str, Callable[[], float]]]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (words, value) in self._gauges.items():
            yield GaugeMetricFamily(name, words, value=value())


class Operations:
    """The three answers. `checks` decide about readiness, quickly: they are asked often."""

    def __init__(self, registry: CollectorRegistry, *, checks: Checks) -> None:
        self._registry, self._checks = registry, checks

    def alive(self) -> Response:
        return answered(200, {"status": "alive"})

    def ready(self) -> Response:
        """503 with the reasons while something that answers depend on is missing."""
        reasons: dict[str, str] = {}
        for name, check in self._checks.items():
            try:
                why = check()
            except Exception as failed:  # whatever a store raises, it is not ready
                why = type(failed).__name__
            if why:
                reasons[name] = why
        body = {"status": "unready" if reasons else "ready", "reasons": reasons}
        response = answered(503 if reasons else 200, body)
        if reasons:
            response.headers["Retry-After"] = "2"
        return response

    def metrics(self) -> Response:
        require(Role.ADMIN, Role.DUTY, Role.LEADER, Role.SCREEN)
        return Response(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)


def operations_blueprint(operations: Operations) -> Blueprint:
    """`/healthz`, `/readyz`, `/metrics`."""
    blueprint = Blueprint("operations", __name__)
    blueprint.add_url_rule("/healthz", "alive", operations.alive, methods=["GET"])
    blueprint.add_url_rule("/readyz", "ready", operations.ready, methods=["GET"])
    blueprint.add_url_rule("/metrics", "metrics", operations.metrics, methods=["GET"])
    return blueprint


def register_request_metrics(app: Flask, registry: CollectorRegistry) -> None:
    """Count and time every request of the API by endpoint, never by path: paths are without number."""
    requests = Counter(
        "cockpit_http_requests", "Requests by endpoint and status", ["endpoint", "status"], registry=registry
    )
    seconds = Histogram("cockpit_http_seconds", "Seconds to answer", ["endpoint"], registry=registry, buckets=_BUCKETS)

    def begin() -> None:
        g.begun = time.perf_counter()

    def end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        requests.labels(endpoint, str(response.status_code)).inc()
        seconds.labels(endpoint).observe(time.perf_counter() - g.get("begun", time.perf_counter()))
        return response

    app.before_request(begin)
    app.after_request(end)
