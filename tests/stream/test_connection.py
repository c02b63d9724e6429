"""The way to Redis: one server, or a cluster by the names of some of its nodes."""

import pytest
from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisClusterException

from cockpit.stream.connection import FAILED, UNAVAILABLE, connect, nodes_of
from cockpit.stream.keys import Keys
from tests.redis_cluster import Cluster


def test_a_single_server_is_one_node(redis_client: Redis) -> None:
    assert list(nodes_of(redis_client).values()) == [redis_client]


def test_a_cluster_is_found_by_some_of_its_nodes_though_the_first_is_away(redis_cluster: Cluster) -> None:
    url = redis_cluster.url.replace("@", "@127.0.0.1:1,", 1)
    client = connect(url)
    assert isinstance(client, RedisCluster)
    assert {name.rpartition(":")[2] for name in nodes_of(client)} == {str(node.port) for node in redis_cluster.nodes}
    client.close()


def test_all_keys_of_a_district_lie_together_and_districts_spread(cluster_client: RedisCluster) -> None:
    def nodes(district: str) -> set[str]:
        keys = Keys(district)
        names = [keys.facts.stream, keys.facts.seen, keys.positions.dead, keys.commands.stream, keys.heartbeats]
        return {cluster_client.get_node_from_key(name).name for name in names}  # type: ignore[union-attr]

    assert all(len(nodes(f"3301{n:02}")) == 1 for n in range(20))
    assert len({name for n in range(20) for name in nodes(f"3301{n:02}")}) == 3


@pytest.mark.parametrize("hosts", ["", "redis.example", "redis.example:port", "a:1,"])
def test_an_address_of_a_cluster_that_names_no_node_is_told(hosts: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        connect(f"redis+cluster://{hosts}")


def test_a_cluster_that_cannot_be_reached_is_away() -> None:
    with pytest.raises(RedisClusterException) as away:
        connect("redis+cluster://127.0.0.1:1", retries=0)
    assert isinstance(away.value, UNAVAILABLE) and isinstance(away.value, FAILED)
