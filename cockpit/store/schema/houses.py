"""The tables of the address base: doors, people, visits."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

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
    Index(None, "lat", "lon"),
    Index(None, "building_code"),
    Index(None, "code"),
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
