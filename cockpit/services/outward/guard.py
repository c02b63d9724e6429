"""Which addresses facts may be sent to: never this machine's own or a cloud's metadata, whatever a name resolves to.

The check is made on the address that is connected to, not on the name: a name that changes its mind between check
and connection (DNS rebinding) gains nothing. Networks of the city's own (10/8, 172.16/12, 192.168/16) are where most
receivers live and are allowed.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore

_LONGEST_URL = 2_000
#: where clouds answer about themselves, beside link-local addresses
_METADATA = tuple(map(ip_network, ("100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128")))

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]


class ForbiddenUrlError(ValueError):
    """Nothing is sent there; the text says why."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What is allowed: `networks` beside the usual ones, and plain HTTP if `plain_http`."""

    networks: tuple[Network, ...] = ()
    plain_http: bool = False

    def check_url(self, url: str) -> None:
        """Raises ForbiddenUrlError for an address that is never sent to, as far as its text tells."""
        if len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
            raise ForbiddenUrlError("the url is too long or has characters that none may have")
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname, parts.port
        except ValueError as wrong:
            raise ForbiddenUrlError(f"the url cannot be read: {wrong}") from None
        if parts.scheme not in ("https", "http") or not host:
            raise ForbiddenUrlError("the url must be https://host…")
        if parts.scheme == "http" and not self.plain_http:
            raise ForbiddenUrlError("plain http is refused; COCKPIT_OUTWARD_PLAIN_HTTP allows it")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise ForbiddenUrlError("the url must hold no user, password or fragment")
        try:
            self.check_address(host)
        except ForbiddenUrlError:
            raise
        except ValueError:
            pass  # a name: what it resolves to is checked when it is connected to

    def check_address(self, text: str) -> None:
        """Raises ForbiddenUrlError for an IP address that is never sent to, ValueError for what is none."""
        address = _unwrapped(ip_address(text.partition("%")[0]))
        if any(address in network for network in self.networks):
            return
        if (
            address.is_loopback
            or address.is_link_local
            or address.is_multicast
            or address.is_unspecified
            or address.is_reserved
            or any(address in network for network in _METADATA)
        ):
            raise ForbiddenUrlError(f"{address} is no address to send to; COCKPIT_OUTWARD_ALLOW may name its network")


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks of a comma-separated list. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return inner
        if address in ip_network("64:ff9b::/96"):
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedNetwork(httpcore.NetworkBackend):
    """Connects only to addresses that the guard lets pass; TLS goes on checking the name."""

    def __init__(self, guard: Guard, resolve: Resolve = _resolved) -> None:
        self._guard, self._resolve, self._real = guard, resolve, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except OSError as unknown:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {unknown}") from unknown
        for address in addresses:  # one forbidden address is enough: the others are not tried
            self._guard.check_address(address)
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return self._real.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as away:
                failed = away
        raise failed

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the interface
        timeout: float | None = None,  # noqa: ARG002 - the interface
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the interface
    ) -> httpcore.NetworkStream:
        raise ForbiddenUrlError("nothing is sent to a socket of this machine")

    def sleep(self, seconds: float) -> None:
        self._real.sleep(seconds)
