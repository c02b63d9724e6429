"""Failed sign-ins per address: after a few the door stays shut for a while, whatever is tried next."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

_ADDRESSES_REMEMBERED = 10_000


class Throttle:
    """At most `most` failures per address within `window_s`; memory is bounded, the longest idle address goes first."""

    def __init__(
        self, *, most: int = 10, window_s: float = 300.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._window_s, self._monotonic = most, window_s, monotonic
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Seconds until the address may try again; 0 if it may now."""
        with self._lock:
            recent = self._recent(_network_of(address))
            return recent[-self._most] + self._window_s - self._monotonic() if len(recent) >= self._most else 0.0

    def failed(self, address: str) -> None:
        """One more failure."""
        network = _network_of(address)
        with self._lock:
            self._failures[network] = [*self._recent(network), self._monotonic()][-self._most :]
            self._failures.move_to_end(network)
            while len(self._failures) > _ADDRESSES_REMEMBERED:
                self._failures.popitem(last=False)

    def _recent(self, network: str) -> list[float]:
        oldest = self._monotonic() - self._window_s
        return [at for at in self._failures.get(network, ()) if at > oldest]


def _network_of(address: str) -> str:
    """A household of IPv6 addresses counts as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:100]
    return parsed.exploded[:19] if isinstance(parsed, IPv6Address) else address
