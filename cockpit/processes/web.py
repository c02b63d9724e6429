"""The web process: pages, API and push."""

from cockpit.processes.running import begin
from cockpit.settings import Settings


def run_web(settings: Settings) -> None:
    """Pages, API and push."""
    begin("web", settings)
    from cockpit.web_server import WebServer

    WebServer(settings).run()
