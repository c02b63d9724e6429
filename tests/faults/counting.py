"""Counting what is there after a fault, by id: in the journal and on a screen, each once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
from sqlalchemy import text

from cockpit.store.database import open_engine
from tests.cli.running import Running, until
from tests.faults.intake import ENOUGH, PersistentSource

#: after the last fault, on a machine that has much else to do; a process that died again and again waits ten of them
SETTLED_WITHIN_S = 90.0


def rows(up: Running, query: str) -> Sequence[Any]:
    """What the installation's database answers."""
    engine = open_engine(up.env.get("COCKPIT_DATABASE_URL", f"sqlite:///{up.data_dir / 'cockpit.db'}"))
    try:
        with engine.connect() as connection:
            return connection.execute(text(query)).all()
    finally:
        engine.dispose()


def archived(up: Running) -> Counter[str]:
    """How often the journal has each event's report, by the event's public id."""
    found = rows(up, "SELECT fact_id FROM facts WHERE type = 'EventReported'")
    return Counter(fact_id.removeprefix("event:") for (fact_id,) in found)


def nothing_is_lost_or_doubled(up: Running, source: PersistentSource) -> None:
    """Every acknowledged report is in the journal and on a screen, once."""
    acknowledged = source.acknowledged
    assert len(acknowledged) > ENOUGH, "hardly anything was posted"
    assert not source.refused
    assert len(set(acknowledged)) == len(acknowledged)
    missing = set(acknowledged)
    until(lambda: missing <= set(archived(up)), within_s=SETTLED_WITHIN_S, what="all acknowledged are archived")
    assert not [event_id for event_id, times in archived(up).items() if times != 1]
    with up.client(up.linked_token("screen")) as client:
        until(
            lambda: missing <= set(visible(client)),
            within_s=SETTLED_WITHIN_S,
            what=f"all {len(acknowledged)} acknowledged are visible",
        )
        assert not [event_id for event_id, times in Counter(visible(client)).items() if times != 1]
    print(f"{len(acknowledged)} acknowledged, {source.retries} posts repeated, nothing lost, nothing twice")


def visible(client: httpx.Client) -> list[str]:
    """The ids of all events that a screen would show; none while it does not answer."""
    found: list[str] = []
    cursor = None
    while True:
        query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        answer = client.get("events", params=query)
        if answer.status_code != 200:
            return []
        page = answer.json()
        found += [item.get("id") or item["event_id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            return found
