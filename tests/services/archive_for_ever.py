"""An archiver as a process of its own, to be killed. Arguments: Redis URL, district, database URL."""

import sys
from threading import Event

from cockpit.services.archiver import Archiver
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.database import open_engine
from cockpit.store.fixes import FixArchive
from cockpit.store.journal import Journal
from cockpit.stream.connection import connect
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from cockpit.stream.positions import RedisPositionLane
from tests.stories import recorder_of

if __name__ == "__main__":
    url, district, database = sys.argv[1:]
    client, engine = connect(url), open_engine(database)
    Archiver(
        facts=RedisFactLog(client, Keys(district)),
        positions=RedisPositionLane(client, Keys(district)),
        journal=Journal(engine),
        fixes=FixArchive(engine),
        checkpoints=Checkpoints(engine),
        recorder=recorder_of(engine),
        consumer="one",
    ).run(Event())
