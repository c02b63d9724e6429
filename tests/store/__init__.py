"""The database: one contract, kept by SQLite and by PostgreSQL."""
