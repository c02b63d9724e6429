"""Where a fact lies: the division or grid code by which it is told to other systems."""

from cockpit.domain.facts import Fact
from cockpit.situation.situation import Situation


def code_of(fact: Fact, situation: Situation) -> str | None:
    """The code of a fact's place; the city's own for what has none (feeds, calendar, refusals).

    None for a fact about an event, order, evacuation or plan run that the fold does not hold any more.
    """
    told = getattr(fact, "report", None) or getattr(fact, "order", None) or fact
    place = getattr(told, "place", None)
    code = place.code if place is not None else getattr(told, "code", "") or getattr(told, "scope", "")
    if code:
        return str(code)
    if (event_id := getattr(fact, "event_id", None)) is not None:
        event = situation.events.get(event_id)
        return event.report.place.code if event else None
    if (order_id := getattr(fact, "order_id", None)) is not None:
        order = situation.orders.get(order_id)
        return order.issued.place.code if order else None
    if (evacuation_id := getattr(fact, "evacuation_id", None)) is not None:
        board = situation.evacuations.get(evacuation_id)
        return board.evacuation.code if board else None
    if (run_id := getattr(fact, "run_id", None)) is not None:
        running = situation.plan_runs.get(run_id)
        return running.run.code if running else None
    return situation.rules.city_code
