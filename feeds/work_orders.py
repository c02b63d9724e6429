"""12345 工单: the hotline's work orders as tables dropped into a folder or pushed as JSON.

Source: the city's 12345 platform: CSV (UTF-8 or GB18030) or XLSX exports, or a push to `feeds/work_orders`. Interval:
exports every few minutes to once a day, pushes at once. Licence: the city's own data. Who called is left out unless
the settings ask for it: the screen needs the matter, not the person.

A row is an event; its status, where it has come further than registered, is a transition at the status's own time.
"""

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.feeding.messages import EventMessage, TransitionMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, ignored, refused
from cockpit.services.feeding.values import UnreadableError, load_json, number_of, text_of, time_of

_LARGEST_BYTES = 64 * 1024 * 1024
_LARGEST_UNPACKED = 512 * 1024 * 1024
_MOST_ROWS = 50_000
_ENCODINGS = ("utf-8-sig", "gb18030")
_BOOK = b"PK\x03\x04"
_FORMS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日",
)

#: field → names that platforms give it, the first that is there counts
COLUMNS: dict[str, list[str]] = {
    "event_id": ["工单编号", "工单号", "诉求编号", "受理编号", "order_id", "event_id"],
    "title": ["标题", "诉求标题", "主题", "title"],
    "description": ["诉求内容", "内容", "问题描述", "description"],
    "category_text": ["诉求类别", "问题类别", "类别", "category"],
    "address": ["诉求地址", "事发地址", "地址", "address"],
    "lon": ["经度", "lon", "lng", "longitude"],
    "lat": ["纬度", "lat", "latitude"],
    "reported_at": ["来电时间", "诉求时间", "登记时间", "创建时间", "reported_at"],
    "due_at": ["办结时限", "截止时间", "处理时限", "due_at"],
    "status": ["状态", "工单状态", "办理状态", "status"],
    "status_at": ["状态时间", "更新时间", "办结时间", "status_at"],
    "unit": ["承办单位", "主办单位", "责任单位", "unit"],
    "reporter": ["来电人", "诉求人", "reporter"],
}
#: what a platform calls it → our stage
STATUSES: dict[str, str] = {
    "待受理": "registered", "新建": "registered", "已登记": "registered",
    "已受理": "accepted", "待派单": "accepted", "待分派": "accepted",
    "已派单": "assigned", "已分派": "assigned", "待签收": "assigned",
    "办理中": "handling", "处理中": "handling", "已签收": "handling",
    "已办理": "fed_back", "已办结": "fed_back", "待回访": "fed_back", "已反馈": "fed_back",
    "已结案": "closed", "已归档": "closed", "已关闭": "closed",
    "已回访": "evaluated", "已评价": "evaluated",
    "不予受理": "rejected", "已作废": "voided", "已退回": "returned", "已挂账": "suspended",
}  # fmt: skip


class Config(FeedConfig):
    """How this platform names things."""

    columns: dict[str, list[str]] = Field(default_factory=dict, description="field → columns, before the usual")
    statuses: dict[str, str] = Field(default_factory=dict, description="status → stage, before the usual")
    tz: str = Field(default="Asia/Shanghai", description="of times without an offset")
    crs: str = "wgs84"
    source: Source = Source.HOTLINE_12345
    with_reporter: bool = Field(default=False, description="keep who called")

    @field_validator("columns")
    @classmethod
    def _are_fields(cls, columns: dict[str, list[str]]) -> dict[str, list[str]]:
        if unknown := set(columns) - set(COLUMNS):
            raise ValueError(f"no field {sorted(unknown)[0]!r}; known: {', '.join(COLUMNS)}")
        return columns

    @field_validator("statuses")
    @classmethod
    def _are_stages(cls, statuses: dict[str, str]) -> dict[str, str]:
        if unknown := set(statuses.values()) - {stage.value for stage in Stage}:
            raise ValueError(f"no stage {sorted(unknown)[0]!r}")
        return statuses

    @field_validator("tz")
    @classmethod
    def _is_a_zone(cls, tz: str) -> str:
        try:
            ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone {tz!r}") from None
        return tz


def parse(raw: Raw, config: Config) -> Parsed:
    """Events and transitions, row by row."""
    try:
        rows = _rows(raw)
    except UnreadableError as wrong:
        return refused("", str(wrong))
    if not rows:
        return ignored("empty")
    found = Findings()
    names = {name: [*config.columns.get(name, ()), *known] for name, known in COLUMNS.items()}
    for index, row in enumerate(rows):
        if isinstance(row, dict):
            _one({_key(k): v for k, v in row.items()}, names, config, found, index)
        else:
            found.refuse("", "must be an object", index)
    return found.parsed()


