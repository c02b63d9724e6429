"""值得关注: what a leader should look at first, told from a report's own figures and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cockpit.domain.act import Degree
from cockpit.services.reports.gathering import Gathered

#: divisions that one line names
_NAMED = 3
#: a category grows if it has so many more reports and is so many times as frequent
_LEAST_MORE, _TIMES = 5, 1.5


@dataclass(frozen=True, slots=True)
class Attention:
    """One line: the text `report.attention.KEY` with its values; `codes` are divisions to be named, with a rate."""

    key: str
    values: dict[str, int | float | str] = field(default_factory=dict)
    codes: tuple[tuple[str, float], ...] = ()
    is_bad: bool = True


def attentions_of(report: Gathered) -> list[Attention]:
    """The lines, the gravest first; none if there is nothing to say."""
    return [line for part in (_rate, _divisions, _open, _cards, _alarms, _growing, _unknown) for line in part(report)]


def _rate(report: Gathered) -> Iterator[Attention]:
    value = report.figures["on_time_handling_rate"].whole.value
    if value is not None and value < report.target:
        yield Attention("below_target", {"rate": value, "target": report.target})


def _divisions(report: Gathered) -> Iterator[Attention]:
    children = zip(report.drilled.children, report.figures["on_time_handling_rate"].children, strict=True)
    failing = sorted((rate, code) for code, m in children if (rate := m.value) is not None and rate < report.target)
    if failing:
        worst = tuple((code, rate) for rate, code in failing[:_NAMED])
        yield Attention("divisions_below", {"n": len(failing), "target": report.target}, worst)


def _open(report: Gathered) -> Iterator[Attention]:
    for name in ("overtime", "at_risk"):
        count = report.figures[name].whole.numerator
        before = report.earlier[0].measure(name)
        if count:
            more = None if before is None else count - before.numerator
            key = (
                name if more is None else f"{name}_more" if more > 0 else f"{name}_less" if more < 0 else f"{name}_same"
            )
            yield Attention(
                key,
                {"n": count, "more": abs(more or 0), "before": report.earlier[0].how.value},
                is_bad=name == "overtime",
            )


def _cards(report: Gathered) -> Iterator[Attention]:
    for degree in (Degree.RED, Degree.YELLOW):
        count = sum(card.degree is degree for card in report.told.cards)
        if count:
            yield Attention(f"{degree.value}_cards", {"n": count}, is_bad=degree is Degree.RED)


def _alarms(report: Gathered) -> Iterator[Attention]:
    funnel = report.alarms
    if funnel.open:
        yield Attention("alarms_open", {"n": funnel.open, "raised": funnel.raised})


def _growing(report: Gathered) -> Iterator[Attention]:
    if report.consisted is None:
        return
    before = dict(report.consisted.categories)
    grown = [
        (n - before.get(code, 0), code, n)
        for code, n in report.consists.categories
        if code and n - before.get(code, 0) >= _LEAST_MORE and n >= _TIMES * before.get(code, 0)
    ]
    for _, code, n in sorted(grown, reverse=True)[:1]:
        told: dict[str, int | float | str] = {"category": code, "n": n, "was": before.get(code, 0)}
        yield Attention("growing", {**told, "before": report.earlier[0].how.value}, is_bad=False)


def _unknown(report: Gathered) -> Iterator[Attention]:
    begins = report.known.begins_at
    if begins is not None and report.span.since < begins:
        yield Attention("begins", is_bad=False)
    for source in report.known.lost:
        yield Attention("lost", {"source": source.value})
