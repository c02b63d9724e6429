"""附近: index, roads, ranking."""
