"""`cockpit doctor` tells figures again: what is kept from change to change beside what it was made of."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from cockpit.data_dir import DataDir
from cockpit.exits import TellError
from cockpit.parts import Parts
from cockpit.services.drill_down import DrillDown
from cockpit.services.raising_records import RaisingRecorder
from cockpit.services.reconciling import Compared, Difference, StillFold, compare_fold, compare_past, sample_of
from cockpit.services.reconciling_raisings import compare_raisings
from cockpit.settings import Settings
from cockpit.situation.indicators import Measure
from cockpit.situation.situation import Situation
from cockpit.store.raisings import AlarmRaisings

#: communities a run; another day looks at others
_COMMUNITIES = 6
#: folding takes a second for some 15,000 facts
_MOST_FACTS = 150_000
#: so many differences are told one by one
_TOLD = 5


def figure_findings(settings: Settings) -> Iterator[tuple[str, str]]:
    """(verdict, what to tell) of the columns of the past, of the fold and of the raisings of alarms."""
    parts = Parts(settings)
    try:
        yield from _of_past(parts, settings)
        yield from _of_fold(parts)
        yield from _of_raisings(parts)
    except (TellError, SQLAlchemyError):
        return  # the city or the database has been complained about, or the next start migrates it
    finally:
        parts.close()


def _sample(parts: Parts) -> list[str]:
    return sample_of(parts.city, datetime.now(UTC).toordinal(), _COMMUNITIES)


def _of_past(parts: Parts, settings: Settings) -> Iterator[tuple[str, str]]:
    cache = DataDir(settings.data_dir).cache
    if not any(cache.glob("columns-*")):
        yield "ok", "no columns of the past are kept in files, each start reads the records"
        return
    # an empty fold: what has ended and not left a fold yet would hide its columns
    still = StillFold(Situation(rules=parts.rules))
    drill = DrillDown(fold=still, folded=lambda _at: still.situation, past=parts.past_events, city=parts.city)
    found = compare_past(drill, datetime.now(UTC), _sample(parts))
    yield from _told(parts, found, f"columns of the past and {found.told:,} records", f"delete {cache}/columns-*")


def _of_fold(parts: Parts) -> Iterator[tuple[str, str]]:
    again = parts.history.refolded(most=_MOST_FACTS)
    if again is None:
        yield "ok", f"no fold to tell again: no checkpoint yet that the journal leads to within {_MOST_FACTS:,} facts"
        return
    found = compare_fold(again.kept, again.anew, again.at, parts.past_events, parts.city, _sample(parts))
    do = "stop the cockpit, empty the table checkpoints and start: the journal is folded anew"
    yield from _told(parts, found, f"checkpoint and {again.told:,} facts of the journal", do)


def _of_raisings(parts: Parts) -> Iterator[tuple[str, str]]:
    table = AlarmRaisings(parts.engine)
    recorder = RaisingRecorder(table, parts.rules.zone())
    found = compare_raisings(table, recorder, parts.journal, most=_MOST_FACTS)
    of = f"{found.facts:,} facts about alarms" + ("" if found.is_whole else f" among the newest {_MOST_FACTS:,}")
    if found.is_empty:
        yield "warn", f"no raising is kept, though the journal has {of}: the next start of the archiver tells them"
        return
    if not found.differences:
        yield "ok", f"the raisings of {found.alarms:,} alarms, {found.rows:,} rows in all, are what {of} tell"
        return
    for wrong in found.differences[:_TOLD]:
        raised = datetime.fromtimestamp(wrong.raised_ms / 1000, UTC)
        yield (
            "fail",
            f"alarm {wrong.alarm_id} raised {raised:%Y-%m-%d %H:%M}: {wrong.kept} rows kept, {wrong.anew} told",
        )
    do = "stop the cockpit, empty the table alarm_raisings and start: the journal is told into it anew"
    yield "fail", f"{len(found.differences):,} of {found.alarms:,} alarms differ from what {of} tell; {do}"


def _told(parts: Parts, found: Compared, which: str, do: str) -> Iterator[tuple[str, str]]:
    if not found.differences:
        yield (
            "ok",
            f"{found.indicators} indicators × {len(found.codes)} divisions at {len(found.instants)} instants are equal "
            f"in {which}",
        )
        return
    for wrong in found.differences[:_TOLD]:
        yield "fail", _line(parts, wrong)
    rest = len(found.differences) - _TOLD
    more = f"{rest} more differ between " if rest > 0 else "told from "
    yield "fail", f"{more}{which}; {do}"


def _line(parts: Parts, wrong: Difference) -> str:
    where = f"{parts.city.name_of(wrong.code, 'zh-CN')} {wrong.code}" if wrong.code else "no division below"
    kept, anew = _number(wrong.kept), _number(wrong.anew)
    return f"{wrong.indicator} of {where} at {wrong.at:%Y-%m-%d %H:%M} is kept as {kept}, not {anew}"


def _number(measure: Measure) -> str:
    if measure.denominator is not None:
        return f"{measure.numerator}/{measure.denominator}"
    value = measure.value
    return "nothing" if value is None else f"{value:g} ({measure.numerator})"
