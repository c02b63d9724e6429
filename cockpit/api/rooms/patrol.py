"""巡检: findings of cameras and drones, their pictures, and what people said of them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.attachments import AttachmentTable, PhotoStore
from cockpit.api.feed_pictures import FeedPictures
from cockpit.api.finding_items import FindingWords
from cockpit.api.openapi_patrol import patrol_paths
from cockpit.api.patrol import Patrol, patrol_blueprint
from cockpit.api.room import Core, RoomDocument
from cockpit.api.verdicts import Verdicts
from cockpit.services.finding_pictures import FindingPictures
from cockpit.services.finding_rules import FindingRules
from cockpit.services.past_findings import PastFindings
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.standards import StandardsBook


@dataclass(frozen=True, kw_only=True)
class PatrolRoom:
    """`/findings…`, `/patrol…`."""

    document: ClassVar[RoomDocument] = RoomDocument(patrol_paths)

    responsibilities: ResponsibilityBook
    standards: StandardsBook
    photos: PhotoStore
    attachments: AttachmentTable
    #: thresholds for findings, and the findings that have left the fold
    finding_rules: Callable[[], FindingRules] = FindingRules
    past_findings: PastFindings | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        pictures = FindingPictures(lambda: self.finding_rules().picture_hosts, monotonic=time.monotonic)
        words = FindingWords(pictures.may_fetch, self.responsibilities.now)
        yield patrol_blueprint(
            Patrol(core.instants, words, pictures, self.finding_rules, self.standards),
            Verdicts(core.instants, self.past_findings),
            FeedPictures(self.photos, self.attachments, city=core.city, clock=core.clock),
        )
