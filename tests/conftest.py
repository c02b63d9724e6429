"""Which fixtures every test may ask for, and that no law fails because the machine is busy."""

from hypothesis import settings

settings.register_profile("no_timing", deadline=None)
settings.load_profile("no_timing")

pytest_plugins = ["tests.valkey", "tests.postgres", "tests.mosquitto"]
