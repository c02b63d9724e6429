"""`POST screenshots`, `GET screenshots…`: have a picture of a page made, see how far it is, and fetch it."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response, request, send_file
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import limit_asked, page_of, scope_asked
from cockpit.api.commands import parsed
from cockpit.api.identity import Principal, require
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, answered
from cockpit.services.city import City
from cockpit.services.screenshots.asked import PAGES, SIZES, AskedError, address_of
from cockpit.services.screenshots.chromium import MISSING
from cockpit.services.screenshots.desk import FullError, ScreenshotDesk
from cockpit.services.screenshots.shelf import Picture, PictureState, own_name
from cockpit.store.accounts import Role

_READERS = (Role.LEADER, Role.DUTY, Role.ADMIN)
_MOST_PARAMETERS = 30
Text = Annotated[str, Field(max_length=400)]


class ScreenshotRequest(BaseModel):
    """Which page as what address, and how large. `query`: what the page's own address says after `?`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    page: Annotated[str, Field(max_length=20, description=", ".join(PAGES))] = "screen"
    size: Annotated[str, Field(max_length=20, description=", ".join(SIZES))] = "1920x1080"
    scope: Annotated[str, Field(max_length=15)] = ""
    query: Annotated[dict[Text, Text], Field(max_length=_MOST_PARAMETERS)] = {}
    fragment: Annotated[str, Field(max_length=400, description="what stands behind `#`: layers on and off")] = ""


class ScreenshotAnswers:
    """For readers of figures. A picture shows what its asker's role may see: others of that role and scope see it."""

    def __init__(self, desk: ScreenshotDesk, *, city: City, clock: Callable[[], datetime]) -> None:
        self._desk, self._city, self._clock = desk, city, clock

    def ask(self) -> Response:
        """202 with the picture's row; 503 without a Chromium, 429 if too many wait."""
        asking, wanted = require(*_READERS), parsed(ScreenshotRequest)
        scope = asking.narrowed(wanted.scope)
        if not self._city.knows(scope.code) and scope.code != self._city.code:
            raise ProblemError(400, f"there is no division {scope.code}", field="scope")
        picture = Picture(
            id=secrets.token_hex(12), page=wanted.page, size=wanted.size, scope=scope.code, lang=language(request),
            role=asking.role.value, query=wanted.query, fragment=wanted.fragment, asked_by=asking.name,
            asked_at=self._clock(), holder=own_name(),
        )  # fmt: skip
        try:
            address_of(wanted.page, wanted.size, scope.code, picture.lang, wanted.query, wanted.fragment)
        except AskedError as wrong:
            raise ProblemError(400, str(wrong), field=wrong.field) from None
        self._have_made(picture, asking)
        return answered(202, self._item(picture))

    def list(self) -> Response:
        """The newest first, of the asker's scope and role."""
        asking, scope, limit = require(*_READERS), scope_asked(), limit_asked()
        mine = [one for one in self._desk.shelf.newest() if scope.covers(one.scope) and _may_see(asking, one)]
        items: list[object] = [self._item(one) for one in mine[:limit]]
        return page_of(self._clock(), items, total=len(mine), scope=scope.code)

    def get(self, picture_id: str) -> Response:
        """One picture's row, or with `.png` behind its id the picture itself."""
        picture_id, _, form = picture_id.partition(".")
        picture = self._find(picture_id)
        if not form:
            return answered(200, self._item(picture))
        if form != "png":
            raise ProblemError(404, "a picture is there as png", field="form")
        if picture.state is not PictureState.MADE:
            raise ProblemError(409, f"the picture is {picture.state.value}", rule="picture_is_not_made")
        file = self._desk.shelf.find_file(picture.id)
        if file is None:
            raise ProblemError(410, "its file does not lie on this machine", rule="picture_is_elsewhere")
        at = (picture.as_of or picture.asked_at).strftime("%Y%m%dT%H%M%SZ")
        name, kept = f"cockpit-{picture.page}-{picture.scope}-{at}.png", bool(request.args.get("download"))
        response = send_file(file, mimetype="image/png", as_attachment=kept, download_name=name)
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    def retry(self, picture_id: str) -> Response:
        """Try a failed one once more, as whoever asks now."""
        asking, picture = require(*_READERS), self._find(picture_id)
        if picture.state is not PictureState.FAILED:
            raise ProblemError(409, f"the picture is {picture.state.value}", rule="picture_has_not_failed")
        again = msgspec.structs.replace(
            picture, state=PictureState.WAITING, error="", why="", role=asking.role.value, asked_by=asking.name,
            holder=own_name(),
        )  # fmt: skip
        self._have_made(again, asking)
        return answered(202, self._item(again))

    def _have_made(self, picture: Picture, asking: Principal) -> None:
        if self._desk.chromium() is None:
            raise ProblemError(503, MISSING, rule="no_chromium")
        try:
            self._desk.ask(picture, asking.account.token_id)
        except FullError:
            raise ProblemError(
                429, "too many pictures wait already", rule="too_many_pictures", headers={"Retry-After": "30"}
            ) from None

    def _find(self, picture_id: str) -> Picture:
        asking = require(*_READERS)
        picture = self._desk.shelf.find(picture_id[:100])
        if picture is None or not _may_see(asking, picture):
            raise ProblemError(404, "there is no such picture", rule="unknown_picture")
        return picture

    def _item(self, picture: Picture) -> dict[str, Any]:
        is_made = picture.state is PictureState.MADE
        return {
            "id": picture.id,
            "page": picture.page,
            "size": picture.size,
            "scope": picture.scope,
            "place": self._city.title_of(picture.scope, language(request)) or picture.scope,
            "lang": picture.lang,
            "query": picture.query,
            "state": picture.state,
            "step": picture.step,
            "asked_by": picture.asked_by,
            "asked_at": picture.asked_at,
            "as_of": picture.as_of,
            "made_at": picture.made_at,
            "width": picture.width,
            "height": picture.height,
            "notes": picture.notes,
            "error": picture.error,
            "why": picture.why,
            "png": f"/api/v1/screenshots/{picture.id}.png" if is_made else None,
        }


def _may_see(asking: Principal, picture: Picture) -> bool:
    """Masks hold by role, so a picture that another role's session drew is not for this one."""
    return asking.scope.covers(picture.scope) and asking.role.value == picture.role


def screenshots_blueprint(screenshots: ScreenshotAnswers) -> Blueprint:
    """`/api/v1/screenshots…`."""
    blueprint = Blueprint("screenshots", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/screenshots", "list", screenshots.list, methods=["GET"])
    blueprint.add_url_rule("/screenshots", "ask", screenshots.ask, methods=["POST"])
    blueprint.add_url_rule("/screenshots/<picture_id>", "get", screenshots.get, methods=["GET"])
    blueprint.add_url_rule("/screenshots/<picture_id>/retry", "retry", screenshots.retry, methods=["POST"])
    return blueprint
