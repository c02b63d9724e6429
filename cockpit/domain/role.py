"""角色: what an account is for."""

from enum import StrEnum


class Role(StrEnum):
    """What a token is for."""

    SCREEN = "screen"
    LEADER = "leader"
    DUTY = "duty"
    GRIDWORKER = "gridworker"
    FEED = "feed"
    ADMIN = "admin"
