"""行为: what is done about an event without its entering a stage: claimed, called, supervised, merged."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.domain.level import Level


class ActKind(StrEnum):
    """What was done, in the past tense; the values are the names on the wire."""

    CLAIMED = "claimed"  # 认领
    TAKEN_OVER = "taken_over"  # 接管
    RELEASED = "released"  # 释放
    CALLED = "called"  # 吹哨: a co-handler is called
    REPORTED_IN = "reported_in"  # 报到: the called unit accepts
    NOTED = "noted"  # 备注
    REMINDED = "reminded"  # 催办
    SUPERVISED = "supervised"  # 督办
    EXTENSION_ASKED = "extension_asked"  # 申请延期
    EXTENSION_APPROVED = "extension_approved"  # 同意延期
    EXTENSION_REFUSED = "extension_refused"  # 不同意延期
    MERGED = "merged"  # 并案
    UNMERGED = "unmerged"  # 撤销并案
    PARENTED = "parented"  # 关联父事件


class Degree(StrEnum):
    """督办 in its three degrees."""

    ORDINARY = "ordinary"  # 普通督办
    YELLOW = "yellow"  # 黄牌
    RED = "red"  # 红牌


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One act: who, when, at which level, about what. Empty text and None where a kind has no use for them."""

    kind: ActKind
    at: datetime
    by: str = ""
    #: the account that asked: two officers may have the same name
    account: str = ""
    level: Level | None = None
    #: the unit that was called or reported in, or that is supervised
    unit: str = ""
    note: str = ""
    attachments: tuple[str, ...] = ()
    degree: Degree | None = None
    #: the event merged into, or the parent; empty where a parent was taken away
    other_id: str = ""
    #: an approval after which the extension holds
    is_final: bool = False
    command_id: str = ""
    fact_id: str = ""


def happened(act: Act) -> tuple[datetime, str]:
    """The order of acts in time."""
    return act.at, act.fact_id
