"""The process of the demo day."""

import os

from cockpit.cli_data import CREW_SECRET, SIMULATOR_SECRET, ensure_feed_token
from cockpit.data_dir import DataDir
from cockpit.listening import local_url
from cockpit.processes.running import BEHIND_THE_SCREENS, begin
from cockpit.settings import Settings
from cockpit.supervisor import tell_at_work

FEED_TOKEN_NAME = "COCKPIT_FEED_TOKEN"


def run_simulate(settings: Settings, url: str = "") -> None:
    """The demo day, posted to `url` like any feed."""
    stop = begin("simulate", settings)
    os.nice(BEHIND_THE_SCREENS)
    from cockpit.services.city import city_directory
    from cockpit.simulator.run import run_simulator

    data = DataDir(settings.data_dir)
    token = os.environ.get(FEED_TOKEN_NAME) or data.find_secret(SIMULATOR_SECRET) or ensure_feed_token(settings)
    tell_at_work()
    run_simulator(
        base_url=url or local_url(settings.host, settings.port),
        token=token,
        city_dir=city_directory(settings.city),
        seed=settings.seed,
        stop=stop,
        crew_token=data.find_secret(CREW_SECRET) or "",
    )
