"""快读: a large table read in blocks of many thousand rows, columns at once, with the line that each row begins on.

A CSV file without quotes is cut at its line ends and parsed as columns; lines with too few or too many fields are
refused by their number. Everything else goes the slow way of `rows.Table`, and comes out the same.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.services.importer.rows import Refusal, Table, TableError
from cockpit.store.layer_columns import Coded

_BLOCK_BYTES = 16 << 20
_SLOW_ROWS = 50_000
_NEWLINE, _BLANKS = 10, b" \t\r\n"
_WITH_BYTES_OF_ITS_OWN = ",;\t"


@dataclass(slots=True)
class Block:
    """Some rows: lines, numbers, texts that differ, and texts of which few differ; `done` of `Table.size` is read."""

    lines: NDArray[np.int64]
    numbers: dict[str, NDArray[np.float64]]
    texts: dict[str, list[str]]
    coded: dict[str, Coded]
    done: int
    refused: list[Refusal] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Asked:
    """Columns of the table: which are numbers, which differ in each row, and which have few different words."""

    numbers: Sequence[str]
    texts: Sequence[str]
    coded: Sequence[str]

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys((*self.numbers, *self.texts, *self.coded)))


def blocks(table: Table, asked: Asked) -> Iterator[Block]:
    """All rows of the table. TableError."""
    delimiter = table.plain_delimiter()
    if delimiter is None or delimiter not in _WITH_BYTES_OF_ITS_OWN or _has_quotes(table):
        for piece in table.pieces(asked.columns, _SLOW_ROWS):
            frame = pd.DataFrame({name: list(piece.columns[name]) for name in asked.columns}, dtype=object)
            yield _block(frame.map(_text), np.array(piece.lines, np.int64), asked, piece.done, piece.refused)
        return
    yield from _quick(table, asked, delimiter)


def _quick(table: Table, asked: Asked, delimiter: str) -> Iterator[Block]:
    line = table.header_line + 1
    with table.path.open("rb") as raw:
        for _ in range(table.header_line):
            raw.readline()
        while told := raw.read(_BLOCK_BYTES):
            told += raw.readline()
            if b"\r" in told:
                told = told.replace(b"\r\n", b"\n").replace(b"\r", b" ")
            if not told.endswith(b"\n"):
                told += b"\n"
            good, lines, refused, count = _sound_lines(told, line, len(table.columns), ord(delimiter))
            frame = _frame(good, table, asked, delimiter)
            if len(frame) != len(lines):
                raise TableError(f"{table.path}: lines {line} to {line + count - 1} cannot be told apart")
            yield _block(frame, lines, asked, raw.tell(), refused)
            line += count


def _sound_lines(
    told: bytes, first_line: int, width: int, delimiter: int
) -> tuple[bytes, NDArray[np.int64], list[Refusal], int]:
    """The lines with as many fields as the header, their numbers, the others as refused, and how many there are."""
    block = np.frombuffer(told, np.uint8)
    ends = np.flatnonzero(block == _NEWLINE)
    fields = np.diff(np.searchsorted(np.flatnonzero(block == delimiter), ends), prepend=0) + 1
    wrong = np.flatnonzero(fields != width)
    lines = np.arange(first_line, first_line + len(ends))
    if not len(wrong):
        return told, lines, [], len(ends)
    starts = np.concatenate(([0], ends[:-1] + 1))
    refused = [
        Refusal(first_line + n, "", f"has {int(fields[n])} fields, the header has {width}")
        for n in wrong.tolist()
        if told[starts[n] : ends[n]].strip(_BLANKS)
    ]
    kept = np.ones(len(ends), dtype=np.bool_)
    kept[wrong] = False
    return block[np.repeat(kept, ends - starts + 1)].tobytes(), lines[kept], refused, len(ends)


def _frame(good: bytes, table: Table, asked: Asked, delimiter: str) -> pd.DataFrame:
    if not good:
        return pd.DataFrame({name: [] for name in asked.columns}, dtype=object)
    places = {table.columns.index(name): name for name in asked.columns}
    numbers = {place for place, name in places.items() if name in asked.numbers}

    def read(number: Any) -> pd.DataFrame:
        kinds = {place: number if place in numbers else object for place in places}  # a category would make 1 of 01
        return pd.read_csv(
            io.BytesIO(good.replace(b"\0", b"\1")), sep=delimiter, header=None, usecols=sorted(places), dtype=kinds,
            na_filter=False, quoting=3, encoding=table.encoding, encoding_errors="surrogateescape",
            engine="c", low_memory=False, skip_blank_lines=False,
        )  # fmt: skip

    try:
        frame = read(np.float64)
    except ValueError:  # something in a number's place is none
        frame = read(object)
    return frame.rename(columns=places)


def _block(frame: pd.DataFrame, lines: NDArray[np.int64], asked: Asked, done: int, refused: list[Refusal]) -> Block:
    numbers = {}
    for name in asked.numbers:
        values = frame[name]
        numbers[name] = np.asarray(
            values if values.dtype == np.float64 else pd.to_numeric(values.astype(object), errors="coerce"), np.float64
        )
    coded = {}
    for name in asked.coded:
        codes, words = pd.factorize(frame[name].to_numpy(object))
        coded[name] = Coded([str(word).strip() for word in words], codes)
    texts = {name: [text.strip() for text in frame[name].tolist()] for name in asked.texts}
    return Block(lines, numbers, texts, coded, done, refused)


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell)


def _has_quotes(table: Table) -> bool:
    with table.path.open("rb") as raw:  # in blocks: a mapped file would count as memory, all of it
        return any(b'"' in told for told in iter(lambda: raw.read(_BLOCK_BYTES), b""))
