"""`POST feeds/pictures`: a finding's picture, stored here at intake; the finding then names its address."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, request

from cockpit.api.attachments import LARGEST_BYTES, AttachmentTable, PhotoStore
from cockpit.api.body import read_body
from cockpit.api.identity import require
from cockpit.api.problem import ProblemError, answered
from cockpit.services.city import City
from cockpit.services.photos import PhotoError, StorageFullError
from cockpit.store.accounts import Role


class FeedPictures:
    """Takes pictures of feeds. Whose scope covers the place that is told may see one, and nobody below it."""

    def __init__(
        self, photos: PhotoStore, table: AttachmentTable, *, city: City, clock: Callable[[], datetime]
    ) -> None:
        self._photos, self._table, self._city, self._clock = photos, table, city, clock

    def post(self) -> Response:
        """The picture is the body, `?lon=&lat=` where it was taken. 201 with the address for the finding."""
        asking = require(Role.FEED, Role.ADMIN)
        body = read_body(request, largest=LARGEST_BYTES)
        try:
            photo = self._photos.take(body)
        except PhotoError as wrong:
            raise ProblemError(415, f"the picture {wrong}", rule="no_photo") from None
        except StorageFullError:
            raise ProblemError(507, "there is no more room for pictures here", rule="no_room") from None
        codes = [asking.scope.code]
        try:
            there = self._city.locate(float(request.args.get("lon", "")), float(request.args.get("lat", "")))
        except ValueError:
            there = None
        if there is not None and asking.scope.covers(there):
            codes.append(there)
        self._table.record(
            photo.photo_id, codes=codes, account=asking.account.token_id, size=photo.size, at=self._clock()
        )
        url = f"/api/v1/attachments/{photo.photo_id}"
        return answered(
            201, {"id": photo.photo_id, "url": url, "width": photo.width, "height": photo.height, "bytes": photo.size}
        )
