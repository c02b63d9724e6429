"""导出的列: what a list that is taken away consists of: where it is asked, its fields, and how each is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

#: how a field is written: as it is, a local time, a division's name, the catalogue's word for it, or rounded
Kind = Literal["plain", "time", "code", "word", "share"]
Answered = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`field` may lead inwards (`recipient.name`); its title is `exports.column.FIELD` unless it is `named` otherwise
    or its title is `told`; a word is that of `words`, else `PREFIX.VALUE` of the catalogue."""

    field: str
    kind: Kind = "plain"
    prefix: str = ""
    named: str = ""
    told: str = ""
    words: Mapping[str, str] | None = None

    @property
    def title(self) -> str:
        return f"exports.column.{self.named or self.field.replace('.', '_')}"


def items_of(answer: Answered) -> list[Answered]:
    """The rows of most lists."""
    found: list[Answered] = answer["items"]
    return found


@dataclass(frozen=True, slots=True)
class ExportList:
    """`path` of the list below `/api/v1/`; what stands in braces is a parameter that must be given.

    `rows`: where its rows are in an answer; `cursor`: what the next page is asked with; `total`: what says how many
    there are; `takes_scope`: whether `?scope=` narrows it (what one thing consists of is always whole).
    """

    path: str
    columns: tuple[Column, ...]
    rows: Callable[[Answered], list[Answered]] = items_of
    cursor: str = "cursor"
    total: str = "total"
    takes_scope: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in braces."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.path) if name)

    @property
    def route(self) -> str:
        """The path of the list in `openapi.json`, with a star for each parameter."""
        return "/" + self.path.format(**dict.fromkeys(self.parameters, "*"))


def plain(*fields: str) -> tuple[Column, ...]:
    """Fields as they are."""
    return tuple(Column(field) for field in fields)


def times(*fields: str) -> tuple[Column, ...]:
    """Local times."""
    return tuple(Column(field, "time") for field in fields)


WHERE = (Column("code", "code"), *plain("address", "lon", "lat"))
EVENT = (
    Column("event_id"), Column("title"), Column("source", "word", "source"), *plain("category", "category_text"),
    Column("severity", "word", "severity"), Column("colour", "word", "colour"), Column("stage", "word", "stage"),
    Column("level", "word", "level"), Column("unit"), *WHERE,
    *times("reported_at", "due_at", "overtime_at", "accepted_at", "assigned_at", "handled_at", "closed_at"),
)  # fmt: skip
