"""Which fixtures every test may ask for."""

pytest_plugins = ["tests.valkey", "tests.postgres"]
