"""智能巡查: the frame that the scripts fill."""

from cockpit.catalogue import texts
from layouts.duty.page import DeskPage
from layouts.patrol import patrol_page


def test_the_page_of_findings_has_its_frame_in_both_languages() -> None:
    for lang in ("zh-CN", "en"):
        page = DeskPage(name="patrol", scope="330110", city="余杭区", lang=lang, may_switch=True)
        told = str(patrol_page(page, texts(lang)).to_plotly_json())
        assert texts(lang)["patrol.title"] in told
        assert "verdicts?format=csv&scope=330110" in told
        assert "patrol-frame" in told
