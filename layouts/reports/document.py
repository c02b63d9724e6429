"""成册: a report in words as a page of its own (HTML) and as a document to print (PDF), from the same words."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from cockpit.catalogue import texts


@dataclass(frozen=True, slots=True)
class Documents:
    """What is kept of a report."""

    #: by form; `json` has the words themselves, for programs
    files: Mapping[str, bytes]
    #: of the PDF
    pages: int


def documents_of(printed: dict[str, Any], wall: bytes = b"") -> Documents:
    """All of it, with the wall as JPEG. The typesetter's own error for a template that is wrong: no data make it so."""
    words = json.dumps(printed, ensure_ascii=False)
    paper = _paper(words, wall)
    return Documents({"html": _page(printed, wall).encode(), "pdf": paper, "json": words.encode()}, _pages(paper))


def _page(printed: dict[str, Any], wall: bytes) -> str:
    link = texts(printed["lang"])["leader.title"]
    # the chart is ours, its texts are escaped where it is drawn; everything else is escaped here
    return _template().render(r=printed, chart=Markup(printed["chart"]), leader=link, wall=b64encode(wall).decode())


def _paper(words: str, wall: bytes) -> bytes:
    # 80 MB that only who prints needs
    import manimgx_fonts_cjk
    import typst

    source = files(__package__).joinpath("report.typ").read_bytes()
    # the fonts of the machine are left out: a report looks the same wherever it is made
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(files(manimgx_fonts_cjk))])
    told = {"report": words, "wall": json.dumps(list(wall))}
    made = typst.Compiler(source, font_paths=fonts, sys_inputs=told).compile()
    assert isinstance(made, bytes)
    return made


def _pages(paper: bytes) -> int:
    """As the document itself counts them."""
    counts = [int(n) for n in re.findall(rb"/Type\s*/Pages.*?/Count\s+(\d+)", paper, re.DOTALL)]
    return max(counts, default=0)


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("layouts", "reports")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True).get_template("report.html.j2")
