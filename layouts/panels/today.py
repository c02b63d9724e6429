"""今日事件: the on-time rate against its target, and the four counts of the day."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from cockpit.situation.indicators import Measure, Part
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.numerals import count_of, percent_of, points_of, width_class
from layouts.opens import Shows, Ways, number, opens
from layouts.panel import as_of_badge, header, sub

_RATE = "on_time_handling_rate"
_STEPS = (
    ("reported", "reported_today"),
    ("accepted", "accepted_today"),
    ("handled", "handled_today"),
    ("closed", "closed_today"),
)
#: points below which a change is none
_SAME = 0.00005


def today(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    known = context.heard(EVENT_FEEDS) or figures.measures["reported_today"].numerator > 0
    ways = Ways.of(figures, context, texts)
    return [
        header(texts["today.title"], as_of_badge(texts, context, EVENT_FEEDS), [sub(texts["today.sub"])]),
        html.div(
            [_rate(figures, context, texts, ways, known=known), _steps(figures, texts, ways, known=known)],
            className="body",
        ),
    ]


def _rate(figures: Figures, context: ScreenContext, texts: Texts, ways: Ways, *, known: bool) -> Any:
    measure = figures.measures[_RATE]
    rate = measure.value
    if rate is None:
        value = html.div([texts["value.none"], html.small(texts["value.no_sample"])], className="hero no-sample")
    else:
        value = html.div(
            [opens(percent_of(rate, texts), ways.indicator(_RATE), Shows.RATE), html.small(texts["value.percent"])],
            className="hero",
        )
    told = {"data-indicator": _RATE, "title": texts[f"indicator.{_RATE}.definition"]}
    return html.div(
        [
            html.div(
                [
                    html.div([html.div(texts[f"indicator.{_RATE}.title"], className="label"), value], **told),
                    html.div(
                        [
                            html.div(_sample(measure if known else None, texts, ways), className="facts"),
                            html.div(_change(rate, figures.past_rate, texts)),
                        ],
                        className="beside",
                    ),
                ],
                className="hero-line",
            ),
            *_scale(rate, context.target_rate, texts),
        ],
        className="today-rate",
    )


def _sample(measure: Measure | None, texts: Texts, ways: Ways) -> list[Any]:
    numerator, denominator = (measure.numerator, measure.denominator or 0) if measure else (None, None)
    return [
        html.span(
            [
                f"{texts['today.on_time']} ",
                html.b(number(numerator, ways.indicator(_RATE, Part.NUMERATOR), texts)),
                " /",
            ]
        ),
        html.span(
            [f"{texts['today.due']} ", html.b(number(denominator, ways.indicator(_RATE, Part.DENOMINATOR), texts))]
        ),
    ]


def _change(rate: float | None, past: float | None, texts: Texts) -> list[Any]:
    if rate is None or past is None:
        return [html.span(texts["today.no_past"])]
    if abs(rate - past) < _SAME:
        return [html.span(texts["today.same_as_past"])]
    good = rate > past
    return [
        html.span(points_of(rate - past), className="good" if good else "bad"),
        f" {texts['today.against_past']}",
    ]


def _scale(rate: float | None, target: float, texts: Texts) -> list[Any]:
    """The bar from `low` to 100 %: the last tenth where most days are, more when a day is bad."""
    low = next(edge for edge in (0.9, 0.5, 0.0) if min(1.0 if rate is None else rate, target) >= edge)
    at = (target - low) / (1 - low) * 100
    filled = 0.0 if rate is None else (rate - low) / (1 - low) * 100
    passed = rate is not None and rate >= target
    ends = [html.span(f"{low:.0%}")]
    if at < 80:
        ends.append(html.span("100%"))
    target_text = texts.format("today.target", rate=f"{target * 100:g}%")
    return [
        html.div(
            [
                html.i(className="fill" if passed else "fill missed", style={"width": f"{filled:.2f}%"}),
                html.i(className="target", style={"left": f"{at:.2f}%"}),
            ],
            className="scale",
        ),
        html.div(
            [*ends, html.span(target_text, className="at", style={"left": f"{at:.2f}%"})],
            className="scale-ends",
        ),
    ]


def _steps(figures: Figures, texts: Texts, ways: Ways, *, known: bool) -> Any:
    counts = [figures.measures[name].numerator for _, name in _STEPS]
    shown = [count_of(n if known else None, texts) for n in counts]
    linked = [
        number(n if known else None, ways.indicator(name), texts) for (_, name), n in zip(_STEPS, counts, strict=True)
    ]
    most = max(*counts, 1)
    return html.div(
        [
            html.div(
                [
                    html.div(texts[f"today.{step}"], className="label"),
                    html.div(tree, className="num"),
                    html.div(html.i(style={"width": f"{n / most * 100:.1f}%"}), className="track"),
                ],
                className=f"step {step}",
                title=texts[f"indicator.{name}.definition"],
                **{"data-indicator": name},
            )
            for (step, name), n, tree in zip(_STEPS, counts, linked, strict=True)
        ],
        className=f"steps {width_class(*shown)}",
    )
