"""What a system without the right to personal data reads of a fact.

Only what a field is for decides: a person's name is masked because its field holds one, never because it looks like
one. Names inside free text cannot be told from other words and stay; numbers of phones and identity cards are masked.
"""

import re
from typing import Any

from cockpit.domain.resource import masked_name, masked_phone

#: fields that hold a person's name
_NAMES = frozenset({"by", "reporter", "recipient_name"})
#: who somebody is, where somebody was, who lives behind which door, and what nobody here can judge
_DROPPED = frozenset(
    {
        "account", "extra", "subject", "subject_id", "said_at", "attachments", "buildings", "helpers", "shares",
        "household_id", "tap_id",
    }
)  # fmt: skip
_TEXTS = frozenset({"title", "description", "note", "message", "task", "text", "address", "reason"})
#: facts whose place is where a person was
_TRACKS = frozenset({"OrderStepped", "AttendanceMarked"})
_NUMBER = re.compile(r"(?<![\dA-Za-z])\+?\d(?:[ -]?\d){6,}[Xx]?(?![\dA-Za-z])")


def masked(kind: str, told: Any) -> Any:
    """`told`, a fact as JSON has it, without what is personal."""
    whole = _without(told)
    if kind in _TRACKS:
        for name in ("place", "lon", "lat"):
            whole.pop(name, None)
    return whole


def _without(told: Any) -> Any:
    if isinstance(told, list):
        return [_without(item) for item in told]
    if not isinstance(told, dict):
        return told
    kept = {}
    for name, value in told.items():
        if name in _DROPPED:
            continue
        if name in _NAMES and isinstance(value, str):
            kept[name] = masked_name(value)
        elif name in _TEXTS and isinstance(value, str):
            kept[name] = _NUMBER.sub(lambda found: masked_phone(found.group()), value)
        else:
            kept[name] = _without(value)
    if kept.get("kind") == "gridworker" and isinstance(kept.get("name"), str):
        kept["name"] = masked_name(kept["name"])
        kept.pop("id", None)
    return kept
