"""A report carries the indicators that are chosen, each with its numbers or why it has none."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from cockpit.domain.report import ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.reports.chosen import HEADLINE, UnknownIndicatorError, chosen_names, indicators_of, names_of
from cockpit.services.reports.gathering import Gathered
from cockpit.services.reports.schedule import Schedule
from cockpit.situation.indicators import INDICATORS, REGISTRY, Group
from cockpit.situation.period import Filters, Period
from cockpit.situation.situation import Situation
from cockpit.situation.why import Why
from cockpit.store.reports import Reports
from tests.api.town import CITY, NOON
from tests.services.reports.press import Press

NAMES = [indicator.name for indicator in REGISTRY]
ALL = indicators_of(chosen_names(NAMES))
YESTERDAY, TODAY = date(2026, 11, 18), NOON.date()


def gathered(press: Press, day: date = TODAY, names: tuple[str, ...] = tuple(NAMES)) -> Gathered:
    gathering = press.gathering()
    span = ReportSpan.of(ReportKind.DAILY, day, gathering.drill.zone, NOON)
    for days in (0, 1, 7):  # nothing was known at the ends of the spans but what the alarms' journal tells
        press.town.past[span.until - timedelta(days=days)] = Situation(press.town.fold.situation.rules)
    return gathering.gather(span, Scope(CITY), NOON, indicators_of(chosen_names(names)))


@given(st.lists(st.sampled_from(NAMES)))
def test_the_same_choice_is_the_same_text_however_it_is_told(names: list[str]) -> None:
    chosen = chosen_names(names)
    assert set(chosen) == set(names)
    assert chosen_names([*reversed(names), *names]) == chosen
    assert names_of(",".join(chosen)) == (chosen or HEADLINE)


def test_without_a_choice_it_is_the_twelve_of_every_screen() -> None:
    assert set(HEADLINE) == {indicator.name for indicator in INDICATORS}
    assert names_of("") == HEADLINE
    assert names_of("overtime,one_that_is_gone") == ("overtime",)


def test_a_name_that_the_registry_does_not_have_is_named() -> None:
    with pytest.raises(UnknownIndicatorError, match="no indicator mood"):
        chosen_names(["overtime", "mood"])


def test_every_indicator_of_the_registry_has_the_numbers_of_the_drill_down(press: Press) -> None:
    report, drill = gathered(press), press.gathering().drill
    since = ReportSpan.of(ReportKind.DAILY, TODAY, drill.zone, NOON).since
    question = Question(Scope(CITY), Period(since, NOON, is_open=True), Filters())
    asked = Drilled.of(drill, drill.known(None, NOON), question)
    figures = asked.figures(ALL)
    assert [figure.indicator.name for figure in report.chosen] == [i.name for i in ALL]
    for figure in report.chosen:
        whole = figures[figure.indicator.name].whole
        assert figure.why == asked.why(whole, of=figure.indicator), figure.indicator.name
        assert figure.measure == whole, figure.indicator.name
    by_name = {figure.indicator.name: figure for figure in report.chosen}
    # what the town was told: five alarms, of which two cleared
    assert by_name["alarm_raised"].measure.numerator == 5
    assert by_name["alarm_open"].measure.numerator == 3
    # nobody was ever located in this town: that is no zero
    assert by_name["on_duty_rate"].why is Why.FEED_LOST


def test_what_tells_an_instant_is_told_as_of_the_end_of_the_span(press: Press) -> None:
    ends = ReportSpan.of(ReportKind.DAILY, YESTERDAY, press.gathering().drill.zone, NOON).until
    report = gathered(press, YESTERDAY)
    by_name = {figure.indicator.name: figure for figure in report.chosen}
    # all five rang today
    assert (by_name["alarm_open"].measure.numerator, by_name["alarm_open"].at) == (0, ends)
    assert by_name["fresh_record_rate"].at == ends
    assert by_name["overtime"].at is None


def test_what_was_not_kept_is_told_as_of_the_making_and_says_why_it_has_no_value(press: Press) -> None:
    gathering = press.gathering()
    gathering.drill.subjects = None  # nothing is joined that could tell of the roster
    span = ReportSpan.of(ReportKind.DAILY, TODAY, gathering.drill.zone, NOON)
    for days in (1, 7):
        press.town.past[span.until - timedelta(days=days)] = Situation(press.town.fold.situation.rules)
    report = gathering.gather(span, Scope(CITY), NOON, indicators_of(("on_duty",)))
    figure = report.chosen[0]
    assert (figure.at, figure.why, figure.earlier) == (NOON, Why.NOT_KEPT, (None, None))
    told = press.words(report)["groups"][0]["rows"][0]
    assert (told["value"], told["of"], told["link"]) == ("—", "过去状态未留存", "")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_page_paper_and_words_carry_each_of_them_with_its_definition(press: Press, lang: str) -> None:
    report = gathered(press)
    words, documents = press.words(report, lang), press.documents(report, lang)
    pdf = PdfReader(io.BytesIO(documents.files["pdf"]))
    paper = "".join("".join(page.extract_text() for page in pdf.pages).split())
    page = documents.files["html"].decode()
    lines = [*words["headline"], *(row for group in words["groups"] for row in group["rows"])]
    assert {line["name"] for line in lines} == set(NAMES)
    assert [group["group"] for group in words["groups"]] == [g.value for g in Group if g is not Group.OVERVIEW]
    for line in lines:
        for said in (line["title"], line["value"], line["of"], line["at"]):
            assert "".join(said.split()) in paper, line["name"]
        assert f'data-indicator="{line["name"]}"' in page
        # a number leads to its list; what is not known has none and says why
        assert bool(line["link"]) == (line["value"] != "—")
        assert line["link"] or line["of"]
    defined = {row[0] for row in words["definitions"]["rows"]}
    assert len(words["definitions"]["rows"]) == len(NAMES) and {line["title"] for line in lines} == defined
    for number in words["figures"]:
        assert (number["value"] is None) == (number["why"] is not None)


def test_a_report_of_alarms_alone_defines_what_its_tables_count_too(press: Press) -> None:
    words = press.words(gathered(press, names=("alarm_raised", "alarm_timely_rate")))
    assert words["headline"] == []
    assert [row["name"] for row in words["groups"][0]["rows"]] == ["alarm_raised", "alarm_timely_rate"]
    assert len(words["definitions"]["rows"]) == 2 + 6


def test_a_schedule_that_carries_something_else_makes_no_second_report(press: Press) -> None:
    usual = press.maker().schedule
    other = Schedule(usual.kinds, usual.codes, usual.at, usual.lang, ("alarm_raised",))
    table, zone = Reports(press.town.engine), press.gathering().drill.zone
    first, second = ([one for _, one in schedule.due(NOON, zone)] for schedule in (usual, other))
    assert [one.key for one in first] == [one.key for one in second]
    assert (table.ask(first), table.ask(second)) == (len(first), 0)
    assert {one.indicators for one in table.newest(scope=CITY)[1]} == {",".join(HEADLINE)}


def test_the_maker_makes_what_was_chosen(press: Press) -> None:
    maker = press.maker(kinds=(ReportKind.DAILY,))
    maker.schedule = Schedule(maker.schedule.kinds, [CITY], maker.schedule.at, "zh-CN", ("alarm_raised",))
    assert maker.look()
    made = Reports(press.town.engine).newest(scope=CITY)[1][0]
    words = maker.shelf.find(made.id, "json")
    assert words is not None and b'"alarm_raised"' in words and b'"headline": []' in words
