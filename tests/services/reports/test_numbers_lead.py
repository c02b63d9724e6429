"""报告的数字: each number of the tables leads to the list that it counts, at the same instant, scope and period."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from cockpit.domain.report import ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import mask_of
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.reports.gathering import Gathered
from cockpit.situation.indicators import BY_NAME
from layouts.leader.address import LeaderAddress
from tests.api.town import CITY, NOON
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


def links_in(value: object) -> list[str]:
    """Every link of a report's words, wherever it stands."""
    if isinstance(value, dict):
        return [link for one in value.values() for link in links_in(one)]
    if isinstance(value, list):
        return [link for one in value for link in links_in(one)]
    return [value] if isinstance(value, str) and (value.startswith("/leader?") or value == "#cards") else []


#: what a number of the page is that leads nowhere, by the tag or class that it stands in
NO_COUNT = {
    "h1": "whose report it is",
    "period": "the day or month",
    "made": "when it was made",
    "notes": "definitions, their versions, codes and times",
    "svg": "a chart",
    "figure": "a picture of the wall, when",
    "good": "a change against before",
    "bad": "a change against before",
    "style": "not shown",
    "title": "whose report it is",
    "small": "the instant of a figure, and what was before where nothing is known of that instant's list",
}


class Numbers(HTMLParser):
    """Texts of a page with a digit in them that stand in no link, each with the tags and classes that it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[tuple[str, set[str]]] = []
        self.found: list[tuple[str, set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        linked = {"link"} if "data-list" in told else set()
        if tag not in ("meta", "img"):  # which nothing closes
            self.path.append((tag, {tag, *linked, *(told.get("class") or "").split()}))

    def handle_endtag(self, tag: str) -> None:
        while self.path and self.path.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        names = set().union(*(names for _, names in self.path))
        if re.search(r"\d", data) and "link" not in names:
            self.found.append((data.strip(), names))


@pytest.mark.parametrize("kind", [ReportKind.DAILY, ReportKind.WEEKLY])
def test_every_number_of_the_page_leads_to_its_list_or_is_thought_of(press: Press, kind: ReportKind) -> None:
    report = gathered(press, kind, NOON.date())
    words = press.words(report, "zh-CN")
    page = press.documents(report, "zh-CN").files["html"].decode()
    numbers = Numbers()
    numbers.feed(page)
    # names of events and places, times and spans, shares of the count beside them, the lines that count people
    thought_of = {cell for row in words["overtime"]["rows"] for cell in row}
    thought_of |= {cell for row in words["cards"]["rows"] for cell in row}
    thought_of |= {row["cells"][at] for table in ("sources", "kinds") for row in words[table]["rows"] for at in (0, 2)}
    rest = [row for row in words["board"]["rows"] if not row["code"]]
    thought_of |= {cell for row in rest for cell in row["cells"]}  # what lies in no division is no list
    thought_of |= {words["duty_parts"][0][0].strip(), words["duty"][-1], words["alarms"]["said"]}  # when; people; kinds
    nowhere = [said for said, names in numbers.found if not names & NO_COUNT.keys() and said not in thought_of]
    assert nowhere == []


def test_the_alarms_and_who_is_on_duty_are_the_indicators_and_lead_to_their_lists(press: Press) -> None:
    report = gathered(press, ReportKind.DAILY, NOON.date())
    words, funnel = press.words(report, "zh-CN"), report.alarms
    lengths = [length_of(press, report, step["link"]) for step in words["alarms"]["steps"]]
    assert lengths == [int(step["n"]) for step in words["alarms"]["steps"]]
    assert lengths == [funnel.raised, funnel.acted, funnel.promoted, funnel.settled, funnel.judged_false, funnel.open]
    assert (funnel.raised, funnel.settled + funnel.open, sum(n for _, n in funnel.kinds)) == (5, 5, 5)
    duty, numbers = report.on_duty, [part for part in words["duty_parts"][0] if not isinstance(part, str)]
    assert [length_of(press, report, link) for _, link in numbers] == [int(n.replace(",", "")) for n, _ in numbers]
    assert duty.roster.whole.numerator == len(press.town.city.roster) > duty.on.whole.numerator > 0
    for split in (duty.on, duty.roster):
        assert sum(m.numerator for m in split.children) + split.rest.numerator == split.whole.numerator
    rows = [*words["board"]["rows"], words["board"]["total"]]
    assert [row["cells"][-1] for row in rows if row["code"]] == [
        f"{length_of(press, report, row['links'][-1]):,}" for row in rows if row["code"]
    ]


def test_what_nobody_could_tell_is_said_and_is_no_zero(press: Press) -> None:
    gathering = press.gathering()
    gathering.drill.subjects = None
    span = ReportSpan.of(ReportKind.DAILY, NOON.date(), gathering.drill.zone, NOON)
    words = press.words(gathering.gather(span, Scope(CITY), NOON), "zh-CN")
    assert words["alarms"] == {"steps": [], "said": "报警情况未知：过去状态未留存"}
    assert "在岗情况未知" in words["duty"][0]
    assert {row["cells"][-1] for row in words["board"]["rows"]} == {"—"}


def test_both_parts_of_a_rate_and_what_it_was_before_lead_to_their_lists(press: Press) -> None:
    report = gathered(press)
    followed = 0
    for tile in press.words(report, "zh-CN")["headline"]:
        for part in tile["of_parts"]:
            if not isinstance(part, str) and part[1]:
                assert length_of(press, report, part[1]) == int(part[0].replace(",", "")), tile["name"]
                followed += 1
        for compared in tile["compared"]:
            if compared["link"] and not BY_NAME[tile["name"]].is_rate:
                assert length_of(press, report, compared["link"]) == int(compared["value"].replace(",", ""))
                followed += 1
    assert followed > 12


def test_the_page_has_every_link_of_the_words(press: Press) -> None:
    report = gathered(press)
    page, words = press.documents(report, "zh-CN").files["html"].decode(), press.words(report, "zh-CN")
    links = links_in({name: value for name, value in words.items() if name != "link"})
    lines = [*words["board"]["rows"], words["board"]["total"], *words["sources"]["rows"], *words["kinds"]["rows"]]
    tables = [link for line in lines for link in line["links"] if link]
    tables += [link for table in ("overtime", "cards") for row in words[table]["links"] for link in row if link]
    assert {*tables, words["overtime"]["link"]} <= set(links)
    assert page.count("data-list") == len(links) > len(tables) > 10
    assert all(link.replace("&", "&amp;") in page for link in links)
