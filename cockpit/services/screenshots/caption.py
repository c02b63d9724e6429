"""图片说明: the strip below a picture, and its words as metadata: what, where, as of when, by whom, how counted."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from cockpit.catalogue import Texts, texts
from cockpit.services.screenshots.order import Caption
from cockpit.services.screenshots.page_shown import Shown

_GROUND, _LINE = (13, 20, 31), (52, 68, 92)
_STRONG, _PLAIN, _QUIET, _LATE = (233, 240, 248), (190, 203, 219), (150, 166, 186), (255, 190, 92)
#: px of the window: margin to the sides and ends, sizes of the three kinds of lines
_SIDE, _END = 32, 18
_HEAD, _TEXT, _SMALL = 22, 17, 15
#: the face of the collection that has the forms of the mainland
_SIMPLIFIED = 2
#: definitions stand beside each other where the picture is wide
_COLUMN = 900
_LONGEST_NOTE = 300


def notes_of(shown: Shown, words: Texts) -> list[str]:
    """What is late or missing in a picture, in words; the page's own words are shortened."""
    known = (words.get(f"picture.note.{note.key}") if note.key else note.names[:_LONGEST_NOTE] for note in shown.notes)
    said = zip(known, shown.notes, strict=True)
    return [line.format(names=note.names) if note.key else line for line, note in said if line]


def captioned(picture: bytes, caption: Caption, shown: Shown, *, scale: int, made_at_ms: int) -> tuple[bytes, int, int]:
    """The picture with its strip and metadata as PNG, its width and its height."""
    said = _Words(caption, shown, made_at_ms)
    with Image.open(io.BytesIO(picture)) as taken:
        strip = _strip(said, taken.width, scale)
        whole = Image.new("RGB", (taken.width, taken.height + strip.height), _GROUND)
        whole.paste(taken.convert("RGB"), (0, 0))
        whole.paste(strip, (0, taken.height))
    out = io.BytesIO()
    whole.save(out, "PNG", pnginfo=_metadata(said), compress_level=6)
    return out.getvalue(), whole.width, whole.height


class _Words:
    """Everything that the strip says, as texts."""

    def __init__(self, caption: Caption, shown: Shown, made_at_ms: int) -> None:
        self.words: Texts = texts(caption.lang)
        self.caption, self.shown = caption, shown
        self.notes = notes_of(shown, self.words)
        zone = ZoneInfo(caption.tz)
        self.made_at = datetime.fromtimestamp(made_at_ms / 1000, UTC).astimezone(zone)
        as_of_ms = shown.as_of_ms or made_at_ms
        self.as_of = datetime.fromtimestamp(as_of_ms / 1000, UTC).astimezone(zone)

    @property
    def title(self) -> str:
        return self.words[f"picture.page.{self.caption.page}"]

    @property
    def where(self) -> str:
        return self.words.format("picture.where", place=self.caption.place, scope=self.caption.scope)

    @property
    def as_of_line(self) -> str:
        return self.words.format("picture.as_of", time=self._instant(self.as_of))

    @property
    def made_line(self) -> str:
        return self.words.format("picture.made", name=self.caption.by, time=self._instant(self.made_at))

    @property
    def demo_line(self) -> str:
        return self.words["picture.demo"] if self.caption.demo else ""

    @property
    def notes_line(self) -> str:
        gap = "；" if self.words.lang.startswith("zh") else "; "  # not a text: between two of them
        return self.words.format("picture.notes", notes=gap.join(self.notes)) if self.notes else ""

    @property
    def definitions(self) -> list[str]:
        found = (self.caption.definitions.get(name) for name in self.shown.indicators)
        return [
            self.words.format("picture.definition", title=one[0], version=one[1], words=one[2])
            for one in found
            if one is not None
        ]

    def _instant(self, at: datetime) -> str:
        offset = at.strftime("%z")
        return f"{at:%Y-%m-%d %H:%M:%S} {self.caption.tz} UTC{offset[:3]}:{offset[3:]}"


