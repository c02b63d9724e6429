"""The listening socket: `cockpit up` keeps it, so that no browser is refused while the web process starts again."""

import socket

from cockpit.exits import TellError

#: the web process finds the number of the inherited socket here
LISTEN_FD_NAME = "COCKPIT_LISTEN_FD"
_BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. TellError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise TellError(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port") from error
    listener.listen(_BACKLOG)
    return listener


def reachable(host: str) -> str:
    """The host that a client on this machine connects to when a server listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def local_url(host: str, port: int) -> str:
    """The address of a server on this machine."""
    name = reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