def _rows(raw: Raw) -> list[Any]:
    body = raw.body
    if len(body) > _LARGEST_BYTES:
        raise UnreadableError(f"the file is larger than {_LARGEST_BYTES} bytes")
    if body.startswith(_BOOK):
        rows = _table(_book(body))
    elif body.lstrip()[:1] in (b"{", b"["):
        rows = _pushed(load_json(body, largest=_LARGEST_BYTES))
    else:
        rows = _table(_lines(body))
    if len(rows) > _MOST_ROWS:
        raise UnreadableError(f"more than {_MOST_ROWS} rows at once; split them")
    return rows


def _pushed(value: Any) -> list[Any]:
    """A list, one object, or an object that holds the list."""
    if isinstance(value, dict):
        inner = next((value[n] for n in ("data", "rows", "items") if isinstance(value.get(n), list)), None)
        return [value] if inner is None else inner
    return value if isinstance(value, list) else [value]


def _lines(body: bytes) -> list[list[Any]]:
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableError("is neither UTF-8 nor GB18030 text")
    if "\0" in text:
        raise UnreadableError("is no text")
    first = text.partition("\n")[0]
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count))]
    except csv.Error as wrong:
        raise UnreadableError(f"is no table: {wrong}") from None


def _book(body: bytes) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST_UNPACKED:
                raise UnreadableError("is a workbook that unpacks to far too much")
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        return [list(row) for row in book.get_sheet_by_index(0).to_python(nrows=_MOST_ROWS + 2)]
    except UnreadableError:
        raise
    except (CalamineError, zipfile.BadZipFile, ValueError, IndexError, OSError, NotImplementedError) as wrong:
        raise UnreadableError(f"is no readable workbook: {wrong}") from None


def _table(cells: list[list[Any]]) -> list[Any]:
    """Rows as objects; the first row that has something in it names the columns."""
    filled = [row for row in cells if any(str(cell).strip() for cell in row)]
    if len(filled) < 2:
        raise UnreadableError("has no row below its header")
    header = [_key(cell) for cell in filled[0]]
    return [dict(zip(header, row, strict=False)) for row in filled[1:]]


def _one(row: dict[str, Any], names: dict[str, list[str]], config: Config, found: Findings, index: int) -> None:
    def cell(name: str) -> Any:
        value = next((row[theirs] for theirs in names[name] if row.get(theirs) not in (None, "")), None)
        return value.strip() if isinstance(value, str) else value

    name = "event_id"
    try:
        event: dict[str, Any] = {"source": config.source.value, "event_id": _word(cell(name)), "crs": config.crs}
        for name in ("title", "description", "category_text", "address"):
            event[name] = _word(cell(name))
        if config.with_reporter:
            event["reporter"] = _word(cell("reporter"))
        for name in ("lon", "lat"):
            event[name] = number_of(cell(name))
        for name in ("reported_at", "due_at"):
            event[name] = _time(cell(name), config)
    except UnreadableError as wrong:
        return found.refuse(name, str(wrong), index)
    found.add(EventMessage, event, index)
    name = "status"
    try:
        status = _word(cell(name))
        if status is None:
            return None
        stage = config.statuses.get(status) or STATUSES.get(status)
        if stage is None:
            raise UnreadableError(f"{status!r} is no status that is known here")
        if stage == Stage.REGISTERED.value:
            return None
        name = "status_at"
        at = _time(cell(name), config)
        if at is None:
            raise UnreadableError("is missing: nobody knows since when the status holds")
        unit = _word(cell("unit"))
    except UnreadableError as wrong:
        return found.refuse(name, str(wrong), index)
    fields = {"source": config.source.value, "event_id": event["event_id"], "stage": stage, "at": at, "unit": unit}
    found.add(TransitionMessage, fields, index)
    return None


def _key(value: Any) -> str:
    return str(value).strip().lower()


def _word(value: Any) -> str | None:
    """A cell as text; a code that a workbook keeps as the number 7.0 is 7."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return text_of(value)


def _time(value: Any, config: Config) -> str | None:
    zone = ZoneInfo(config.tz)
    if isinstance(value, datetime):
        return time_of(value.isoformat(), zone=zone)
    if isinstance(value, date):
        return time_of(f"{value.isoformat()}T00:00:00", zone=zone)
    if isinstance(value, str) and ("/" in value or "年" in value):
        for form in _FORMS:
            try:
                return time_of(datetime.strptime(value, form).isoformat(), zone=zone)  # noqa: DTZ007 - the zone is added
            except ValueError:
                continue
        raise UnreadableError("is no time")
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise UnreadableError("is a number; format the column as a date or as text")
    return time_of(value, zone=zone)
