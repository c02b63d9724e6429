"""The parts of one process, joined from its settings: each is made when it is first asked for, and once."""

import os
import socket
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.book_parts import BookParts
from cockpit.finding import searching_of
from cockpit.past_parts import PastParts
from cockpit.supervisor import PARENT_NAME

if TYPE_CHECKING:
    from cockpit.services.nearby.nearby import Nearby
    from cockpit.services.recipients import Recipients
    from cockpit.services.search.searching import Searching
    from cockpit.services.substitutes import NearbySubstitutes
    from cockpit.services.wartime import Scenes


class Parts(PastParts, BookParts):
    """What a process is joined from. Imports wait with the parts, so that a process loads only its own."""

    @property
    def consumer(self) -> str:
        """This process among those that share a group.

        Under `cockpit up` there is one of each kind, and its restart is the same consumer: it gets back at once what
        the killed one had not acknowledged. Others are new consumers, and what they left is claimed after a while.
        """
        ours = self.settings.data_dir.absolute() if PARENT_NAME in os.environ else os.getpid()
        return f"{socket.gethostname()}:{ours}"

    @cached_property
    def recipients(self) -> "Recipients":
        from cockpit.services.recipients import Recipients

        return Recipients(
            fold=self.projector,
            roster=self.roster,
            things=self.resources,
            attendance_of=lambda situation: situation.attendance,
            find_unit=self.units.find,
        )

    @cached_property
    def substitutes(self) -> "NearbySubstitutes":
        from cockpit.domain.scope import Scope
        from cockpit.services.substitutes import NearbySubstitutes

        return NearbySubstitutes(self.nearby, self.resources, scope=Scope(self.district))

    @cached_property
    def nearby(self) -> "Nearby":
        """附近: over this process's fold, the registry and the roads of the city."""
        from cockpit.services.nearby.nearby import Nearby
        from cockpit.services.nearby.roads import RoadGraph

        return Nearby(
            fold=self.projector, city=self.city, things=self.resources,
            roads=RoadGraph.load((self.city.directory or Path()) / "roads.json"), roster=self.roster,
            stale_after_s=self.settings.stale_after_s, busy_of=lambda situation: situation.orders.busy,
            attendance_of=lambda situation: situation.attendance,
        )  # fmt: skip

    @cached_property
    def searching(self) -> "Searching":
        return searching_of(
            self.city, self.resources, self.devices, self.houses, self.layer_shelf,
            fold=self.projector, past_event=self.past_events.find,
        )  # fmt: skip

    @cached_property
    def scenes(self) -> "Scenes":
        """战时现场 for this process's screens."""
        from cockpit.services.wartime import Scenes
        from cockpit.services.wartime.around import NearbyAround
        from cockpit.services.wartime.cameras import CameraAddresses, addresses_of_city, hosts_of

        own = CameraAddresses(template=self.settings.camera_url, stream=self.settings.camera_stream)
        cameras = own if own.template else addresses_of_city(self.city.config)

        def own_address(camera_id: str) -> str:
            found = self.resources.now().find(camera_id)
            return found.stream_url if found else ""

        cameras = replace(cameras, hosts=hosts_of(self.settings.camera_hosts))
        return Scenes(NearbyAround(self.nearby, cameras, own_address=own_address))

    def close(self) -> None:
        """Give back the connections that were opened."""
        if "engine" in self.__dict__:
            self.engine.dispose()
        if "redis" in self.__dict__:
            self.redis.close()
