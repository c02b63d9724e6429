"""为何无数: why a figure has no value. A zero that comes of not knowing is no zero."""

from enum import StrEnum


class Why(StrEnum):
    """Why there is no value."""

    NO_SAMPLE = "no_sample"  # 无样本: an empty denominator
    BEFORE_DATA = "before_data"  # the data begin later
    FEED_LOST = "feed_lost"  # 断流: the only source that could tell it was lost then
    NOT_KEPT = "not_kept"  # 未留存: it stands at an instant, and how it stood earlier is not kept
    FILTERED = "filtered"  # 不适用: what the page is narrowed down to is told of events only
    NO_BOOK = "no_book"  # 无住户底册: nobody knows how many live there
    WHOLE_DAYS = "whole_days"  # 按整日计: it is told of whole local days, and the period begins within one
    CATCHING_UP = "catching_up"  # 补算中: it is told from what arrived, and that is not yet through
    NO_ROSTER = "no_roster"  # 无花名册: nobody knows who should be there
