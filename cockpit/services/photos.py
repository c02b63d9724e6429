"""照片: pictures that people attach, made harmless and kept by their content in the data directory.

Whatever comes in is decoded and written anew: no EXIF (a photo tells where somebody lives), no colour profile, nothing
hidden behind the picture, at most `LONGEST_PX` wide. The name of a file is the hash of what is in it, so the same
photo sent twice is one file, and a file never changes.
"""

import os
import re
import threading
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

#: longer edge of what is kept; enough to read a number plate, small enough for a phone's connection
LONGEST_PX = 1920
#: more pixels than any phone's camera has are an attack on our memory
MOST_PIXELS = 60_000_000
_QUALITY = 82
_FORMATS = ("JPEG", "PNG", "WEBP")
_ID = re.compile(r"[0-9a-f]{32}")


class PhotoError(ValueError):
    """The bytes are no picture that we take; the message says why in words that follow "the photo"."""


class StorageFullError(Exception):
    """There is no more room for photos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo as it is kept."""

    photo_id: str
    width: int
    height: int
    size: int


class Photos:
    """The photos of one installation. Safe from any thread and process; nothing is made before the first photo."""

    def __init__(self, directory: Path, *, most_bytes: int) -> None:
        self._directory, self._most_bytes = directory, most_bytes
        # decoding takes a processor for a tenth of a second: two at a time, the others wait
        self._decoding = threading.BoundedSemaphore(2)

    def take(self, body: bytes) -> Photo:
        """Keep a picture. Raises PhotoError for what is none, StorageFullError."""
        with self._decoding:
            made, width, height = encoded_anew(body)
        photo_id = blake2b(made, digest_size=16).hexdigest()
        photo = Photo(photo_id=photo_id, width=width, height=height, size=len(made))
        path = self._path(photo_id)
        if path.exists():
            return photo
        if self._used_bytes() + len(made) > self._most_bytes:
            raise StorageFullError
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.part")
        fresh.write_bytes(made)
        fresh.replace(path)
        return photo

    def find(self, photo_id: str) -> bytes | None:
        """The JPEG of a photo, None if there is none of that id (ids are ours alone: nothing else is a path)."""
        if not _ID.fullmatch(photo_id):
            return None
        try:
            return self._path(photo_id).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, photo_id: str) -> Path:
        return self._directory / photo_id[:2] / f"{photo_id}.jpg"

    def _used_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._directory.glob("*/*.jpg"))


def encoded_anew(body: bytes, *, longest_px: int = LONGEST_PX) -> tuple[bytes, int, int]:
    """A JPEG of the picture in `body` alone, upright and at most `longest_px` wide: (bytes, width, height)."""
    try:
        picture = Image.open(BytesIO(body), formats=_FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PhotoError(f"has more than {MOST_PIXELS // 1_000_000} million pixels")
        picture.draft("RGB", (longest_px, longest_px))
        upright = ImageOps.exif_transpose(picture)
        plain = _on_white(upright)
        plain.thumbnail((longest_px, longest_px))
        out = BytesIO()
        plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(f"has more than {MOST_PIXELS // 1_000_000} million pixels") from None
    except UnidentifiedImageError:
        raise PhotoError("is no JPEG, PNG or WebP picture") from None
    except (OSError, ValueError, SyntaxError, IndexError, TypeError, KeyError) as broken:
        if isinstance(broken, PhotoError):
            raise
        raise PhotoError("is damaged and cannot be read") from None
    return out.getvalue(), plain.width, plain.height


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency: JPEG has none, and a screenshot's would turn black."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    plain = picture.convert("RGB")
    return plain if plain is not picture else picture.copy()
