"""以房查人 and 搜索: who lives where, masked until somebody says why, and everything that has a name."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.house_deeds import HouseDeeds, HouseReminders, house_deeds_blueprint, unmask_throttle
from cockpit.api.houses import Houses, houses_blueprint
from cockpit.api.openapi_houses import HOUSE_MODELS, house_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.api.search import Search, search_blueprint
from cockpit.services.houses.book import HouseBook
from cockpit.services.intake import Intake
from cockpit.services.recipients import RecipientBook
from cockpit.services.search.searching import Searching


@dataclass(frozen=True, kw_only=True)
class HouseRoom:
    """`/buildings…`, `/households…`, `/search`."""

    document: ClassVar[RoomDocument] = RoomDocument(house_paths, HOUSE_MODELS)

    houses: HouseBook
    searching: Searching
    intake: Intake
    recipients: RecipientBook

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        book, city = self.houses, core.city
        reminders = HouseReminders(
            book, core.instants, city=city, intake=self.intake, commands=core.appender, recipients=self.recipients
        )  # fmt: skip
        houses = Houses(book, city=city, clock=core.clock, reminded_at=reminders.reminded_at)
        deeds = HouseDeeds(book, houses, core.audit, clock=core.clock, throttle=unmask_throttle(time.monotonic))
        yield houses_blueprint(houses)
        yield house_deeds_blueprint(deeds, reminders)
        yield search_blueprint(Search(self.searching, city=city, clock=core.clock))
