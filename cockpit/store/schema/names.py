"""How the tables' keys and indexes are called, the list that every table is on, and keys that count up."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)

#: counts up by itself on both databases; SQLite does that only for INTEGER
AUTO = BigInteger().with_variant(Integer, "sqlite")
