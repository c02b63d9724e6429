"""Feeds: what programs post, in our words or in their own, and what could not be looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from flask import Blueprint

from cockpit.api.dead_letters import DeadLetters, dead_letters_blueprint
from cockpit.api.feed_posts import FeedPosts, feed_posts_blueprint
from cockpit.api.ingest import ingest_blueprint
from cockpit.api.meter import FeedMeter
from cockpit.api.openapi_feeds import FEED_MODELS, feed_paths
from cockpit.api.own_feeds import OwnFeeds
from cockpit.api.room import Core, RoomDocument
from cockpit.services.feeding.posted import PostedFeed
from cockpit.services.intake import Intake
from cockpit.services.readings import ReadingIntake
from cockpit.stream.dead_messages import DeadMessages, MemoryDeadMessages


@dataclass(frozen=True, kw_only=True)
class FeedRoom:
    """`/feeds/…` as far as it is posted."""

    document: ClassVar[RoomDocument] = RoomDocument(feed_paths, FEED_MODELS)

    intake: Intake
    meter: FeedMeter
    #: feeds with words of their own, by name: each at `feeds/NAME`
    posted_feeds: Mapping[str, PostedFeed] = field(default_factory=dict)
    readings: ReadingIntake | None = None
    #: messages of feeds that could not even be looked at
    dead_messages: DeadMessages = field(default_factory=MemoryDeadMessages)

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        own = OwnFeeds(core.projection, city=core.city, clock=core.clock)
        yield ingest_blueprint(self.intake, self.meter, own, clock=core.clock, readings=self.readings)
        yield feed_posts_blueprint(FeedPosts(self.posted_feeds, clock=core.clock))
        yield dead_letters_blueprint(DeadLetters(core.instants, self.dead_messages, city_code=core.city.code))
