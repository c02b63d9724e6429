"""Alarm rules that failed at work: told by the process that runs them, read by every other."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from redis import Redis

from cockpit.stream.keys import Keys


class RuleFailures(Protocol):
    """Rule → why it is disabled."""

    def tell(self, failed: Mapping[str, str]) -> None:
        """These and no others are disabled now."""

    def find_all(self) -> dict[str, str]:
        """What was told last."""


class RedisRuleFailures:
    """`RuleFailures` in a Redis hash."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client, self._key = cast("Any", client), keys.rules_failed

    def tell(self, failed: Mapping[str, str]) -> None:
        with self._client.pipeline(transaction=True) as pipeline:
            pipeline.delete(self._key)
            if failed:
                pipeline.hset(self._key, mapping=dict(failed))
            pipeline.execute()

    def find_all(self) -> dict[str, str]:
        told = self._client.hgetall(self._key)
        return {name.decode(): why.decode(errors="replace") for name, why in sorted(told.items())}


class MemoryRuleFailures:
    """`RuleFailures` in this process."""

    def __init__(self) -> None:
        self._failed: dict[str, str] = {}

    def tell(self, failed: Mapping[str, str]) -> None:
        self._failed = dict(failed)

    def find_all(self) -> dict[str, str]:
        return dict(sorted(self._failed.items()))
