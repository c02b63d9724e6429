"""部件导入: a table of parts, up to tens of millions of rows, into a version of a layer; bad rows are refused.

Everything is looked at by columns: codes, places and words of a whole block at once.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.services.coordinates import to_wgs84
from cockpit.services.importer.fast_csv import Asked, Block, blocks
from cockpit.services.importer.layer_crs import SAMPLE, Ground, check_sample
from cockpit.services.importer.part_profile import PartFields, PartProfile
from cockpit.services.importer.profile import NOTHING, TextField
from cockpit.services.importer.rows import Refusal, Table, TableError
from cockpit.store.layer_columns import Coded, FeatureBatch, LayerSummary

Degrees = NDArray[np.float64]
_LONGEST_CODE, _LONGEST_WORD = 64, 200
#: how long a part code is by the standard
CODE_LENGTH = 16
_NULL_ISLAND_DEG = 0.01


class Writer(Protocol):
    """Where taken rows go (`store.layer_columns.LayerWriter`)."""

    def add(self, batch: FeatureBatch) -> None: ...
    def publish(self) -> LayerSummary: ...


@dataclass(slots=True)
class PartReport:
    """What became of a table."""

    rows: int = 0
    taken: int = 0
    refused: int = 0
    #: codes that are not as long as the standard has them, taken all the same
    odd_codes: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    by_kind: Mapping[str, int] = field(default_factory=dict)


class PartImport:
    """One run. `kinds` and `states` give the key of a title, for tables that say 上水井盖 for `part.01.01`."""

    def __init__(
        self,
        *,
        ground: Ground,
        outside: bool = False,
        kinds: Mapping[str, str] | None = None,
        states: Mapping[str, str] | None = None,
        listed: int = 1_000,
        on_refusal: Callable[[Refusal], None] = lambda _refusal: None,
    ) -> None:
        self._ground, self._outside = ground, outside
        self._kinds, self._states = kinds or {}, states or {}
        self._listed, self._on_refusal = listed, on_refusal
        self._lines: list[NDArray[np.int64]] = []
        self.report = PartReport()

    def run(
        self,
        table: Table,
        profile: PartProfile,
        writer: Writer,
        *,
        crs: str,
        progress: Callable[[int, int], None],
    ) -> None:
        """Give the whole table to the writer. TableError, UnknownCrsError, WrongCoordinatesError."""
        fields = profile.parts
        missing = [f"{column!r} ({name})" for name, column in fields.columns.items() if column not in table.columns]
        if missing:
            raise TableError(f"{table.path} has no column {missing[0]}; it has: {', '.join(table.columns)}")
        told = fields.columns
        asked = Asked(
            [told[name] for name in ("lon", "lat") if name in told],
            [told[name] for name in ("part_code",) if name in told],
            [told[name] for name in ("class", "subclass", "name", "state", "owner") if name in told],
        )
        looked = False
        with ThreadPoolExecutor(1) as reading:  # the next block is read while this one is written
            each = blocks(table, asked)
            waiting = reading.submit(next, each, None)
            while (block := waiting.result()) is not None:
                waiting = reading.submit(next, each, None)
                if not looked and len(block):
                    self._look(block, fields, crs)
                    looked = True
                self._take(block, fields, writer, crs)
                progress(block.done, self.report.rows)
        if not self.report.rows:
            raise TableError(f"{table.path} is empty: there is not one row in it")

    def publish(self, writer: Writer) -> None:
        """Make what was taken the version; codes that stand twice are refused by the line of the second."""
        summary = writer.publish()
        lines = np.concatenate(self._lines) if self._lines else np.empty(0, np.int64)
        for feature in summary.refused:
            self._refuse(Refusal(int(lines[feature.number]), "part_code", f"{feature.id} stands above already"))
        self.report.refused += summary.refused_total - len(summary.refused)
        self.report.taken, self.report.by_kind = summary.total, summary.by_kind

    def _look(self, block: Block, fields: PartFields, crs: str) -> None:
        lon, lat = (_numbers(block, told) for told in (fields.lon, fields.lat))
        step = max(1, len(lon) // SAMPLE)
        check_sample(lon[::step], lat[::step], crs=crs, ground=self._ground, outside=self._outside)

    def _take(self, block: Block, fields: PartFields, writer: Writer, crs: str) -> None:
        self.report.rows += len(block) + len(block.refused)
        wrong: dict[int, tuple[str, str]] = {}
        codes = _texts(block, fields.part_code)
        kinds = self._kinds_of(_coded(block, fields.class_), _coded(block, fields.subclass), wrong)
        words = {
            name: _words(name, _coded(block, told), wrong)
            for name, told in (("name", fields.name), ("state", fields.state), ("owner", fields.owner))
        }
        states = words["state"]
        words["state"] = Coded([self._states.get(word, word) for word in states.words], states.codes)
        lon, lat = self._places(block, fields, crs, wrong)
        self._check_codes(codes, wrong)
        refused = block.refused + [Refusal(int(block.lines[row]), *why) for row, why in wrong.items()]
        for refusal in sorted(refused):
            self._refuse(refusal)
        kept = np.ones(len(block), dtype=np.bool_)
        kept[list(wrong)] = False
        if wrong:
            codes = [code for code, good in zip(codes, kept.tolist(), strict=True) if good]
            lon, lat = lon[kept], lat[kept]
            kinds = Coded(kinds.words, kinds.codes[kept])
            words = {name: Coded(told.words, told.codes[kept]) for name, told in words.items()}
        self._lines.append(block.lines[kept].astype(np.uint32))
        self.report.taken += len(codes)
        writer.add(
            FeatureBatch(
                ids=codes, names=words["name"], kinds=kinds, states=words["state"], owners=words["owner"],
                lon=lon, lat=lat,
            )
        )  # fmt: skip

    def _check_codes(self, codes: list[str], wrong: dict[int, tuple[str, str]]) -> None:
        lengths = np.fromiter(map(len, codes), np.int64, len(codes))
        for row in np.flatnonzero((lengths == 0) | (lengths > _LONGEST_CODE)).tolist():
            reason = "is missing" if not lengths[row] else f"is longer than {_LONGEST_CODE} characters"
            wrong[row] = ("part_code", reason)
        if not "".join(codes).isprintable():
            for row, code in enumerate(codes):
                if not code.isprintable():
                    wrong[row] = ("part_code", "holds characters that are no text")
        self.report.odd_codes += int(((lengths != CODE_LENGTH) & (lengths > 0)).sum())

    def _kinds_of(self, class_: Coded, subclass: Coded, wrong: dict[int, tuple[str, str]]) -> Coded:
        """`part.01.03`, or class and subclass as they are where these are no codes of the standard."""
        both = class_.codes.astype(np.int64) * max(len(subclass.words), 1) + subclass.codes
        distinct, codes = np.unique(both, return_inverse=True)
        words = []
        for number, pair in enumerate(distinct.tolist()):
            first, second = divmod(pair, max(len(subclass.words), 1))
            told = class_.words[first], subclass.words[second]
            words.append(self._kind(*told))
            if why := _wrong_word(told[0], "class") or _wrong_word(told[1], "subclass"):
                _mark(wrong, codes == number, why)
            elif not told[1] or told[1] in NOTHING:
                _mark(wrong, codes == number, ("subclass", "is missing"))
        return Coded(words, codes)

    def _kind(self, class_: str, subclass: str) -> str:
        known = self._kinds.get(f"{class_}/{subclass}") or self._kinds.get(subclass)
        if known is not None:
            return known
        two = subclass[len(class_) :] if class_ and len(subclass) > 2 and subclass.startswith(class_) else subclass
        if all(text.isascii() and text.isdigit() and len(text) <= 2 for text in (class_, two)):
            return f"part.{int(class_):02d}.{int(two):02d}"
        return f"{class_}/{subclass}" if class_ else subclass

    def _places(
        self, block: Block, fields: PartFields, crs: str, wrong: dict[int, tuple[str, str]]
    ) -> tuple[Degrees, Degrees]:
        with np.errstate(all="ignore"):
            lon, lat = to_wgs84(crs, _numbers(block, fields.lon), _numbers(block, fields.lat))
            earthly = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
            nowhere = earthly & (np.abs(lon) < _NULL_ISLAND_DEG) & (np.abs(lat) < _NULL_ISLAND_DEG)
            away = earthly & ~nowhere & ~(self._outside | self._ground.holds(lon, lat))
        _mark(wrong, ~earthly, ("lon", "lon and lat are no place on earth"))
        _mark(wrong, nowhere, ("lon", "0/0 is no place: where a form or device without one claims to be"))
        _mark(wrong, away, ("lon", f"lies outside {self._ground.name or 'the city'}"))
        return lon, lat

    def _refuse(self, refusal: Refusal) -> None:
        self.report.refused += 1
        if len(self.report.refusals) < self._listed:
            self.report.refusals.append(refusal)
        self._on_refusal(refusal)


def _mark(wrong: dict[int, tuple[str, str]], which: NDArray[np.bool_], why: tuple[str, str]) -> None:
    wrong.update(zip(np.flatnonzero(which).tolist(), repeat(why), strict=False))


def _numbers(block: Block, told: TextField) -> Degrees:
    if told.column is None:
        return np.full(len(block), float(told.const or "nan"))
    return block.numbers[told.column]


def _texts(block: Block, told: TextField) -> list[str]:
    return [told.const or ""] * len(block) if told.column is None else block.texts[told.column]


def _coded(block: Block, told: TextField | None) -> Coded:
    """The words as the profile turns them; nothing where there is no such column."""
    if told is None or told.column is None:
        return Coded([(told.const or "") if told is not None else ""], np.zeros(len(block), np.int64))
    column = block.coded[told.column]
    words = ["" if word in NOTHING else word for word in column.words]
    if told.map or told.default is not None:
        words = [told.map.get(word, word if told.default is None else told.default) for word in words]
    return Coded(words, column.codes)


def _words(name: str, told: Coded, wrong: dict[int, tuple[str, str]]) -> Coded:
    for number, word in enumerate(told.words):
        if why := _wrong_word(word, name):
            _mark(wrong, told.codes == number, why)
    return told


def _wrong_word(word: str, name: str) -> tuple[str, str] | None:
    if len(word) > _LONGEST_WORD:
        return name, f"is longer than {_LONGEST_WORD} characters"
    return None if word.isprintable() else (name, "holds characters that are no text")
