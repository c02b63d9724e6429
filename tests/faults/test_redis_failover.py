"""A whole cockpit on a primary and its replica, which takes over when the primary is killed while reports come in."""

import os
import random

import pytest

from tests.cli.running import cockpit, running, until
from tests.faults.counting import nothing_is_lost_or_doubled
from tests.faults.intake import PersistentSource
from tests.redis_sentinel import Replicated

ROUNDS = int(os.environ.get("COCKPIT_FAULT_FAILOVERS", "2"))
SEED = int(os.environ.get("COCKPIT_FAULT_SEED", "11"))

pytestmark = pytest.mark.faults


def _goes_on(source: PersistentSource, *, more: int = 1) -> None:
    enough = len(source.acknowledged) + more
    until(lambda: len(source.acknowledged) >= enough, within_s=90, what="reports are taken")


def test_what_was_acknowledged_is_there_after_the_replica_has_taken_over(
    replicated_redis: Replicated, tmp_path
) -> None:
    chance = random.Random(SEED)
    env = {"COCKPIT_REDIS_URL": replicated_redis.url, "COCKPIT_REDIS_WAIT_REPLICAS": "1"}
    with running(tmp_path / "data", "--no-simulate", **env) as up:
        with PersistentSource(up, up.linked_token("admin")) as source:
            for _ in range(ROUNDS):
                _goes_on(source, more=chance.randint(5, 30))
                killed = replicated_redis.primary()
                killed.kill()
                replicated_redis.until_taken_over(killed)
                killed.start()
                replicated_redis.until_replicated()
                _goes_on(source)
            source.stop()
        nothing_is_lost_or_doubled(up, source)
        assert set(source.statuses) <= {202, 503}  # what is away is told, and nothing breaks
        told = cockpit("doctor", "--data-dir", str(up.data_dir), **up.env)
        assert "1 replicas follow, 1 must have what is acknowledged" in told.stdout, told.stdout
