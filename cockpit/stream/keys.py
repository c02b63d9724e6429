"""Names of the keys in Redis: one hash tag per district, so Redis Cluster keeps a district together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LaneKeys:
    """The keys of one lane: its stream, dead letters, the prefix of ids it has seen, how far it was trimmed."""

    stream: str
    dead: str
    seen: str
    floor: str


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of one district; its code is the hash tag."""

    district: str

    def key(self, name: str) -> str:
        """`cockpit:{330110}:name`."""
        return f"cockpit:{{{self.district}}}:{name}"

    def _lane(self, name: str, prefix: str) -> LaneKeys:
        return LaneKeys(*(self.key(n) for n in (name, f"{prefix}dead", f"{prefix}seen", f"{prefix}floor")))

    @property
    def facts(self) -> LaneKeys:
        return self._lane("facts", "")

    @property
    def commands(self) -> LaneKeys:
        return self._lane("commands", "commands:")

    @property
    def positions(self) -> LaneKeys:
        return self._lane("positions", "positions:")

    @property
    def readings(self) -> LaneKeys:
        return self._lane("readings", "readings:")

    @property
    def feeds(self) -> str:
        return self.key("feeds")

    def feed_reasons(self, feed: str) -> str:
        """Why messages of a feed were refused, with counts."""
        return self.key(f"feeds:why:{feed}")

    @property
    def dead_messages(self) -> str:
        """Messages of feeds that could not even be looked at."""
        return self.key("feeds:dead")

    @property
    def rules_failed(self) -> str:
        """Alarm rules that failed at work, with the reason."""
        return self.key("rules:failed")

    @property
    def heartbeats(self) -> str:
        return self.key("heartbeats")

    @property
    def fixes(self) -> str:
        return self.key("fixes")
