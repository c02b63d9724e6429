"""报告的数字: each number of the tables leads to the list that it counts, at the same instant, scope and period."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from cockpit.domain.report import ReportKind
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import mask_of
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.reports.gathering import Gathered
from cockpit.situation.indicators import BY_NAME
from layouts.leader.address import LeaderAddress
from tests.services.reports.press import Press
from tests.services.reports.test_documents import YESTERDAY, gathered


def length_of(press: Press, report: Gathered, link: str) -> int:
    """How long the list is that a link of the report opens."""
    address, drill = LeaderAddress.parse(dict(parse_qsl(urlsplit(link).query))), press.gathering().drill
    assert address.past == report.known.at
    period = address.period(report.known.at, str(drill.zone))
    asked = Drilled.of(drill, report.known, Question(Scope(address.scope), period, address.filters))
    indicator = BY_NAME[address.indicator]
    mask = mask_of(asked.columns(indicator), indicator, address.list_part, period.moment)
    return int(mask.sum())


@pytest.mark.parametrize("kind", [ReportKind.DAILY, ReportKind.WEEKLY])
def test_each_number_of_the_tables_is_as_long_as_the_list_that_it_opens(press: Press, kind: ReportKind) -> None:
    report = gathered(press, kind, YESTERDAY)
    words = press.words(report, "zh-CN")
    followed = 0
    lines = [*words["board"]["rows"], words["board"]["total"], *words["sources"]["rows"], *words["kinds"]["rows"]]
    for line in lines:
        assert len(line["links"]) == len(line["cells"])
        for cell, link in zip(line["cells"], line["links"], strict=True):
            if link and "missed" not in link:  # the rate's own number is no length
                assert length_of(press, report, link) == int(cell.replace(",", "")), (line["cells"], link)
                followed += cell != "0"
    assert followed > 10
    total = words["overtime"]
    assert length_of(press, report, total["link"]) == report.overtime_total > 0
    rate = report.figures["on_time_handling_rate"].whole
    assert length_of(press, report, words["board"]["total"]["links"][4]) == (rate.denominator or 0) - rate.numerator


def test_a_line_of_an_event_leads_to_that_event(press: Press) -> None:
    report = gathered(press)
    words = press.words(report, "zh-CN")
    events = [dict(parse_qsl(urlsplit(links[0]).query))["event"] for links in words["overtime"]["links"]]
    assert events == [one.event.event_id for one in report.overtime] != []
    for row, links in zip(words["cards"]["rows"], words["cards"]["links"], strict=True):
        assert dict(parse_qsl(urlsplit(links[-1]).query))["event"] == row[-1]


def test_the_page_has_every_link_of_the_words(press: Press) -> None:
    report = gathered(press)
    page, words = press.documents(report, "zh-CN").files["html"].decode(), press.words(report, "zh-CN")
    lines = [*words["board"]["rows"], words["board"]["total"], *words["sources"]["rows"], *words["kinds"]["rows"]]
    links = [link for line in lines for link in line["links"] if link]
    links += [link for table in ("overtime", "cards") for row in words[table]["links"] for link in row if link]
    links.append(words["overtime"]["link"])
    assert page.count("data-list") == len(links) > 10
    assert all(link.replace("&", "&amp;") in page for link in links)
