"""What a test brings into a cockpit that really runs: reports that were worked, and a layer's version from a folder."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from cockpit.store.database import open_engine
from cockpit.store.layer_versions import LayerVersion, LayerVersions
from tests.browser.harness.looking import until
from tests.cli.running import Running


def figure(leader: httpx.Client, name: str, **asked: str) -> int:
    """An indicator's numerator."""
    items = leader.get("indicators", params=asked).json()["items"]
    return int(next(item["numerator"] for item in items if item["name"] == name))


def report_and_close(up: Running, events: Sequence[dict[str, Any]], *, closed: int) -> None:
    """Report all of them, bring the first `closed` to their end some minutes ago, and wait until that is folded."""
    now = datetime.now(UTC)
    steps = [
        {
            "event_id": event["event_id"],
            "source": event["source"],
            "stage": stage,
            "at": (now - timedelta(minutes=back)).isoformat(),
        }
        for event in events[:closed]
        for stage, back in (("assigned", 30), ("fed_back", 5), ("closed", 4))
    ]
    with up.client(up.linked_token("admin")) as feed:
        for kind, told in (("events", list(events)), ("transitions", steps)):
            assert feed.post(f"feeds/{kind}", json=told).json()["accepted"] == len(told)
    with up.client(up.linked_token("leader")) as leader:
        until(lambda: figure(leader, "closed_today") == closed, "all is folded")


def show_layer(up: Running, layer: str, folder: Path, total: int) -> None:
    """Make columns that lie in the data directory the first version of a layer."""
    engine = open_engine(f"sqlite:///{up.data_dir / 'cockpit.db'}")
    LayerVersions(engine).add(
        LayerVersion(
            layer=layer, version=1, folder=folder.name, digest="d", source_file="test.csv", crs="wgs84",
            total=total, refused=0, taken_at=datetime.now(UTC),
        )
    )  # fmt: skip
    engine.dispose()
