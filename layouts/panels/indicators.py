"""过程指标: rates of the process with their definitions and samples; for walls with room."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.numerals import count_of, percent_of
from layouts.panel import as_of_badge, header, sub

SHOWN = ("timely_acceptance_rate", "handling_rate", "closing_rate", "on_time_closing_rate", "late_closing_rate")


def indicators(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    return [
        header(texts["indicators.title"], as_of_badge(texts, context, EVENT_FEEDS), [sub(texts["indicators.sub"])]),
        html.div([_tile(name, figures, texts) for name in SHOWN], className="indicator-tiles"),
    ]


def _tile(name: str, figures: Figures, texts: Texts) -> Any:
    measure = figures.measures[name]
    unit = texts["value.no_sample"] if measure.value is None else texts["value.percent"]
    sample = texts.format(
        "indicators.of", n=count_of(measure.numerator, texts), d=count_of(measure.denominator or 0, texts)
    )
    return html.div(
        [
            html.div(texts[f"indicator.{name}.title"], className="label"),
            html.div([percent_of(measure.value, texts), html.small(unit)], className="num"),
            html.div(sample, className="sample"),
        ],
        className="indicator",
        title=texts[f"indicator.{name}.definition"],
        **{"data-indicator": name},
    )
