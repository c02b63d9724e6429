"""鲜活指标: records of the books that were checked or heard of within their rule.

Columns: `fresh` within its rule at the instant, `device` for a device of the registry and not a door of the houses.
What no rule waits for is no row.
"""

import numpy as np

from cockpit.situation.indicator import Better, Columns, Group, Indicator, MaskOf, Moment, Subject
from cockpit.situation.table import Mask


def _all(records: Columns, _moment: Moment) -> Mask:
    return np.ones(len(records.rows["code"]), dtype=bool)


def _doors(records: Columns, _moment: Moment) -> Mask:
    return np.asarray(~records.rows["device"])


def _devices(records: Columns, _moment: Moment) -> Mask:
    return np.asarray(records.rows["device"])


def _fresh(of: MaskOf) -> MaskOf:
    def fresh(records: Columns, moment: Moment) -> Mask:
        return np.asarray(of(records, moment) & records.rows["fresh"])

    return fresh


RECORDS = tuple(
    Indicator(
        name=name, version=1, numerator=_fresh(of), denominator=of, better=Better.HIGHER, group=Group.RECORDS,
        subject=Subject.RECORDS, is_of_instant=True,
    )
    for name, of in (
        ("fresh_record_rate", _all),
        ("fresh_household_rate", _doors),
        ("fresh_device_rate", _devices),
    )
)  # fmt: skip
