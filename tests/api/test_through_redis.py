"""The way from the door into the fold through a real server: acknowledged is in the stream, and 503 is no lie."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cockpit.services.archiver import Archiver
from cockpit.services.intake import Intake
from cockpit.services.past_movers import PastMovers
from cockpit.situation.wire import unpack as unpacked
from cockpit.store.accounts import Role
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.fixes import FixArchive
from cockpit.store.journal import Journal
from cockpit.stream.embedded import EmbeddedServer
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.fix_batch import unpack
from cockpit.stream.keys import Keys
from cockpit.stream.positions import RedisPositionLane
from tests.api.town import HERE, Town, event, position, transition
from tests.stories import recorder_of


def joined(town: Town, client: Redis, keys: Keys, **given: Any) -> Town:
    town.facts, town.positions = RedisFactLog(client, keys), RedisPositionLane(client, keys)
    town.fold._facts, town.fold._positions = town.facts, town.positions
    journal = Journal(town.engine)
    intake = Intake(
        city=town.city, facts=town.facts, positions=town.positions, clock=town.clock, archived=journal.known
    )
    return town.build(intake=intake, **given)


def archived(town: Town) -> FixArchive:
    """What the town was told lies in its database now."""
    archive = FixArchive(town.engine)
    Archiver(
        facts=town.facts, positions=town.positions, journal=Journal(town.engine), fixes=archive,
        checkpoints=Checkpoints(town.engine), recorder=recorder_of(town.engine), consumer="one",
    ).step(block_ms=0)  # fmt: skip
    return archive


def test_what_is_acknowledged_is_folded(bare_town: Town, redis_client: Redis, keys: Keys) -> None:
    town = joined(bare_town, redis_client, keys)
    feed = town.caller(Role.FEED)
    assert feed.post("feeds/events", [event(1), event(2), event(1)]).json["duplicate"] == 1
    assert feed.post("feeds/positions", [position("a"), position("b")]).json["accepted"] == 2
    assert feed.post("feeds/events", event(2)).json == {"accepted": 0, "duplicate": 1, "rejected": []}
    town.fold.follow()
    caller = town.caller()
    assert caller.get("events").json["total"] == 2
    assert caller.get("gridworkers").json["total"] == 2


def test_unknown_fields_of_a_position_reach_the_archive(bare_town: Town, redis_client: Redis, keys: Keys) -> None:
    town = joined(bare_town, redis_client, keys)
    told = [
        position("a"),
        position("b", lat=99, vendor="refused with its position"),
        position("c", vendor="北斗", cell={"mcc": 460, "signal": [-71, None]}),
        position("d", extra={"step_count": 7}),
    ]
    assert town.caller(Role.FEED).post("feeds/positions", told).json["accepted"] == 3
    (kept,) = archived(town).list_between(0, 2**50)
    batch = unpack(kept.body)
    assert {batch.subjects[batch.subject[row]]: extra for row, extra in batch.extra.items()} == {
        "c": {"vendor": "北斗", "cell": {"mcc": 460, "signal": [-71, None]}},
        "d": {"step_count": 7},
    }


def test_an_instant_of_the_past_shows_who_was_where(bare_town: Town, redis_client: Redis, keys: Keys) -> None:
    # positions lie in the archive by the stream's own clock
    bare_town.now = datetime.now(UTC)
    archive = FixArchive(bare_town.engine)
    past = PastMovers(city=bare_town.city, archive=archive, heard_within=timedelta(minutes=15))
    town = joined(bare_town, redis_client, keys, movers_at=past.at)
    told = [position("a", at=town.now.isoformat()), position("b", kind="vehicle", at=town.now.isoformat())]
    assert town.caller(Role.FEED).post("feeds/positions", told).json["accepted"] == 2
    archived(town)
    then, caller = town.now + timedelta(seconds=5), town.caller()
    town.now += timedelta(hours=1)
    answer = caller.get("movers", as_of=then.isoformat()).json
    assert [(who, answer["kinds"][kind]) for _, who, kind in answer["rows"]] == [("a", "gridworker"), ("b", "vehicle")]
    assert unpacked(base64.b64decode(answer["buf"])).lon.tolist() == pytest.approx([HERE[0]] * 2)
    assert [item["subject_id"] for item in caller.get("gridworkers", as_of=then.isoformat()).json["items"]] == ["a"]
    before = (then - timedelta(minutes=1)).isoformat()
    assert caller.get("movers", as_of=before).json["rows"] == []
    assert caller.get("gridworkers", as_of=before).json["total"] == 0


def test_what_was_forgotten_long_ago_is_still_not_taken_twice(bare_town: Town, redis_client: Redis, keys: Keys) -> None:
    town = joined(bare_town, redis_client, keys)
    long_ago = town.now - timedelta(days=400)
    story = [event(1, reported_at=long_ago.isoformat(), due_at=None), event(2)]
    steps = [transition(1, "closed", -60 * 24 * 399)]
    feed = town.caller(Role.FEED)
    assert feed.post("feeds/events", story).json["accepted"] == 2
    assert feed.post("feeds/transitions", steps).json["accepted"] == 1
    archived(town)
    assert town.facts.forget_seen(town.now - timedelta(days=100)) == 1
    before = town.facts.length()
    assert feed.post("feeds/events", [*story, event(3)]).json == {"accepted": 1, "duplicate": 2, "rejected": []}
    assert feed.post("feeds/transitions", steps).json == {"accepted": 0, "duplicate": 1, "rejected": []}
    assert town.facts.length() == before + 1


@pytest.fixture
def mortal_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "mortal")
    yield server
    server.stop()


def test_nothing_is_acknowledged_while_the_server_is_gone_and_nothing_is_lost_afterwards(
    bare_town: Town, mortal_server: EmbeddedServer
) -> None:
    client = Redis.from_url(mortal_server.start(), retry=Retry(NoBackoff(), 0), protocol=2)
    town = joined(bare_town, client, Keys("mortal"))
    feed = town.caller(Role.FEED)
    assert feed.post("feeds/events", event(1)).status_code == 202
    mortal_server.stop()
    for kind, message in (("events", event(2)), ("positions", position())):
        answer = feed.post(f"feeds/{kind}", message)
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    mortal_server.start()
    assert feed.post("feeds/events", [event(1), event(2)]).json == {"accepted": 1, "duplicate": 1, "rejected": []}
    assert feed.post("feeds/positions", position()).json["accepted"] == 1
    town.fold.follow()
    assert town.caller().get("events").json["total"] == 2
    client.close()
