"""附件: photos are taken from those who work, and shown to those whose scope may see them."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from cockpit.store.accounts import Role
from tests.api.town import HERE, HERE_STREET, Caller, Town, event

OTHER_STREET = "330110113"


def photo(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (20, 10), colour).save(out, "JPEG")
    return out.getvalue()


def brought(caller: Caller, body: bytes = b"", **query: Any) -> Any:
    return caller.post("attachments", body or photo(), content_type="image/jpeg", query_string=query)


def seen(caller: Caller, answer: Any) -> int:
    return int(caller.get(f"attachments/{answer.json['id']}").status_code)


def test_a_photo_is_seen_by_its_uploader_and_by_scopes_above(town: Town) -> None:
    phone = town.gridworker()
    answer = brought(phone)
    assert answer.status_code == 201
    assert answer.json["url"] == f"/api/v1/attachments/{answer.json['id']}"
    grid = town.city.roster["gw-00001"].grid_code
    assert seen(phone, answer) == seen(town.caller(Role.DUTY, grid[:9]), answer) == 200
    assert seen(town.caller(Role.DUTY, OTHER_STREET), answer) == 404
    shown = phone.get(f"attachments/{answer.json['id']}")
    assert shown.mimetype == "image/jpeg"
    assert "immutable" in shown.headers["Cache-Control"]


def test_a_photo_of_an_event_is_seen_where_the_event_is(town: Town) -> None:
    town.caller().post("feeds/events", event(1))
    town.fold.follow()
    street = town.caller(Role.DUTY, HERE_STREET)
    assert seen(street, brought(town.gridworker(), photo("blue"))) == 404
    assert seen(street, brought(town.gridworker(), photo("green"), event_id="citizen:1")) == 200
    assert seen(street, brought(town.gridworker(), photo("navy"), lon=HERE[0], lat=HERE[1])) == 200


def test_what_is_no_photo_and_what_is_too_large_is_refused(town: Town) -> None:
    phone = town.gridworker()
    assert brought(phone, b"<html>").status_code == 415
    assert brought(phone, bytes(13 * 1024 * 1024)).status_code == 413


def test_an_account_brings_so_many_photos_a_day_and_no_more(town: Town) -> None:
    phone = town.gridworker()
    codes = [brought(phone, photo(c)).status_code for c in ("red", "blue", "green", "black", "white", "navy")]
    assert codes == [201] * 5 + [429]


@pytest.mark.parametrize("role", [Role.SCREEN, Role.LEADER, Role.FEED])
def test_who_only_looks_brings_no_photos(town: Town, role: Role) -> None:
    assert brought(town.caller(role)).status_code == 403


def test_a_photo_that_nobody_brought_is_not_there(town: Town) -> None:
    assert town.caller().get("attachments/" + "0" * 32).status_code == 404
    assert town.caller().get("attachments/..%2Fsecrets").status_code == 404
