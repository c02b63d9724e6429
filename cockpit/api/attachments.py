"""`POST attachments` · `GET attachments/{id}`: photos of events, moves and orders."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants
from cockpit.api.body import read_body
from cockpit.api.identity import Principal, principal, require
from cockpit.api.problem import ProblemError, answered
from cockpit.services.city import City
from cockpit.services.photos import Photo, PhotoError, StorageFullError
from cockpit.store.accounts import Role

#: a phone makes its photos smaller before it sends them; this takes one as it came from the camera
LARGEST_BYTES = 12 * 1024 * 1024
_A_DAY = timedelta(days=1)
_FOR_EVER_S = 365 * 24 * 3600


class PhotoStore(Protocol):
    """What is needed of `services.photos`."""

    def take(self, body: bytes) -> Photo: ...
    def find(self, photo_id: str) -> bytes | None: ...


class AttachmentTable(Protocol):
    """What is needed of `store.attachments`."""

    def record(self, photo_id: str, *, codes: Iterable[str], account: str, size: int, at: datetime) -> None: ...
    def seers_of(self, photo_id: str) -> list[tuple[str, str]]: ...
    def brought_since(self, account: str, at: datetime) -> int: ...


class AttachmentDesk:
    """Takes photos and shows them to those whose scope may see them."""

    def __init__(
        self,
        instants: Instants,
        photos: PhotoStore,
        table: AttachmentTable,
        *,
        city: City,
        a_day: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._instants, self._photos, self._table = instants, photos, table
        self._city, self._a_day, self._clock = city, a_day, clock

    def post(self) -> Response:
        """The picture is the body. `?event_id=`, `?lon=&lat=`: who else may see it. 201 with its id and URL."""
        asking, now = require(Role.GRIDWORKER, Role.DUTY, Role.ADMIN), self._clock()
        account = asking.account.token_id
        if self._table.brought_since(account, now - _A_DAY) >= self._a_day:
            raise ProblemError(
                429, f"{self._a_day} photos within a day are the most", rule="too_many_photos",
                headers={"Retry-After": "3600"},
            )  # fmt: skip
        body = read_body(request, largest=LARGEST_BYTES)
        try:
            photo = self._photos.take(body)
        except PhotoError as wrong:
            raise ProblemError(415, f"the photo {wrong}", rule="no_photo") from None
        except StorageFullError:
            raise ProblemError(507, "there is no more room for photos here", rule="no_room") from None
        self._table.record(photo.photo_id, codes=self._codes(asking), account=account, size=photo.size, at=now)
        url = f"/api/v1/attachments/{photo.photo_id}"
        return answered(
            201, {"id": photo.photo_id, "url": url, "width": photo.width, "height": photo.height, "bytes": photo.size}
        )

    def get(self, photo_id: str) -> Response:
        """The JPEG; 404 for one that is not there, and for one that lies outside the asking scope."""
        asking = principal()
        seers = self._table.seers_of(photo_id)
        may_see = any(asking.scope.covers(code) or account == asking.account.token_id for code, account in seers)
        picture = self._photos.find(photo_id) if may_see else None
        if picture is None:
            raise ProblemError(404, "there is no such photo in your scope", rule="unknown_photo")
        response = Response(picture, mimetype="image/jpeg")
        response.headers["Cache-Control"] = f"private, max-age={_FOR_EVER_S}, immutable"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def _codes(self, asking: Principal) -> list[str]:
        """The uploader's own grid or division, the event's, and that of the place where it was taken."""
        codes = [asking.scope.code]
        event_id = request.args.get("event_id", "")
        if event_id:
            with self._instants.fold.lock:
                event = self._instants.fold.situation.events.get(event_id)
            codes += [event.report.place.code] if event is not None else []
        try:
            there = self._city.locate(float(request.args.get("lon", "")), float(request.args.get("lat", "")))
        except ValueError:
            there = None
        return codes + ([there] if there else [])


def attachments_blueprint(desk: AttachmentDesk) -> Blueprint:
    """`/api/v1/attachments`."""
    blueprint = Blueprint("attachments", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/attachments", "post", desk.post, methods=["POST"])
    blueprint.add_url_rule("/attachments/<photo_id>", "get", desk.get, methods=["GET"])
    return blueprint
