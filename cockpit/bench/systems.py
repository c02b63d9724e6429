"""What is compared: each starts itself, opens its page in a window and says where the generator sends to."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from cockpit.bench.browser import Window
from cockpit.bench.children import Child, cpu_seconds, find_descendant, running
from cockpit.bench.view import VIEW

Pixels = tuple[tuple[float, float], tuple[float, float]]

_PROJECT_READY = (
    "() => window.cockpit && cockpit.map && cockpit.map.leaflet && cockpit.link && cockpit.link().state === 'live'"
)
_LOOK_AT = """([lat, lon, zoom]) => {
  cockpit.map.fitted = true;
  cockpit.map.leaflet.setView([lat, lon], zoom, { animate: false });
}"""
#: stage pixels → pixels of the window: the wall is scaled as a whole
_PIXEL_OF = """(places) => places.map(([lon, lat]) => {
  const leaflet = cockpit.map.leaflet, box = leaflet.getContainer();
  const at = leaflet.latLngToContainerPoint([lat, lon]), r = box.getBoundingClientRect();
  return [r.left + at.x * r.width / box.offsetWidth, r.top + at.y * r.height / box.offsetHeight];
})"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A system that runs: where it is, where positions go, and which process does the work."""

    name: str
    url: str
    sink: str
    token: str = ""
    screen_token: str = ""
    pid: int = 0

    def show(self, window: Window) -> Pixels:
        """Open its page; the pixels of the beacon's places."""
        if self.name == "cockpit":
            return self._show_wall(window)
        query = f"?lon={VIEW.lon}&lat={VIEW.lat}&zoom={VIEW.zoom}" if self.name == "floor" else ""
        window.page.goto(self.url + "/" + query, wait_until="load")
        if self.name != "floor":
            window.page.wait_for_selector(".leaflet-container", timeout=60_000)
        return VIEW.beacon_pixels()

    def _show_wall(self, window: Window) -> Pixels:
        window.page.goto(f"{self.url}/signin?token={self.screen_token}")
        window.page.goto(f"{self.url}/screen")
        window.page.wait_for_function(_PROJECT_READY, timeout=60_000)
        window.page.evaluate(_LOOK_AT, [VIEW.lat, VIEW.lon, VIEW.zoom])
        first, second = window.page.evaluate(_PIXEL_OF, VIEW.beacon_places())
        return (first[0], first[1]), (second[0], second[1])

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)


@contextlib.contextmanager
def floor(*page: str) -> Iterator[Served]:
    """Bytes in, bytes out; `page`: the file of another page than its own."""
    with running("cockpit.bench.floor", *page) as child:
        yield Served(name="floor", url=child.ready_url(), sink="floor", pid=child.pid)


@contextlib.contextmanager
def dash(kind: str) -> Iterator[Served]:
    """`tuned` or `naive` polling."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ["gunicorn", "-k", "gthread", "--threads", "16", "--keep-alive", "60", "--log-level", "error"]
    child = Child([sys.executable, "-m", *server, "-b", f"127.0.0.1:{port}", f"cockpit.bench.dash_polling:{kind}()"])
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        yield Served(name=f"Dash polling, {kind}", url=url, sink="/positions", pid=child.pid)
    finally:
        child.end()


@dataclass(slots=True)
class Installation:
    """A cockpit on a data directory of its own; stop it and start it again."""

    data_dir: Path
    options: tuple[str, ...] = ("--no-simulate",)
    child: Child | None = None
    url: str = ""

    def start(self) -> str:
        """Start it and wait until it serves; its URL. The port stays the same over restarts."""
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "cockpit", "up", "--data-dir", str(self.data_dir), "--port", port]
        self.child = Child([*command, *self.options], {"COCKPIT_LOG_LEVEL": "warning"})
        self.url = self.child.ready_url()
        return self.url

    def stop(self) -> None:
        if self.child is not None:
            self.child.end()
        self.child = None

    def token(self, role: str, *more: str) -> str:
        """A fresh token."""
        command = [sys.executable, "-m", "cockpit", "token", "create", "--role", role, "--name", "bench", *more]
        made = subprocess.run([*command, "--data-dir", str(self.data_dir)], capture_output=True, text=True, check=True)
        return made.stdout.strip()

    def web_pid(self) -> int:
        """The web process (with its worker)."""
        return self.pid_of("web")

    def pid_of(self, *words: str) -> int:
        """The process of one part, such as `feed NAME`."""
        assert self.child is not None
        return find_descendant(self.child.pid, "cockpit", *words)


@contextlib.contextmanager
def installed(*options: str) -> Iterator[Installation]:
    """An installation in a temporary directory, started; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        installation = Installation(Path(directory) / "data", options or ("--no-simulate",))
        try:
            installation.start()
            yield installation
        finally:
            installation.stop()


@contextlib.contextmanager
def project() -> Iterator[Served]:
    """Ours: the demo city without its simulated day, through its public API and its own page."""
    with installed() as installation:
        yield Served(
            name="cockpit", url=installation.url, sink="/api/v1/feeds/positions", token=installation.token("feed"),
            screen_token=installation.token("screen"), pid=installation.web_pid(),
        )  # fmt: skip


def wait_for(url: str, within_s: float = 60.0) -> None:
    """Until a server answers. RuntimeError when it does not in time."""
    end = time.monotonic() + within_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            if time.monotonic() > end:
                raise RuntimeError(f"{url} does not answer") from None
            time.sleep(0.1)
