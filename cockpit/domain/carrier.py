"""主办: the unit that carries an event, which is not always the one that wrote the latest step about it."""

from cockpit.domain.event import Event
from cockpit.domain.stage import Stage

#: a step here names who does the work
_CARRIED = frozenset({Stage.ASSIGNED, Stage.HANDLING, Stage.FED_BACK})
#: after a step here nobody does, until it is assigned again
_PUT_DOWN = frozenset({Stage.RETURNED, Stage.ESCALATED, Stage.REOPENED})


def carrier_of(event: Event) -> str:
    """The unit that handles the event, or handled it last; empty where it was never given to anybody.

    The centre that checks and closes a case did not carry it. Where nothing but the closing was told, as tables do,
    the unit beside it is the only one known.
    """
    carrier, is_told = "", False
    for step in event.effective_steps:
        if step.stage in _CARRIED:
            carrier, is_told = step.unit or carrier, True
        elif step.stage in _PUT_DOWN:
            carrier = ""
    return event.unit if event.is_finished and not is_told else carrier
