"""立案标准表: a published table of case standards as rows of ours, with all the ways in which cities write them.

Columns are found by their names, Chinese or ours, in any order; merged cells leave blanks that continue the row above;
one cell may hold the limits of several conditions (`2急时/4时/2日`). What cannot be read is refused by row and reason,
never guessed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cockpit.domain.limit import Limit, UnreadableLimitError, parse_limit
from cockpit.services.sheets import SheetRow, UnreadableFileError

#: our name of a column → what cities call it
_COLUMNS = {
    "kind": ("kind", "类型", "部件/事件", "部件事件", "问题类型"),
    "category": ("category", "编码", "代码", "类别编码", "类别代码"),
    "class_code": ("class_code", "class", "大类代码", "大类编码"),
    "class_name": ("class_name", "大类名称", "大类"),
    "subclass_code": ("subclass_code", "subclass", "小类代码", "小类编码"),
    "name": ("subclass_name", "name", "小类名称", "小类"),
    "condition": ("condition", "立案条件", "立结案条件", "立案情形", "情形"),
    "limit": ("limit", "处置时限", "处理时限", "结案时限", "办理时限", "时限"),
    "limit_unit": ("limit_unit", "时限单位"),
    "unit": ("unit", "责任单位", "处置单位", "责任部门", "主管部门", "专业部门"),
}
_COLUMN_OF = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}
_KINDS = {"事件": "event", "部件": "part", "event": "event", "part": "part", "events": "event", "parts": "part"}
_HEADER_WITHIN = 15
_SPLIT = re.compile(r"[/／、;；\n]+")
_LEADING_CODE = re.compile(r"(\d{1,2})[\s.、\-—]*(\D.*)?", re.S)
_CATEGORY = re.compile(r"(event|part)\.(\d{2})\.(\d{2})")
_LONGEST = 500


class UnreadableRow(NamedTuple):
    """A row that was not taken: where it stands, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One condition as the table has it; version and validity come from whoever imports it."""

    place: str
    category: str
    name: str
    class_name: str
    condition: str
    limit: Limit
    unit: str


@dataclass(slots=True)
class StandardsSheet:
    """What a file says: rows in its order, and what could not be read."""

    rows: list[StandardRow] = field(default_factory=list)
    unreadable: list[UnreadableRow] = field(default_factory=list)


class _UnreadableError(ValueError):
    """This row cannot be taken."""


def read_standards(lines: Iterable[SheetRow]) -> StandardsSheet:
    """Read a table. Raises UnreadableFileError if it has no row of column names, or no column of limits."""
    told = StandardsSheet()
    for line, cells in _under_headers(lines):
        try:
            told.rows += _rows_of(line, cells)
        except (_UnreadableError, UnreadableLimitError) as why:
            told.unreadable.append(UnreadableRow(line.place, str(why)))
    return _numbered(told)


def _under_headers(lines: Iterable[SheetRow]) -> Iterator[tuple[SheetRow, dict[str, str]]]:
    """Each row as cells by our column names; every sheet has headers of its own, blanks continue the row above."""
    columns: dict[int, str] = {}
    sheet, above, seen, found = None, dict[str, str](), 0, False
    for line in lines:
        if line.sheet != sheet:
            sheet, columns, above, seen = line.sheet, {}, {}, 0
        if not columns:
            named = {i: _COLUMN_OF[c] for i, cell in enumerate(line.cells) if (c := _plain(cell)) in _COLUMN_OF}
            if "limit" in named.values() and len(named) >= 2:
                columns, found = named, True
            seen += 1
            if seen > _HEADER_WITHIN and not found:
                break
            continue
        cells = {name: line.cells[i] if i < len(line.cells) else "" for i, name in columns.items()}
        above = cells = _continued(cells, above)
        yield line, {"kind": _kind_of_sheet(line.sheet), **{k: v for k, v in cells.items() if v or k != "kind"}}
    if not found:
        raise UnreadableFileError("no row of column names with a column of limits (处置时限, limit) in the first rows")


def _plain(header: str) -> str:
    return re.sub(r"[\s*（(].*$", "", header.strip().lower(), flags=re.S)


def _kind_of_sheet(title: str) -> str:
    return next((kind for word, kind in _KINDS.items() if word in title.lower()), "")


def _continued(cells: dict[str, str], above: dict[str, str]) -> dict[str, str]:
    """Merged cells: a blank class is the one above; so is a blank subclass, unless a new class begins with the row."""
    cells = dict(cells)
    subclass = [k for k in ("category", "subclass_code", "name") if k in cells]
    upper = [k for k in ("kind", "class_code", "class_name") if k in cells]
    new_class = any(cells[k] and cells[k] != above.get(k, "") for k in upper)
    if not any(cells[k] for k in subclass) and not new_class:
        cells |= {k: above.get(k, "") for k in subclass}
        cells |= {k: cells[k] or above.get(k, "") for k in ("unit",) if k in cells}
    if not new_class:
        cells |= {k: cells[k] or above.get(k, "") for k in upper}
    elif "kind" in cells:
        cells["kind"] = cells["kind"] or above.get("kind", "")
    return cells


def _rows_of(line: SheetRow, cells: dict[str, str]) -> Iterator[StandardRow]:
    category, class_name, name = _category_of(cells)
    unit, condition = cells.get("unit", ""), cells.get("condition", "")
    if max(map(len, (name, class_name, unit, condition))) > _LONGEST:
        raise _UnreadableError(f"a text is longer than {_LONGEST} characters")
    written = [part for part in _SPLIT.split(cells.get("limit", "")) if part.strip()]
    limits = [parse_limit(part + cells.get("limit_unit", "")) for part in written]
    if not limits:
        raise UnreadableLimitError("the limit is empty")
    conditions = [condition]
    if len(limits) > 1:
        parts = [part.strip() for part in re.split(r"[/／;；\n]+", condition) if part.strip()]
        each = parts if len(parts) == len(limits) else [f"{condition}情形{n}" for n in range(1, len(limits) + 1)]
        conditions = each
    row = StandardRow(line.place, category, name, class_name, "", limits[0], unit)
    return (replace(row, condition=c, limit=limit) for c, limit in zip(conditions, limits, strict=True))


def _category_of(cells: dict[str, str]) -> tuple[str, str, str]:
    """Category, class name, subclass name."""
    class_code, class_name = _code_and_name(cells.get("class_code", ""), cells.get("class_name", ""))
    subclass_code, name = _code_and_name(cells.get("subclass_code", ""), cells.get("name", ""))
    written = cells.get("category", "").lower()
    if _CATEGORY.fullmatch(written):
        category = written
    else:
        kind = _KINDS.get(cells.get("kind", "").strip().lower())
        if kind is None:
            raise _UnreadableError("neither 事件 nor 部件 is named, in the row or by its sheet")
        if re.fullmatch(r"\d{4}", written):
            class_code, subclass_code = written[:2], written[2:]
        if not class_code or not subclass_code:
            raise _UnreadableError(f"no code of the {'subclass' if class_code else 'class'}")
        category = f"{kind}.{class_code:0>2}.{subclass_code:0>2}"
    if not name:
        raise _UnreadableError("the subclass has no name")
    return category, class_name, name


def _code_and_name(code: str, name: str) -> tuple[str, str]:
    """Codes stand in a column of their own or before the name, `01 公用设施`."""
    found = _LEADING_CODE.fullmatch(name)
    if not code and found:
        code, name = found[1], (found[2] or "").strip()
    if code and not re.fullmatch(r"\d{1,2}", code):
        raise _UnreadableError(f"{code[:40]!r} is no code of one or two digits")
    return code, name


def _numbered(told: StandardsSheet) -> StandardsSheet:
    """Conditions without words are numbered within their subclass; the same condition twice is refused."""
    of: dict[str, list[StandardRow]] = {}
    for row in told.rows:
        of.setdefault(row.category, []).append(row)
    taken: dict[tuple[str, str], StandardRow] = {}
    rows = []
    for row in told.rows:
        siblings = of[row.category]
        if not row.condition and len(siblings) > 1:
            row = replace(row, condition=f"情形{siblings.index(row) + 1}")
        known = taken.setdefault((row.category, row.condition), row)
        if known is row:
            rows.append(row)
        else:
            same = "the same" if (known.limit, known.unit) == (row.limit, row.unit) else "another limit or unit for it"
            told.unreadable.append(
                UnreadableRow(row.place, f"{row.category} {row.condition or row.name} stands in {known.place}: {same}")
            )
    return StandardsSheet(rows, told.unreadable)
