"""A report as a document: the PDF has the figures and Chinese glyphs, and text from outside stays text."""

import io
import json
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from cockpit.domain.report import ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.reports.gathering import Gathered
from tests.api.test_queries import told
from tests.api.town import CITY, NOON, event
from tests.services.reports.press import Press

YESTERDAY = date(2026, 11, 18)


def gathered(press: Press, kind: ReportKind = ReportKind.DAILY, day: date = YESTERDAY) -> Gathered:
    gathering = press.gathering()
    return gathering.gather(ReportSpan.of(kind, day, gathering.drill.zone, NOON), Scope(CITY), NOON)


def text_of(pdf: bytes) -> str:
    """What a reader finds in it, without the room that the typesetter puts between Chinese and figures."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def fonts_of(pdf: bytes) -> dict[str, Any]:
    found = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # pypdf tells no types of them
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found[str(inner["/BaseFont"])] = inner["/FontDescriptor"].get_object()
    return found


@pytest.mark.parametrize("kind", list(ReportKind))
def test_the_document_has_the_figures_of_the_report(press: Press, kind: ReportKind) -> None:
    report = gathered(press, kind)
    words = press.words(report)
    documents = press.documents(report)
    text = text_of(documents.files["pdf"])
    for tile in words["headline"]:
        assert "".join(tile["value"].split()) in text, tile["name"]
        assert "".join(tile["of"].split()) in text, tile["name"]
    for row in [*words["board"]["rows"], words["board"]["total"]]:
        assert "".join("".join(row["cells"]).split()) in text
    for said in (words["title"], words["period"], "主要指标", "值得关注", "按期处置率", "口径与说明"):
        assert "".join(said.split()) in text
    assert documents.pages == len(PdfReader(io.BytesIO(documents.files["pdf"])).pages)


def test_the_document_brings_its_chinese_font_along(press: Press) -> None:
    fonts = fonts_of(press.documents(gathered(press)).files["pdf"])
    assert fonts
    for name, descriptor in fonts.items():
        assert "NotoSansCJK" in name, name
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), "a font is not embedded"


def test_page_and_document_say_the_same(press: Press) -> None:
    documents = press.documents(gathered(press))
    words, page = json.loads(documents.files["json"]), documents.files["html"].decode()
    for tile in words["headline"]:
        assert f"<strong>{tile['value']}</strong>" in page
    assert "<script" not in page


def test_text_from_outside_stays_text(press: Press) -> None:
    evil = '<script>alert(1)</script> #panic("x") *b* [c] $d$ \\ "e" =1+1'
    late = {"reported_at": "2026-10-30T01:00:00+08:00", "due_at": "2026-10-30T02:00:00+08:00"}
    told(press.town, "events", event(9001, title=evil, **late))
    documents = press.documents(gathered(press))
    assert "<script>" not in documents.files["html"].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in documents.files["html"].decode()
    assert "".join(evil.split()) in text_of(documents.files["pdf"])


def test_an_english_report_has_no_chinese_words_of_ours(press: Press) -> None:
    report = gathered(press)
    words = press.words(report, "en")
    assert words["sections"]["headline"] == "Headline figures"
    assert "On-timehandlingrate" in text_of(press.documents(report, "en").files["pdf"])


def test_a_day_of_which_nothing_is_known_is_a_whole_report_that_says_so(press: Press) -> None:
    report = gathered(press, day=date(2026, 10, 1))
    words = press.words(report)
    assert all(tile["of"] == "早于数据起点" for tile in words["headline"])
    assert "早于数据起点" in text_of(press.documents(report).files["pdf"])
