"""What is learned from: closed events that have a category, the newest first."""

from sqlalchemy import Engine

from cockpit.domain.stage import Stage
from cockpit.store.cases import ClosedCase, ClosedCases
from tests.services.test_recording import note
from tests.stories import NOON, entered, minutes, reported


def test_closed_events_with_a_category_teach_and_no_others(engine: Engine) -> None:
    cases = ClosedCases(engine)
    assert (cases.count(), cases.newest(10)) == (0, [])
    for number, category, stage in (
        (1, "event.04.06", Stage.CLOSED), (2, "", Stage.CLOSED), (3, "event.04.06", Stage.HANDLING),
        (4, "event.01.10", Stage.REJECTED), (5, "event.01.12", Stage.CLOSED),
    ):  # fmt: skip
        told = reported(number, category=category, description=f"第{number}件", category_text="街面")
        assigned = entered(number, Stage.ASSIGNED, NOON + minutes(1))
        note(engine, told, assigned, entered(number, stage, NOON + minutes(2)))
    assert cases.count() == 2
    assert cases.newest(1) == [ClosedCase("占道经营", "街面", "第5件", "event.01.12")]
    assert [case.category for case in cases.newest(10)] == ["event.01.12", "event.04.06"]
