"""Photos: what is kept is a picture and nothing else, whatever came in."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from cockpit.services.photos import LONGEST_PX, PhotoError, Photos, StorageFullError


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **given: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red").save(out, kind, **given)
    return out.getvalue()


def shown(photos: Photos, photo_id: str) -> Image.Image:
    body = photos.find(photo_id)
    assert body is not None
    return Image.open(BytesIO(body))


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(tmp_path / "photos", most_bytes=10_000_000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_of_picture_becomes_a_jpeg(photos: Photos, kind: str) -> None:
    kept = photos.take(picture(kind))
    assert shown(photos, kept.photo_id).format == "JPEG"
    assert (kept.width, kept.height) == (40, 30)


def test_what_the_camera_wrote_about_place_and_owner_is_gone_and_the_picture_stands_upright(photos: Photos) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "home of 沈某"
    exif.get_ifd(0x8825)[1] = "N"
    kept = photos.take(picture(exif=exif))
    assert (kept.width, kept.height) == (30, 40)
    assert not shown(photos, kept.photo_id).getexif()
    assert "沈某".encode() not in (photos.find(kept.photo_id) or b"")


def test_nothing_hides_behind_a_picture(photos: Photos) -> None:
    kept = photos.take(picture() + b"<script>alert(1)</script>")
    assert b"<script>" not in (photos.find(kept.photo_id) or b"")


def test_a_large_photo_is_made_smaller(photos: Photos) -> None:
    kept = photos.take(picture(size=(3000, 1500)))
    assert (kept.width, kept.height) == (LONGEST_PX, LONGEST_PX // 2)


def test_a_screenshot_with_transparency_lies_on_white(photos: Photos) -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert shown(photos, photos.take(out.getvalue()).photo_id).getpixel((4, 4)) == (255, 255, 255)


def test_the_same_photo_twice_is_one_file(photos: Photos, tmp_path: Path) -> None:
    assert photos.take(picture()) == photos.take(picture())
    assert len(list((tmp_path / "photos").rglob("*.jpg"))) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"no picture", picture()[:200], b"GIF89a" + bytes(20), b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["nothing", "text", "cut off", "another kind", "svg"],
)
def test_what_is_no_picture_is_refused(photos: Photos, body: bytes) -> None:
    with pytest.raises(PhotoError):
        photos.take(body)


def test_a_bomb_of_pixels_is_refused_before_it_is_decoded(photos: Photos) -> None:
    # a head that claims 30,000 × 30,000; its content never comes
    head = bytearray(picture("PNG", (10, 10)))
    head[16:24] = (30_000).to_bytes(4, "big") * 2
    with pytest.raises(PhotoError):
        photos.take(bytes(head))


def test_room_for_photos_has_an_end(tmp_path: Path) -> None:
    photos = Photos(tmp_path, most_bytes=1_000)
    photos.take(picture())
    with pytest.raises(StorageFullError):
        photos.take(picture(size=(400, 300)))
    assert photos.take(picture())  # what is there already needs none


@pytest.mark.parametrize("photo_id", ["../../secrets/x", "a" * 31, "A" * 32, "", "0" * 32])
def test_only_an_id_of_ours_finds_anything(photos: Photos, photo_id: str) -> None:
    assert photos.find(photo_id) is None
