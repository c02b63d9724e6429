"""结果: the ids of what commands lead to, which make a command that is decided twice lead to one thing."""

from cockpit.domain.commands import Command
from cockpit.domain.event import Event


def outcome_id(command: Command) -> str:
    """The id of the fact that ends a command, whatever its outcome: a dispatcher that decides again after a crash
    may judge otherwise, and the log then keeps only the first word."""
    return f"command:{command.command_id}"


def turn_id(event: Event) -> str:
    """The id of the next thing that is done about an event here: of two officers who both saw the same one, the log
    lets the first in. The other's command is then decided again, by what the first has done."""
    turn = sum(s.command_id != "" for s in event.steps) + sum(a.command_id != "" for a in event.acts)
    return f"move:{event.event_id}:{turn}"


def is_decided(event: Event, command: Command) -> bool:
    """True if the event already shows what this command did."""
    known = command.command_id
    return any(s.command_id == known for s in event.steps) or any(a.command_id == known for a in event.acts)
