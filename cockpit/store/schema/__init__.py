"""The tables as they are now, a module for each concern. A change needs a migration; a test compares the two."""

from cockpit.store.schema import accounts, events, houses, journal, layers, learned, outward, reports, things, walks
from cockpit.store.schema.names import metadata as metadata

#: whose tables `metadata` has: a module that is not here is not compared with the migrations
TABLES = (accounts, events, houses, journal, layers, learned, outward, reports, things, walks)
