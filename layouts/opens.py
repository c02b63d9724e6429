"""数字打开名单: a number of a panel as the way to the records that it counts.

A panel is rendered once for everybody who looks at it, so the tree only says where a number leads (`data-to`);
`59-patch.js` makes it a link for those who may open that page. For a wall that nobody touches it stays plain text.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import Formatter
from typing import Any
from urllib.parse import urlencode

from cockpit.catalogue import LANGS, Texts
from cockpit.domain.overtime import Colour
from cockpit.domain.stage import Phase
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ScreenContext
from layouts.leader.address import LeaderAddress
from layouts.numerals import count_of

Tree = Any

#: the colours of the legend as the facets of the desk's queue; what is green waits for nobody and is in no queue
_QUEUED = {Colour.BLUE: "blue,paused", Colour.AT_RISK: "at_risk", Colour.OVERTIME: "overtime"}

#: what the numbers of 物联告警 are
_ALARMS = {"today": "alarm_raised", "open": "alarm_open"}


class Shows(StrEnum):
    """What the number is of the list that it opens."""

    RECORDS = "records"  # its length
    RATE = "rate"  # a rate, with what it misses listed
    DIVISIONS = "divisions"  # how many of the divisions below, which stand beside the list


def opens(shown: str, to: str, shows: Shows) -> Tree:
    """A number as the way to its records; plain text where there is no way to them (`to` is empty)."""
    return html.a(shown, className="opens", **{"data-to": to, "data-shows": shows.value}) if to else shown


def number(n: int | None, to: str, texts: Texts, shows: Shows = Shows.RECORDS) -> Tree:
    """A count with the way to what it counts; what is not known leads nowhere."""
    return opens(count_of(n, texts), "" if n is None else to, shows)


def weave(sentence: str, **parts: Tree) -> list[Tree]:
    """A text of the catalogue with trees in its `{placeholders}`."""
    woven: list[Tree] = []
    for words, name, _, _ in Formatter().parse(sentence):
        for part in (words, parts.get(name or "", "")):
            if isinstance(part, str) and woven and isinstance(woven[-1], str):
                woven[-1] += part
            elif part != "":
                woven.append(part)
    return woven


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the numbers of one picture lead: the same scope, the same language, and the same instant if it is a past
    one. A live picture leads to what is so now: the difference is what has happened in between."""

    scope: str
    lang: str
    as_of: str = ""

    @classmethod
    def of(cls, figures: Figures, context: ScreenContext, texts: Texts) -> "Ways":
        """The ways of a picture; `context.is_past` says whether its instant is told."""
        lang = "" if texts.lang == LANGS[0] else texts.lang
        return cls(figures.scope.code, lang, figures.as_of.isoformat() if context.is_past else "")

    def indicator(self, name: str, part: str = "", *, scope: str = "", source: str = "", hour: str = "") -> str:
        """The drill-down of today with the list behind an indicator; `part` of a rate, else what is worth a look."""
        return _drilled(scope or self.scope, self.lang, self.as_of, name, part, source, hour)

    def queue(self, **facets: str) -> str:
        """待办 narrowed down to what is counted; empty for a past instant, of which there is no queue."""
        return "" if self.as_of else self._page("/duty", facets)

    def colour(self, colour: Colour) -> str:
        """What the legend counts: open events in the queue, those closed today in their list."""
        if colour is Colour.GREEN:
            return self.indicator("closed_today")
        if self.as_of and colour is not Colour.BLUE:
            return self.indicator(colour.value)
        return self.queue(colour=_QUEUED[colour])

    def phases(self, level: str = "", phase: str = "") -> str:
        """Open events by who has them and what they wait for."""
        every = ",".join(sorted(p.value for p in Phase))
        return self.queue(**({"level": level} if level else {}), phase=phase or every)

    def alarms(self, which: str) -> str:
        """Raisings of `today` in the drill-down; what is `open` where it is worked on, 物联总览, or of a past instant
        in the drill-down."""
        if which == "today" or self.as_of:
            return self.indicator(_ALARMS[which])
        return self._page("/iot", {"alarms": which})

    def _page(self, path: str, asked: dict[str, str]) -> str:
        told = {"scope": self.scope, "lang": self.lang, **asked}
        query = urlencode({key: value for key, value in told.items() if value}, safe=",")
        return f"{path}?{query}" if query else path


@lru_cache(maxsize=4096)
def _drilled(scope: str, lang: str, as_of: str, name: str, part: str, source: str, hour: str) -> str:
    """Kept: a wall has some fifty of them, rendered once a second."""
    address = LeaderAddress(
        scope=scope, lang=lang, as_of=as_of, range="today", indicator=name, part=part, source=source, hour=hour
    )
    return address.href()
