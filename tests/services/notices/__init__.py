"""Notices: the outbox and what empties it."""
