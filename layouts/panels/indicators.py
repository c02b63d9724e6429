"""过程指标: rates of the process with their definitions and samples; for walls with room."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from cockpit.situation.indicators import Part
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.numerals import percent_of
from layouts.opens import Shows, Ways, number, opens, weave
from layouts.panel import as_of_badge, header, sub

SHOWN = ("timely_acceptance_rate", "handling_rate", "closing_rate", "on_time_closing_rate", "late_closing_rate")


def indicators(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    ways = Ways.of(figures, context, texts)
    return [
        header(texts["indicators.title"], as_of_badge(texts, context, EVENT_FEEDS), [sub(texts["indicators.sub"])]),
        html.div([_tile(name, figures, texts, ways) for name in SHOWN], className="indicator-tiles"),
    ]


def _tile(name: str, figures: Figures, texts: Texts, ways: Ways) -> Any:
    measure = figures.measures[name]
    unit = texts["value.no_sample"] if measure.value is None else texts["value.percent"]
    sample = weave(
        texts["indicators.of"],
        n=number(measure.numerator, ways.indicator(name, Part.NUMERATOR), texts),
        d=number(measure.denominator or 0, ways.indicator(name, Part.DENOMINATOR), texts),
    )
    shown = opens(percent_of(measure.value, texts), "" if measure.value is None else ways.indicator(name), Shows.RATE)
    return html.div(
        [
            html.div(texts[f"indicator.{name}.title"], className="label"),
            html.div([shown, html.small(unit)], className="num"),
            html.div(sample, className="sample"),
        ],
        className="indicator",
        title=texts[f"indicator.{name}.definition"],
        **{"data-indicator": name},
    )
