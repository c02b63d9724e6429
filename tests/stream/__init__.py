"""The streams: one contract, kept by Redis and by memory."""
