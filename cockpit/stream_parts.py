"""The parts of a process that lie in Redis, joined from its settings; `Parts` has them and all others."""

from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.exits import TellError
from cockpit.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

    from cockpit.stream.commands import CommandLog
    from cockpit.stream.dead_messages import DeadMessages
    from cockpit.stream.expiries import Expiries
    from cockpit.stream.facts import FactLog
    from cockpit.stream.health import Health
    from cockpit.stream.keys import Keys
    from cockpit.stream.positions import PositionLane
    from cockpit.stream.readings import ReadingLane
    from cockpit.stream.rule_failures import RuleFailures


class StreamParts:
    """Made when first asked for, and once. `Parts` says which district it is."""

    settings: Settings

    @cached_property
    def district(self) -> str:
        raise NotImplementedError

    @cached_property
    def redis(self) -> "Redis":
        from cockpit.stream.connection import UNAVAILABLE, connect, is_cluster

        try:
            url = self.settings.redis()
            if self.settings.redis_wait_replicas and is_cluster(url):
                raise TellError("COCKPIT_REDIS_WAIT_REPLICAS is for sentinels; set min-replicas-to-write in a cluster")
            return connect(url)
        except LookupError as absent:
            raise TellError(str(absent.args[0])) from absent
        except ValueError as wrong:
            raise TellError(f"REDIS_URL: {wrong}") from wrong
        except UNAVAILABLE as away:
            raise TellError(f"Redis cannot be reached: {away}") from away

    @cached_property
    def keys(self) -> "Keys":
        from cockpit.stream.keys import Keys

        return Keys(self.district)

    @cached_property
    def facts(self) -> "FactLog":
        from cockpit.stream.facts import RedisFactLog

        return RedisFactLog(self.redis, self.keys, replicas=self.settings.redis_wait_replicas)

    @cached_property
    def positions(self) -> "PositionLane":
        from cockpit.stream.positions import RedisPositionLane

        return RedisPositionLane(self.redis, self.keys, replicas=self.settings.redis_wait_replicas)

    @cached_property
    def readings(self) -> "ReadingLane":
        from cockpit.stream.readings import RedisReadingLane

        return RedisReadingLane(self.redis, self.keys, replicas=self.settings.redis_wait_replicas)

    @cached_property
    def commands(self) -> "CommandLog":
        from cockpit.stream.commands import RedisCommandLog

        return RedisCommandLog(self.redis, self.keys, replicas=self.settings.redis_wait_replicas)

    @cached_property
    def dead_messages(self) -> "DeadMessages":
        from cockpit.stream.dead_messages import RedisDeadMessages

        return RedisDeadMessages(self.redis, self.keys)

    @cached_property
    def rule_failures(self) -> "RuleFailures":
        from cockpit.stream.rule_failures import RedisRuleFailures

        return RedisRuleFailures(self.redis, self.keys)

    @cached_property
    def expiries(self) -> "Expiries":
        from cockpit.stream.expiries import RedisExpiries

        return RedisExpiries(self.redis, self.keys)

    @cached_property
    def health(self) -> "Health":
        from cockpit.stream.health import RedisHealth

        return RedisHealth(self.redis, self.keys)