def _strip(said: _Words, width: int, scale: int) -> Image.Image:
    side, end = _SIDE * scale, _END * scale
    head, text, small = _face(_HEAD * scale, "Bold"), _face(_TEXT * scale, "Regular"), _face(_SMALL * scale, "Regular")
    inner = width - 2 * side
    lines = [(said.title, head, _STRONG)]
    facts = [said.where, said.as_of_line, said.made_line, said.demo_line]
    rows: list[tuple[str, ImageFont.FreeTypeFont, tuple[int, int, int]]] = []
    for line, face, colour in [
        *lines, ("　·　".join(filter(None, facts)), text, _PLAIN), (said.notes_line, text, _LATE),
    ]:  # fmt: skip
        rows += [(part, face, colour) for part in _wrapped(line, face, inner)] if line else []
    columns = max(1, min(inner // (_COLUMN * scale), len(said.definitions) or 1))
    column = (inner - (columns - 1) * side) // columns
    parts = [[*_wrapped(one, small, column)] for one in said.definitions]
    stacks = _stacked(parts, columns)
    small_step, tall = round(_SMALL * scale * 1.5), max((len(stack) for stack in stacks), default=0)
    top = end + sum(round(face.size * 1.5) for _, face, _ in rows)
    defined = (round(_SMALL * scale * 2.1) + tall * small_step) if tall else 0
    image = Image.new("RGB", (width, top + defined + end), _GROUND)
    draw = ImageDraw.Draw(image)
    draw.line([(0, 0), (width, 0)], fill=_LINE, width=2 * scale)
    y = end
    for part, face, colour in rows:
        draw.text((side, y), part, font=face, fill=colour)
        y += round(face.size * 1.5)
    if tall:
        draw.text((side, y + small_step // 4), said.words["picture.definitions"], font=small, fill=_PLAIN)
        y += round(_SMALL * scale * 2.1)
        for i, stack in enumerate(stacks):
            for n, part in enumerate(stack):
                draw.text((side + i * (column + side), y + n * small_step), part, font=small, fill=_QUIET)
    return image


def _stacked(parts: list[list[str]], columns: int) -> list[list[str]]:
    """Definitions in so many columns of about the same height, in their order; none is torn apart."""
    if not parts:
        return []
    share = -(-sum(map(len, parts)) // columns)
    stacks: list[list[str]] = [[]]
    for part in parts:
        if stacks[-1] and len(stacks[-1]) + len(part) > share and len(stacks) < columns:
            stacks.append([])
        stacks[-1] += part
    return stacks


def _wrapped(line: str, face: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """A text in lines that fit: torn at a blank if there is one, between signs of Chinese anywhere."""
    while line:
        fits = len(line)
        while fits > 1 and face.getlength(line[:fits]) > width:
            fits = min(fits - 1, max(1, int(fits * width / face.getlength(line[:fits])) + 1))
        if fits < len(line):
            blank = max(line.rfind(sign, 0, fits) for sign in " 　；，。、")
            fits = blank + 1 if blank > fits * 2 // 3 else fits
        yield line[:fits].strip()
        line = line[fits:].lstrip()


@cache
def _face(size: int, weight: str) -> ImageFont.FreeTypeFont:
    """A face from pip: the strip looks the same on every machine."""
    import manimgx_fonts_cjk

    face = ImageFont.truetype(str(files(manimgx_fonts_cjk) / "NotoSansCJK-VF.otf.ttc"), size, index=_SIMPLIFIED)
    face.set_variation_by_name(weight)
    return face


def _metadata(said: _Words) -> PngInfo:
    info = PngInfo()
    lines = (said.where, said.as_of_line, said.demo_line, said.notes_line, *said.definitions)
    for name, value in (
        ("Title", said.title),
        ("Author", said.caption.by),
        ("Creation Time", said.made_at.isoformat(timespec="seconds")),
        ("Software", said.words["product.name"]),
        ("Description", "\n".join(filter(None, lines))),
        ("cockpit-scope", said.caption.scope),
        ("cockpit-as-of", said.as_of.isoformat(timespec="milliseconds")),
    ):
        info.add_itxt(name, value, said.caption.lang)
    return info
