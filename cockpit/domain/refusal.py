"""拒绝: which rule forbids something, and why in words."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """`rule` is a name that programs and the catalogue know, `reason` says it about this very case."""

    rule: str
    reason: str


class ForbiddenError(ValueError):
    """A rule forbids the command; `rule` is its name, the message says why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
