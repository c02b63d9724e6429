"""调度单: orders, who they may go to, reminders, and the notices that tell of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Blueprint

from cockpit.api.notices import NoticeAnswers, notices_blueprint
from cockpit.api.openapi_orders import ORDER_MODELS, order_paths
from cockpit.api.openapi_units import UNIT_MODELS, unit_paths
from cockpit.api.order_reminders import OrderReminders, order_reminders_blueprint
from cockpit.api.orders import Orders, orders_blueprint
from cockpit.api.room import Core, RoomDocument
from cockpit.api.units import Units, units_blueprint
from cockpit.services.recipients import RecipientBook
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.units import UnitBook
from cockpit.store.notices import Notices


def _paths() -> Mapping[str, Any]:
    return {**order_paths(), **unit_paths()}


@dataclass(frozen=True, kw_only=True)
class OrderRoom:
    """`/orders…`, `/units`, `/notices`."""

    document: ClassVar[RoomDocument] = RoomDocument(_paths, (*ORDER_MODELS, *UNIT_MODELS))

    recipients: RecipientBook
    units: UnitBook
    responsibilities: ResponsibilityBook
    notices: Notices
    #: how long an acceptance is waited for unless the officer says otherwise
    order_accept_within_s: float = 120.0

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield orders_blueprint(
            Orders(
                core.instants,
                core.commands,
                recipients=self.recipients,
                accept_within_s=self.order_accept_within_s,
            )
        )
        yield order_reminders_blueprint(OrderReminders(core.instants, core.commands))
        yield units_blueprint(
            Units(core.instants, units=self.units, responsibilities=self.responsibilities, city=core.city)
        )
        yield notices_blueprint(NoticeAnswers(self.notices, clock=core.clock))
