"""口径版本: a version is a rule. Whoever changes what an indicator counts, or the words that say so, raises it.

Each indicator of the registry is counted over the hand-made city of `tests.indicator_facts`; what it comes to, which
records that are, and its definition stand in `indicator_versions.toml` under its version.
"""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cockpit.catalogue import texts
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import DrillDown, first_of, mask_of
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.indicator import Timed
from cockpit.situation.indicators import REGISTRY, Indicator, Measure, Part
from cockpit.situation.period import Filters, Period
from tests.indicator_facts import golden_drill
from tests.stories import NOON

PINNED = tomllib.loads((Path(__file__).parent / "indicator_versions.toml").read_text(encoding="utf-8"))
_MIDNIGHT = NOON - timedelta(hours=12)
#: today so far, the three days before it as they ended, and three days until now
PERIODS = {
    "today": Period(_MIDNIGHT, NOON, is_open=True),
    "before": Period(_MIDNIGHT - timedelta(days=3), _MIDNIGHT, is_open=False),
    "days": Period(_MIDNIGHT - timedelta(days=3), NOON, is_open=True),
}
_MOST = 10_000


@pytest.fixture(scope="module")
def drill() -> Iterator[DrillDown]:
    made, house = golden_drill()
    yield made
    house.engine.dispose()


def told(drill: DrillDown, indicator: Indicator) -> dict[str, Any]:
    """What the table keeps of an indicator: its figures, a digest of the records behind them, one of its words."""
    found: dict[str, Any] = {"version": indicator.version}
    lists: list[str] = []
    for name, period in PERIODS.items():
        drilled = Drilled.of(drill, drill.known(None, NOON), Question(Scope(""), period, Filters()))
        measure = drilled.figures((indicator,))[indicator.name].whole
        why = drilled.why(measure, of=indicator)
        found[name] = str(why) if why else figures_of(measure)
        for part in () if why else indicator.parts[:2]:
            lists += [name, part, *_ids(drilled, indicator, part)]
    words = texts("zh-CN")
    said = [words.find(f"{prefix}.{indicator.name}.definition", "") for prefix in ("indicator", "indicator_period")]
    return {**found, "records": _digest(*lists), "definition": _digest(*said)}


def figures_of(measure: Measure) -> list[float]:
    """Numerator, and denominator or what one of a percentile took."""
    more = round(measure.taken_s or 0, 3) if isinstance(measure, Timed) else measure.denominator
    return [measure.numerator] if more is None else [measure.numerator, more]


def _ids(drilled: Drilled, indicator: Indicator, part: Part) -> list[str]:
    columns = drilled.columns(indicator)
    mask = mask_of(columns, indicator, part, drilled.question.period.moment)
    if isinstance(columns, SubjectRows):
        return sorted(place.event_id for place, _ in columns.first_of(mask, count=_MOST))
    return sorted(place.event_id for place, _ in first_of(drilled.known, drilled.rows, mask, count=_MOST))


def _digest(*texts_: str) -> str:
    return sha256("\n".join(texts_).encode()).hexdigest()[:12]


def line_of(name: str, entry: dict[str, Any]) -> str:
    """As the table has it."""
    told_ = ", ".join(
        f"{key} = " + (str(value) if isinstance(value, list | int) else f'"{value}"') for key, value in entry.items()
    )
    return f"{name} = {{ {told_} }}"


@pytest.mark.parametrize("indicator", REGISTRY, ids=lambda indicator: indicator.name)
def test_what_an_indicator_counts_and_says_changes_with_its_version(drill: DrillDown, indicator: Indicator) -> None:
    now, pinned = told(drill, indicator), PINNED.get(indicator.name)
    line = f"the line of tests/laws/indicator_versions.toml:\n{line_of(indicator.name, now)}"
    assert pinned is not None, f"{indicator.name} is new: add {line}"
    changed = [key for key in now if now[key] != pinned.get(key)]
    if changed and now["version"] == pinned["version"]:
        pytest.fail(
            f"{indicator.name} counts or says something else ({', '.join(changed)}) under the same version"
            f" {now['version']}: raise the version and say so in the changelog, then change {line}"
        )
    assert not changed, f"{indicator.name} has a new version: change {line}"


def test_no_line_is_left_of_an_indicator_that_is_gone() -> None:
    assert sorted(PINNED) == sorted(indicator.name for indicator in REGISTRY)


def test_the_facts_tell_every_rule_from_one_that_takes_all_or_nothing(drill: DrillDown) -> None:
    """A figure that nothing can change pins nothing: every indicator has records, and every rate misses some."""
    for indicator in REGISTRY:
        drilled = Drilled.of(drill, drill.known(None, NOON), Question(Scope(""), PERIODS["today"], Filters()))
        measure = drilled.figures((indicator,))[indicator.name].whole
        assert drilled.why(measure, of=indicator) is None, indicator.name
        assert measure.numerator > 0, indicator.name
        if indicator.denominator is not None:
            assert measure.denominator is not None
            assert measure.numerator < measure.denominator, indicator.name
