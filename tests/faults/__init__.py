"""Processes are killed at random instants while reports come in; what was acknowledged must be there, once."""
