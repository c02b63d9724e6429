"""The tables of the address base: doors, people, visits."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import metadata

households = Table(
    "households",
    metadata,
    Column("household_id", Text, primary_key=True),
    Column("building_code", Text, nullable=False),
    Column("building_name", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("needs_help", Boolean, nullable=False),
    Column("lon", Float(53), nullable=False),
    Column("lat", Float(53), nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    #: the grid, or the finest division known; empty for rows that were imported before there was this column
    Column("code", String(15), nullable=False, server_default=""),
    #: when the door came into the book, in ms since 1970
    Column("added_ms", BigInteger, nullable=False, server_default="0"),
    #: of the book, when this row was last written
    Column("version", BigInteger, nullable=False, server_default="0"),
    Index(None, "lat", "lon"),
    Index(None, "building_code"),
    Index(None, "code"),
    Index(None, "version"),
)

#: 住户: one row a person. What a person is looked up by is looked up whole, so plain indexes are enough
residents = Table(
    "residents",
    metadata,
    Column("resident_id", Text, primary_key=True),
    Column("household_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    #: first letters of the name's pinyin
    Column("initials", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("tenure", Text, nullable=False),
    Column("birth_year", Integer),
    Column("id_number", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("need", Text, nullable=False),
    Index(None, "household_id"),
    Index(None, "name"),
    Index(None, "initials"),
    Index(None, "id_number"),
    Index(None, "phone"),
)

#: 走访: when somebody last checked who lives behind a door
household_visits = Table(
    "household_visits",
    metadata,
    Column("household_id", Text, primary_key=True),
    Column("code", String(15), nullable=False),
    Column("visited_at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Index(None, "code"),
)

#: 核查 of doors, each once: visits, and files that said something else than before. Nothing is ever taken away
household_checks = Table(
    "household_checks",
    metadata,
    Column("household_id", Text, primary_key=True),
    #: ms since 1970
    Column("checked_ms", BigInteger, primary_key=True, autoincrement=False),
    #: when we were told of it
    Column("known_ms", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index(None, "version"),
)

#: one row a book: counted up by every transaction that changes it, which holds the row until its end
book_versions = Table(
    "book_versions",
    metadata,
    Column("book", String(32), primary_key=True),
    Column("version", BigInteger, nullable=False),
    #: what it said before this instant was not kept; 0 where it was from the first line on
    Column("since_ms", BigInteger, nullable=False, server_default="0"),
)
