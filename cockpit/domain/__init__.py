"""The field in plain Python: no Redis, SQL, Dash, clock or randomness."""
