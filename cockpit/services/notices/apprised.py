"""Brings one notice to an address by the library apprise, which knows mail, SMS gateways, WeCom, DingTalk and more."""

import logging
import threading
import warnings
from typing import Any

from cockpit.services.notices.channels import Channel, ChannelFileError
from cockpit.services.notices.sender import Delivery

#: what apprise's services write about a request that went out and got no answer
_NO_ANSWER = ("Read timed out", "RemoteDisconnected", "Connection aborted", "Connection reset", "IncompleteRead")
_MOST_WORDS = 300


def _library() -> Any:
    """apprise, loaded by who sends and by nobody else: it brings over a hundred services."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # one of its services imports a module that will go
        import apprise

        apprise.Apprise.instantiate("json://localhost")  # services are loaded with the first address
    return apprise


class Apprised:
    """`Deliver` by apprise. One object for all threads."""

    def __init__(self) -> None:
        self._apprise = _library()

    def check(self, channels: list[Channel]) -> None:
        """Raises ChannelFileError for an address that apprise cannot read; its secrets are not told."""
        for channel in channels:
            if self._apprise.Apprise.instantiate(channel.url, suppress_exceptions=True) is None:
                scheme = channel.url.partition("://")[0]
                raise ChannelFileError(f"the url of channel {channel.name} ({scheme}://…) is none that apprise knows")

    def __call__(self, url: str, title: str, body: str) -> tuple[Delivery, str]:
        """One try."""
        with _Heard() as heard:
            service = self._apprise.Apprise.instantiate(url, suppress_exceptions=True)
            if service is None:
                return Delivery.FAILED, "apprise cannot read the address"
            try:
                # the service itself, in this thread: the library's own pool would say elsewhere what went wrong
                arrived = service.notify(title=title, body=body)
            except Exception as error:  # a service of the library may fail in any way, and others must go on
                return Delivery.UNCERTAIN, f"{type(error).__name__}: {error}"[:_MOST_WORDS]
        if arrived:
            return Delivery.SENT, ""
        may_have_arrived = any(sign in line for line in heard.lines for sign in _NO_ANSWER)
        return (Delivery.UNCERTAIN if may_have_arrived else Delivery.FAILED), heard.why


class _Heard(logging.Handler):
    """What apprise logs in this thread: the only place where it says why something did not arrive."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._thread = threading.get_ident()
        self._logger = logging.getLogger("apprise")

    @property
    def why(self) -> str:
        """The last thing it said."""
        return self.lines[-1][:_MOST_WORDS] if self.lines else "apprise does not say why"

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append(record.getMessage())

    def __enter__(self) -> "_Heard":
        self._logger.setLevel(logging.DEBUG)
        self._logger.propagate = False  # addresses hold secrets, and debug lines hold addresses
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
