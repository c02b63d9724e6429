"""Redis Streams: the facts and positions lanes."""
