"""对外推送: who is told facts without asking, and the stream of facts for those who ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.fact_stream import Facts, FactStream, fact_stream_blueprint
from cockpit.api.openapi_outward import OUTWARD_MODELS, outward_paths
from cockpit.api.outward import OutwardAnswers, outward_blueprint
from cockpit.api.room import Core, RoomDocument
from cockpit.services.outward.subscribing import Subscribing


@dataclass(frozen=True, kw_only=True)
class OutwardRoom:
    """`/outward/…`, `/stream/facts`."""

    document: ClassVar[RoomDocument] = RoomDocument(outward_paths, OUTWARD_MODELS)

    #: what other systems may follow
    facts: Facts
    #: who is told facts without asking
    outward: Subscribing

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield fact_stream_blueprint(FactStream(core.projection, self.facts))
        yield outward_blueprint(OutwardAnswers(self.outward, core.audit, clock=core.clock))
