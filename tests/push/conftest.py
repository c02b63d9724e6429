"""The town of the API's tests serves here too."""

from tests.api.conftest import bare_town, empty_database, town, yuhang

__all__ = ["bare_town", "empty_database", "town", "yuhang"]
