"""Feeds in and facts out, joined for a web process."""

from cockpit.api.rooms.feeds import FeedRoom
from cockpit.api.rooms.outward import OutwardRoom
from cockpit.feeding import dead_letter_of, posted_feeds, taker_maker
from cockpit.outward import subscribing_of
from cockpit.services.readings import ReadingIntake
from cockpit.web_parts import WebParts, now


def feed_room(web: WebParts) -> FeedRoom:
    """One intake for everything that is posted."""
    parts = web.parts
    readings = ReadingIntake(lane=parts.readings, clock=now)
    make_taker = taker_maker(web.intake, web.meter, readings=readings, clock=now, expiries=parts.expiries)
    return FeedRoom(
        intake=web.intake,
        meter=web.meter,
        posted_feeds=posted_feeds(parts.feed_files, make_taker, dead_letter_of(parts.dead_messages)),
        readings=readings,
        dead_messages=parts.dead_messages,
    )


def outward_room(web: WebParts) -> OutwardRoom:
    return OutwardRoom(facts=web.parts.facts, outward=subscribing_of(web.parts))
