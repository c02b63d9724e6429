"""A whole cockpit on a Redis Cluster, whose node with the district is killed while reports come in."""

import os
import random
import time

import pytest

from cockpit.stream.keys import Keys
from tests.cli.running import cockpit, running, until
from tests.faults.counting import nothing_is_lost_or_doubled
from tests.faults.intake import PersistentSource

ROUNDS = int(os.environ.get("COCKPIT_FAULT_ROUNDS", "3"))
SEED = int(os.environ.get("COCKPIT_FAULT_SEED", "11"))

pytestmark = pytest.mark.faults


def test_what_was_acknowledged_survives_kills_of_the_node_that_has_the_district(redis_cluster, tmp_path):
    chance = random.Random(SEED)
    ours = redis_cluster.node_of(Keys("330110").facts.stream)
    elsewhere = next(node for node in redis_cluster.nodes if node is not ours)
    with running(tmp_path / "data", "--no-simulate", COCKPIT_REDIS_URL=redis_cluster.url) as up:
        with PersistentSource(up, up.linked_token("admin")) as source:
            for victim in [*[ours] * ROUNDS, elsewhere]:
                time.sleep(chance.uniform(0.1, 1.5))
                victim.kill()
                time.sleep(chance.uniform(0.1, 3.0))
                victim.start()
            before = len(source.acknowledged)
            until(lambda: len(source.acknowledged) > before, within_s=60, what="reports are taken again")
            source.stop()
        nothing_is_lost_or_doubled(up, source)
        assert set(source.statuses) <= {202, 503}  # what is away is told, and nothing breaks
        told = cockpit("doctor", "--data-dir", str(up.data_dir), **up.env)
        assert told.stdout.count("version ") >= len(redis_cluster.nodes), told.stdout
        assert "cluster of 3" in told.stdout
