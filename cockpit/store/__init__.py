"""SQLAlchemy: journal, checkpoints, accounts."""
