"""The wall in a daily report: as of the end of its day, or one line says why not; a report is made all the same."""

import io
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from cockpit.domain.report import ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.reports.gathering import Gathered
from cockpit.services.reports.wall import WallPictures
from cockpit.services.screenshots.child import TakingError
from cockpit.services.screenshots.chromium import find_chromium
from cockpit.services.screenshots.desk import Drawn
from cockpit.store.reports import Reports, ReportState
from tests.api.town import CITY, NOON
from tests.services.reports.press import Press

YESTERDAY, WALL = date(2026, 11, 18), (200, 30, 30)
#: the first fact was kept then
BEGAN = NOON - timedelta(days=15)


def drawn() -> Drawn:
    """A red wall of the size that is asked for, with a strip below it."""
    whole, out = Image.new("RGB", (1920, 1300), (13, 20, 31)), io.BytesIO()
    whole.paste(WALL, (0, 0, 1920, 1080))
    whole.save(out, "PNG")
    return Drawn(out.getvalue(), NOON, ["图中没有数据"])


class Camera:
    """Draws, or fails with what it is told to."""

    def __init__(
        self, press: Press, wrong: Exception | None = None, chromium: str | None = "/usr/bin/chromium"
    ) -> None:
        self.asked: list[tuple[str, str, datetime]] = []
        self.wrong = wrong
        self.walls = WallPictures(
            chromium=lambda: chromium, draw=self.draw, clock=press.town.clock, begins_at=lambda: BEGAN
        )

    def draw(self, code: str, lang: str, at: datetime, stop: threading.Event) -> Drawn:
        assert not stop.is_set()
        self.asked.append((code, lang, at))
        if self.wrong is not None:
            raise self.wrong
        return drawn()


def gathered(press: Press, kind: ReportKind = ReportKind.DAILY, day: date = YESTERDAY) -> Gathered:
    gathering = press.gathering()
    return gathering.gather(ReportSpan.of(kind, day, gathering.drill.zone, NOON), Scope(CITY), NOON)


def with_wall(camera: Camera, report: Gathered, lang: str = "zh-CN") -> Gathered:
    return replace(report, wall=camera.walls.of(report, lang, threading.Event()))


def test_page_and_paper_show_the_wall_as_it_stood_at_the_end_of_the_day(press: Press) -> None:
    camera = Camera(press)
    report = with_wall(camera, gathered(press))
    end = report.span.until
    assert camera.asked == [(CITY, "zh-CN", end - timedelta(seconds=1))]
    documents = press.documents(report)
    images = [image for page in PdfReader(io.BytesIO(documents.files["pdf"])).pages for image in page.images]
    with Image.open(io.BytesIO(images[0].data)) as shown:
        assert shown.size == (1920, 1080)  # the strip is left out: the report has its words
        seen = shown.convert("RGB").crop((960, 1070, 961, 1071)).tobytes()
    assert all(abs(a - b) < 8 for a, b in zip(seen, WALL, strict=True))
    page = documents.files["html"].decode()
    assert page.count('<img src="data:image/jpeg;base64,') == 1
    assert "数据截至 2026-11-19 12:00:00 · 图中没有数据" in page
    words_alone = press.documents(replace(report, wall=None)).files["json"]
    assert len(documents.files["json"]) - len(words_alone) < 500, "of the picture the words alone"
    assert b"base64" not in documents.files["json"]


def test_a_day_that_is_not_over_is_pictured_at_the_reports_own_instant(press: Press) -> None:
    camera = Camera(press)
    with_wall(camera, gathered(press, day=NOON.date()))
    assert [at for _, _, at in camera.asked] == [NOON]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh-CN", "没有大屏图：服务器上没有 Chromium"),
        ("en", "No picture of the wall: there is no Chromium on the server"),
    ],
)
def test_without_a_chromium_one_line_says_so(press: Press, lang: str, said: str) -> None:
    camera = Camera(press, chromium=find_chromium("/nowhere/chromium"))
    documents = press.documents(with_wall(camera, gathered(press), lang), lang)
    assert camera.asked == []
    assert documents.files["html"].decode().count(said) == 1
    paper = PdfReader(io.BytesIO(documents.files["pdf"]))
    assert "".join(said.split()) in "".join("".join(page.extract_text() for page in paper.pages).split())


def test_weeks_months_and_days_before_the_data_have_no_wall(press: Press) -> None:
    camera = Camera(press)
    assert with_wall(camera, gathered(press, ReportKind.WEEKLY)).wall is None
    early = with_wall(camera, gathered(press, day=date(2026, 10, 1)))
    assert early.wall is not None and early.wall.why == "before_data"
    assert camera.asked == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [(TakingError("slow", "late"), "late"), (TakingError("gone"), "failed"), (OSError("disk"), "failed")],
)
def test_a_picture_that_comes_to_nothing_is_not_waited_for_again_for_a_while(
    press: Press, wrong: Exception, why: str
) -> None:
    camera, report = Camera(press, wrong), gathered(press)

    def told() -> Any:
        wall = with_wall(camera, report).wall
        return wall and wall.why

    assert [told(), told()] == [why, "resting"]
    assert len(camera.asked) == 1
    press.town.now += timedelta(minutes=11)
    assert told() == why


def test_a_report_is_made_whatever_becomes_of_its_picture(press: Press) -> None:
    maker, camera = press.maker(kinds=(ReportKind.DAILY,)), Camera(press, RuntimeError("no light"))
    maker.wall = camera.walls.of
    assert maker.look() == 3
    made = Reports(press.town.engine).newest(scope=CITY)[1]
    assert {report.state for report in made} == {ReportState.MADE}
    assert len(camera.asked) == 1
    words = [maker.shelf.find(report.id, "json") or b"" for report in made]
    assert sum("没有大屏图".encode() in one for one in words) == 3


def test_a_maker_that_ends_while_a_picture_is_drawn_leaves_the_report_to_another(press: Press) -> None:
    maker, ending = press.maker(kinds=(ReportKind.DAILY,)), threading.Event()

    def draw(*_asked: Any) -> Drawn:
        ending.set()
        raise TakingError("the cockpit ended meanwhile")

    maker.wall = WallPictures(
        chromium=lambda: "/usr/bin/chromium", draw=draw, clock=press.town.clock, begins_at=lambda: BEGAN
    ).of
    maker.run(ending)
    table = Reports(press.town.engine)
    maker = press.maker("another", kinds=(ReportKind.DAILY,))
    assert maker.look() == 3
    assert sorted(report.tries for report in table.newest(scope=CITY)[1]) == [1, 1, 2]
