"""The ways by which messages get here; what they say is for the formats."""
