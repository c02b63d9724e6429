"""事件清单: the events behind the chosen number, a page of them; each opens with its whole process."""

from typing import Any

from dash import html

from cockpit.domain.event import Event
from cockpit.domain.overtime import Colour, colour_of, is_late, turning_points
from cockpit.situation.indicators import Better, Part
from cockpit.situation.why import Why
from layouts.data_text import OF_DATA
from layouts.glyph import OF_COLOUR, glyph
from layouts.leader.amounts import records_of, told
from layouts.leader.exporting import taken_away
from layouts.leader.outages import outage_note
from layouts.leader.subject_rows import subject_table, subject_title
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def listing(view: LeaderView) -> Any:
    """The list with its parts as tabs, the filters that hold, and its pages."""
    rows = view.events if view.indicator.is_of_events else view.records
    table = _events if view.indicator.is_of_events else subject_table
    body = table(view) if rows else html.P(_empty(view), className="ld-empty")
    return html.Section(
        [
            html.Header([html.H2(subject_title(view)), _parts(view)]),
            *_filters(view),
            *outage_note(view),
            html.Div(body, className="ld-rows", tabIndex=0),
            _pages(view),
        ],
        className="ld-panel ld-list",
        id="leader-list",
        **{
            "aria-label": subject_title(view),
            "data-total": str(view.total),
            "data-part": view.address.list_part.value,
            "data-subject": view.indicator.subject.value,
        },
    )


def _empty(view: LeaderView) -> str:
    """Nothing in the list, or why nothing is known."""
    why = view.drilled.why(view.figures[view.indicator.name].whole, of=view.indicator)
    if view.indicator.is_of_events:
        return view.texts["leader.list.empty"]
    if why in (None, Why.NO_SAMPLE):
        return view.texts["leader.subject.empty"]
    return view.texts[f"leader.why.{why.value}"]


def _events(view: LeaderView) -> Any:
    texts = view.texts
    rows = [_row(view, event) for event in view.events]
    columns = ("status", "what", "place", "stage", "took" if view.indicator.is_timed else "when")
    head = html.Thead(html.Tr([html.Th(texts[f"leader.list.{name}"]) for name in columns]))
    return html.Table([head, html.Tbody(rows)])


def _parts(view: LeaderView) -> Any:
    """What the list can show: what a rate misses, what it has, and all of it; a count has one list."""
    texts, whole = view.texts, view.figures[view.indicator.name].whole
    if whole.denominator is None or len(view.indicator.parts) == 1:
        return html.Span(records_of(texts, view.indicator, whole.numerator), className="sub")
    sizes = {
        # all of a rate's numerator is in its denominator
        Part.MISSED: whole.denominator - whole.numerator,
        Part.NUMERATOR: whole.numerator,
        Part.DENOMINATOR: whole.denominator,
    }
    # what a rate that should be low does not count was not missed
    said = {} if view.indicator.better is Better.HIGHER else {Part.MISSED: "others", Part.NUMERATOR: "counted"}
    return html.Div(
        [
            html.A(
                texts.format(f"leader.list.{said.get(part, part.value)}", n=count_of(n, texts)),
                href=view.address.href(part=part.value) + "#leader-list",
                className="on" if part is view.address.list_part else "",
                **{"data-part": part.value},
            )
            for part, n in sizes.items()
        ],
        className="ld-seg",
        role="group",
    )


def _filters(view: LeaderView) -> list[Any]:
    """What the page is narrowed down to, each taken away by a click."""
    texts, address = view.texts, view.address
    held = []
    if address.category:
        held.append((view.kind_of(address.category), address.href(category="")))
    if address.source:
        held.append((texts[f"source.{address.source}"], address.href(source="")))
    if address.weekday or address.hour:
        day = texts[f"weekday.{_DAYS[int(address.weekday)]}"] if address.weekday else ""
        key = "leader.list.weekday_hour" if address.hour else "leader.list.weekday"
        held.append(
            (texts.format(key, day=day, hour=f"{int(address.hour or 0):02d}"), address.href(weekday="", hour=""))
        )
    if not held:
        return []
    chips = [html.A([text, glyph("close")], href=href, className="chip") for text, href in held]
    return [html.Div([html.Span(texts["leader.list.filters"], className="mut"), *chips], className="ld-filters")]


def _row(view: LeaderView, event: Event) -> Any:
    texts, report, timing = view.texts, event.report, view.drilled.known.timing
    at = view.drilled.known.at
    colour = Colour.GREEN if event.is_dismissed else colour_of(event, at, timing)
    status = texts[f"colour.{colour.value}"]
    if colour is Colour.GREEN and is_late(event, timing):
        status = texts["colour.closed_late"]
    over = turning_points(event, timing).overtime_at
    title = report.title or report.category_text or event.event_id
    link = html.A(
        title, href=view.address.href(event=event.event_id, cursor=view.address.cursor), title=event.event_id, **OF_DATA
    )
    code = report.place.code
    source = texts[f"source.{report.source.value}"]
    due = "" if over is None else texts.format("leader.detail.due", time=view.time(over))
    return html.Tr(
        [
            html.Td(html.Span(glyph(OF_COLOUR[colour], css=OF_COLOUR[colour]), title=status)),
            html.Td([link, html.Small(" · ".join(part for part in (source, event.unit) if part), **OF_DATA)]),
            html.Td(view.name_of(code[:12]) if len(code) >= 9 else texts["leader.map.rest"]),
            html.Td([texts[f"stage.{event.stage.value}"], html.Small(due)]),
            html.Td(_last(view, event)),
        ],
        className="sel" if event.event_id == view.address.event else "",
        **{"data-event-id": event.event_id},
    )  # fmt: skip


def _last(view: LeaderView, event: Event) -> str:
    """When it was reported; behind a percentile what it took, since that is what the figure is of."""
    took = view.took.get(event.event_id)
    return view.time(event.report.reported_at) if took is None else told(view.indicator, took, view.texts)


def _pages(view: LeaderView) -> Any:
    texts = view.texts
    links = []
    if view.address.cursor:
        links.append(html.A(texts["leader.list.first"], href=view.address.href() + "#leader-list"))
    if view.cursor:
        links.append(html.A(texts["leader.list.next"], href=view.address.href(cursor=view.cursor) + "#leader-list"))
    n = len(view.events) or len(view.records)
    shown = texts.format(
        "leader.list.shown", a=min(view.first + 1, view.total), b=view.first + n, n=count_of(view.total, texts)
    )
    return html.Footer([html.Span(shown if n else ""), _export(view), html.Span(links)], className="ld-sub between")


def _export(view: LeaderView) -> Any:
    return taken_away(view, "records", indicator=view.indicator.name, part=view.address.list_part.value)
