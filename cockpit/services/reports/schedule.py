"""定时: which reports are due at an instant. Each has a key that follows from what it is about, so it is made once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from cockpit.domain.report import ReportKind, ReportSpan, last_over
from cockpit.services.reports.chosen import HEADLINE
from cockpit.store.reports import AskedReport

#: a span whose report should have been there longer ago than this is not made up for
_MISSED = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`kinds` of every one of `codes`, from the local time `at` of the day after, with these indicators."""

    kinds: Collection[ReportKind]
    codes: Sequence[str]
    at: time
    lang: str
    indicators: tuple[str, ...] = HEADLINE

    def due(self, now: datetime, zone: ZoneInfo) -> Iterator[tuple[ReportSpan, AskedReport]]:
        """What should be there by now; whoever has it already keeps it as it is."""
        for kind in ReportKind:
            if kind not in self.kinds:
                continue
            for span in self._spans(kind, now, zone):
                for code in self.codes:
                    key = f"{kind.value}:{span.name}:{code}:{self.lang}"
                    # what it carries is no part of its key: a setting that is changed makes no second one
                    yield span, asked_of(span, code, self.lang, self.indicators, by="", now=now, key=key)

    def _spans(self, kind: ReportKind, now: datetime, zone: ZoneInfo) -> Iterator[ReportSpan]:
        """The newest span that is over, and those before it that were missed not too long ago."""
        at = now
        while True:
            span = last_over(kind, at, zone)
            ready = datetime.combine(span.behind, self.at, zone)
            if now >= ready + _MISSED:
                return
            if ready <= now:
                yield span
            at = datetime.combine(span.first, time(0), zone)


def asked_of(
    span: ReportSpan, code: str, lang: str, indicators: Sequence[str], *, by: str, now: datetime, key: str
) -> AskedReport:
    """A report to be made, with indicators as `chosen_names` gives them. Its id follows from its key."""
    return AskedReport(
        id=blake2b(key.encode(), digest_size=12).hexdigest(),
        key=key,
        kind=span.kind.value,
        name=span.name,
        day=span.first.isoformat(),
        code=code,
        lang=lang,
        asked_by=by,
        asked_at=now,
        indicators=",".join(indicators),
    )
