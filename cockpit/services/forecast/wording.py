"""预测的话: a forecast in words, for pages and for the API alike."""

from cockpit.catalogue import Texts
from cockpit.services.forecast.open_events import Forecast, WhyRule

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def span_of(seconds: float, words: Texts) -> str:
    """A duration in its largest unit."""
    for unit, name in ((_DAY * 2, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if seconds >= unit:
            n = seconds / (_DAY if name == "days" else unit)
            return words.format(f"age.{name}", n=f"{n:.1f}".removesuffix(".0") if name != "minutes" else round(n))
    return words.format("age.seconds", n=max(0, round(seconds)))


def reason_of(forecast: Forecast, words: Texts) -> str:
    """Why: how it went with similar events, or why only the rule speaks."""
    if forecast.why is not None:
        return words.format("forecast.rule", why=why_of(forecast.why, words), used=f"{100 * forecast.used:.0f}")
    return words.format(
        "forecast.reason", alike=words[f"forecast.alike.{forecast.kindship}"], n=forecast.similar, k=forecast.longer,
        used=f"{100 * forecast.stage_used:.0f}",
    )  # fmt: skip


def why_of(why: WhyRule, words: Texts) -> str:
    """Why there are no probabilities."""
    return words[f"forecast.why.{why.value}"]
