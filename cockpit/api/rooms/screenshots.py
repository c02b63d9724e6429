"""导出图片: pages of the cockpit as PNG."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.openapi_screenshots import SCREENSHOT_MODELS, screenshot_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.api.screenshots import ScreenshotAnswers, screenshots_blueprint
from cockpit.services.screenshots.desk import ScreenshotDesk


@dataclass(frozen=True, kw_only=True)
class ScreenshotRoom:
    """`/screenshots…`."""

    document: ClassVar[RoomDocument] = RoomDocument(screenshot_paths, SCREENSHOT_MODELS)

    desk: ScreenshotDesk

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield screenshots_blueprint(ScreenshotAnswers(self.desk, city=core.city, clock=core.clock))
