"""演示: a believable day in the demo city, told through the public API."""
