"""对外推送 under kill -9: between the receiver's yes and our writing it down."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cockpit.services.outward.courier import Courier
from cockpit.store.outward import Outward, OutwardFact, Subscription
from tests.services.outward.receiver import SECRET, Receiver, serving
from tests.stories import NOON

pytestmark = pytest.mark.faults

#: delivers one message and dies by its own hand before the outbox knows
_DELIVER_AND_DIE = """
import os, signal, sys
from tests.faults.test_outward import courier_on
from cockpit.store.database import open_engine
from cockpit.store.outward import Outward
engine = open_engine(sys.argv[1])
if sys.argv[2] == "die":
    Outward.acknowledged = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
courier, table = courier_on(engine)
while courier.deliver(table.find("sub_a")):
    pass
"""


def courier_on(engine: Engine) -> tuple[Courier, Outward]:
    """A courier whose outbox is filled already."""
    from datetime import UTC, datetime

    from cockpit.services.outward.guard import Guard, networks_of
    from cockpit.services.outward.posting import Poster

    table = Outward(engine)
    poster = Poster(Guard(networks_of("127.0.0.0/8"), plain_http=True), clock=lambda: datetime.now(UTC))
    return Courier(table, None, poster, holder="h", most_tries=9), table  # type: ignore[arg-type]  # nothing to fill


def test_a_kill_between_delivery_and_marking_loses_nothing_and_repeats_only_what_can_be_told_apart(
    engine: Engine, database_url: str
) -> None:
    with serving(Receiver()) as receiver:
        table = Outward(engine)
        table.add(
            Subscription(
                id="sub_a", name="a", url=receiver.url, code="", kinds=(), personal=False, secret=SECRET,
                created_by="t", created_at=NOON, filled="0", due_at=NOON,
            )
        )  # fmt: skip
        rows = [OutwardFact(1, n, f"f{n}", f'{{"fact_id":"f{n}","data":"{"长" * 3_000}"}}') for n in range(200)]
        table.fill("sub_a", rows, after="0", filled="1-200")
        engine.dispose()

        def run(how: str) -> int:
            command = [sys.executable, "-c", _DELIVER_AND_DIE, database_url, how]
            return subprocess.run(command, cwd=Path(__file__).parents[2], env=dict(os.environ), timeout=120).returncode

        assert [run("die"), run("die"), run("live")] == [-signal.SIGKILL, -signal.SIGKILL, 0]
        assert table.backlogs() == {}
        ids = [message_id for message_id, _ in receiver.messages]
        assert ids[0] == ids[1] == ids[2], "the same message came until it was written down"
        once = dict(receiver.messages)
        assert [f["fact_id"] for told in once.values() for f in told["data"]["facts"]] == [f"f{n}" for n in range(200)]
        found = table.find("sub_a")
        assert found is not None
        assert found.delivered == 200
