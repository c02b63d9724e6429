"""A source that never gives up: it posts reports and remembers which were acknowledged."""

import contextlib
import threading
import time
from collections import Counter
from datetime import UTC, datetime

import httpx

from tests.cli.running import Running

SOURCE = "hotline_12345"
#: acknowledged reports among which a lost one would be seen
ENOUGH = 100


class PersistentSource:
    """Posts batches in a thread of its own until it is stopped; a batch without an answer is posted again."""

    def __init__(self, up: Running, token: str, *, begin: int = 0, a_batch: int = 20, pause_s: float = 0.02) -> None:
        self._client = up.client(token)
        self._a_batch, self._pause_s = a_batch, pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.acknowledged: list[str] = []
        self.retries = 0
        self.refused: list[object] = []
        #: answers by status
        self.statuses: Counter[int] = Counter()
        #: the number of the last report
        self._sent = begin

    def __enter__(self) -> "PersistentSource":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._client.close()

    def stop(self) -> None:
        """Finish the batch on the way, however often that takes, and end; not before a loss could be seen."""
        end = time.monotonic() + 60
        while len(self.acknowledged) <= ENOUGH and self._thread.is_alive() and time.monotonic() < end:
            time.sleep(0.05)
        self._stop.set()
        self._thread.join(120)
        assert not self._thread.is_alive(), "the last batch was never acknowledged"

    def _run(self) -> None:
        while not self._stop.is_set():
            batch = [self._next() for _ in range(self._a_batch)]
            self._post(batch)
            self.acknowledged += [f"{SOURCE}:{report['event_id']}" for report in batch]
            time.sleep(self._pause_s)

    def _post(self, batch: list[dict[str, object]]) -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = self._client.post("feeds/events", json=batch, timeout=10)
                self.statuses[answer.status_code] += 1
                if answer.status_code == httpx.codes.ACCEPTED:
                    told = answer.json()
                    self.refused += told["rejected"]
                    assert told["accepted"] + told["duplicate"] + len(told["rejected"]) == len(batch)
                    return
            self.retries += 1
            time.sleep(0.05)

    def _next(self) -> dict[str, object]:
        self._sent += 1
        return report_of(self._sent)


def report_of(n: int) -> dict[str, object]:
    """The n-th report of the source, happening now."""
    return {
        "event_id": f"f{n}", "source": SOURCE, "category": "event.01.10", "title": "井盖破损",
        "lon": 119.98 + n % 100 / 10_000, "lat": 30.28, "reported_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
