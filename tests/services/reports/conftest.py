"""The town that reports are made of."""

from pathlib import Path

import pytest

from tests.api.conftest import bare_town, empty_database, town, yuhang  # noqa: F401 - fixtures
from tests.api.town import Town
from tests.services.reports.press import Press, open_press


@pytest.fixture
def press(town: Town, tmp_path: Path) -> Press:  # noqa: F811 - the fixture above
    return open_press(town, tmp_path / "reports")
