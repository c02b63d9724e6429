"""报警漏斗: how far the alarms of a report's span were followed: each step is an indicator's own list."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from cockpit.services.drill_figures import Drilled, Why
from cockpit.situation.indicators import BY_NAME, Part

#: step → the indicator whose numerator it is; what is settled and what is open are together what was raised
STEPS: Mapping[str, str] = {
    "raised": "alarm_raised",
    "acted": "alarm_acted_rate",
    "promoted": "alarm_event_rate",
    "settled": "alarm_settled_rate",
    "judged_false": "alarm_false_rate",
    "open": "alarm_unsettled",
}
_RAISED = BY_NAME[STEPS["raised"]]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmFunnel:
    """What became of the alarms that were raised in a span, as it stood at the span's end."""

    raised: int = 0
    #: somebody or a rule acted on it
    acted: int = 0
    promoted: int = 0
    #: over, by whoever ended it; those judged false among them
    settled: int = 0
    judged_false: int = 0
    open: int = 0
    #: kind → raised, the most first
    kinds: list[tuple[str, int]] = field(default_factory=list)
    #: why nothing of it is known
    why: Why | None = None


def funnel_of(drilled: Drilled) -> AlarmFunnel:
    """The funnel of the question's scope and period, from the same columns and masks as the indicators."""
    figures = drilled.figures([BY_NAME[name] for name in STEPS.values()])
    why = drilled.why(figures[_RAISED.name].whole, of=_RAISED)
    if why is not None:
        return AlarmFunnel(why=why)
    n = {step: figures[name].whole.numerator for step, name in STEPS.items()}
    return AlarmFunnel(
        raised=n["raised"],
        acted=n["acted"],
        promoted=n["promoted"],
        settled=n["settled"],
        judged_false=n["judged_false"],
        open=n["open"],
        kinds=_kinds(drilled),
    )


def _kinds(drilled: Drilled) -> list[tuple[str, int]]:
    told = drilled.told(_RAISED)
    mine = told.picked(_RAISED.part(Part.NUMERATOR, told, drilled.question.period.moment))
    rows = list(range(len(mine)))
    mine.prepare(rows)
    counted = Counter(mine.record_of(row).kind for row in rows)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
