"""`POST orders/{id}/remind` 催办: an officer reminds the recipient of an open order, once a minute at most."""

from collections.abc import Mapping

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict

from cockpit.api.asked import Instants
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import require
from cockpit.api.language import language
from cockpit.api.messages import Name
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.command import Command
from cockpit.domain.facts import CommandRefused
from cockpit.domain.order_commands import RemindOrder
from cockpit.domain.role import Role
from cockpit.situation.remind_order import remind_again_at
from cockpit.situation.situation import Situation


class RemindRequest(BaseModel):
    """What is said with the reminder, if anything."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    note: Name = ""


class OrderReminders:
    """Turns a press of 催办 into a command."""

    def __init__(self, instants: Instants, commands: Commands) -> None:
        self._instants, self._commands = instants, commands

    def post(self, order_id: str) -> Response:
        """202; 409 `order_reminded_lately` with `again_at`, or why an order that has ended needs none."""
        asking = require(Role.DUTY, Role.ADMIN)
        wanted, words = parsed(RemindRequest), texts(language(request))
        with self._instants.fold.lock:
            order = self._instants.fold.situation.orders.get(order_id)
        if order is None or not asking.scope.covers(order.issued.place.code):
            raise ProblemError(404, f"no order {clean(order_id[:100])} is known", rule="unknown_order")
        return self._commands.ask(
            asking,
            lambda command_id, at: RemindOrder(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, order_id=order_id,
                note=wanted.note.strip(),
            ),
            reason_of=lambda refused: words.find(f"rule.{refused.rule}", refused.reason),
            refused_with=_again_at,
        )  # fmt: skip


def _again_at(situation: Situation, command: Command, refused: CommandRefused) -> Mapping[str, object]:
    if refused.rule != "order_reminded_lately" or not isinstance(command, RemindOrder):
        return {}
    return {"again_at": remind_again_at(situation.orders[command.order_id])}


def order_reminders_blueprint(reminders: OrderReminders) -> Blueprint:
    """`/api/v1/orders/{id}/remind`."""
    blueprint = Blueprint("order_reminders", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/orders/<order_id>/remind", "post", reminders.post, methods=["POST"])
    return blueprint
