"""现场: what the screens of a scope in wartime know of its incident."""

from cockpit.domain.assignment import GivenLimit
from cockpit.domain.facts import ModeChanged
from cockpit.domain.limit import parse_limit
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.services.wartime.scenes import Scenes
from cockpit.situation.view import event_row, millis
from tests.laws.test_the_fold import fold
from tests.stories import NOON, minutes, reported

CITY = "330110"
OVERTIME_AT = 4


def test_the_incident_has_the_clock_that_the_desk_shows_before_anybody_has_accepted_it_too() -> None:
    given = GivenLimit(limit=parse_limit("2 紧急工作时"), condition="")
    war = ModeChanged(
        fact_id="mode", at=NOON, received_at=NOON, scope=CITY, mode=Mode.WARTIME, event_id="hotline_12345:1",
        by="周值班长", command_id="c",
    )  # fmt: skip
    situation = fold([reported(1, due_at=None, given=given), war])
    event = situation.events["hotline_12345:1"]
    scene = Scenes().read(situation, Scope(CITY), NOON + minutes(1))
    assert scene is not None
    assert scene.overtime_at == NOON + minutes(15), "nobody has accepted it: that clock runs first"
    row = event_row(event, situation.timing, situation.clocked.get(event.event_id))
    assert millis(scene.overtime_at) == row[OVERTIME_AT]
