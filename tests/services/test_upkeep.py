"""保养: old things leave, new ones stay."""

from datetime import timedelta

from sqlalchemy import Engine

from cockpit.domain.commands import SwitchMode
from cockpit.domain.mode import Mode
from cockpit.services.upkeep import Upkeep
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.store.notices import Notices
from cockpit.stream.commands import MemoryCommandLog
from cockpit.stream.lane import millis_of
from tests.stories import NOON


def test_fixes_and_keys_leave_after_their_time(engine: Engine) -> None:
    fixes, keys, commands = FixArchive(engine), IdempotencyKeys(engine), MemoryCommandLog()
    old, new = millis_of(NOON - timedelta(days=8)), millis_of(NOON)
    fixes.record([StoredBatch(f"{ms}-0", ms, ms, 1, b"fixes") for ms in (old, new)], [])
    keys.claim("duty", "old", "c1", NOON - timedelta(days=8))
    keys.claim("duty", "new", "c2", NOON)
    commands.append([SwitchMode(command_id="c1", by="duty", scope="330110", at=NOON, mode=Mode.PEACETIME)])
    upkeep = Upkeep(
        fixes=fixes, keys=keys, commands=commands, notices=Notices(engine), positions_kept=timedelta(days=7),
        clock=lambda: NOON,
    )  # fmt: skip
    assert upkeep.once() == {"fix_batches": 1, "idempotency_keys": 1, "notices": 0, "commands": 0}
    assert [b.position for b in fixes.list_between(0, new)] == [f"{new}-0"]
    assert sum(upkeep.once().values()) == 0
