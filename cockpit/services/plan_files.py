"""预案文件: reads plans from TOML, and says of a file that is wrong which field and why.

The shipped plans lie in `cockpit/plans`; a file of the same name in the data directory's `plans` stands in for one, any
other name is one more plan. A broken file is listed as broken and the others go on; if it would stand in for a
shipped plan, the shipped one stays. Files are read anew when they change.
"""

import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cockpit.domain.mode import Mode
from cockpit.domain.plan import Cameras, CheckItem, Force, Plan, PlanMessage, Trigger, Words
from cockpit.domain.resource import KINDS
from cockpit.domain.severity import Severity

_LARGEST_BYTES = 256 * 1024
_PLACES = ("title", "address", "time")

_Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Code = Annotated[str, StringConstraints(pattern=r"^\d{6}(\d{3}){0,3}$")]
_Category = Annotated[str, StringConstraints(pattern=r"^(event|part)\.\d{2}(\.\d{2})?$")]


def _comes(kind: str) -> str:
    if kind in KINDS and not KINDS[kind].comes:
        raise ValueError(f"{kind} stays where it is and cannot be sent")
    return kind


def _fills(text: str) -> str:
    try:
        text.format(**dict.fromkeys(_PLACES, ""))
    except (KeyError, IndexError, ValueError, AttributeError):
        raise ValueError(f"may hold {', '.join('{' + place + '}' for place in _PLACES)} and no other braces") from None
    return text


_Filled = Annotated[_Text, AfterValidator(_fills)]


class _Part(BaseModel):
    """A part of a plan's file: a name that no plan has is refused, so that a slip is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _TriggerPart(_Part):
    categories: list[_Category] = Field(default_factory=list)
    words: list[_Text] = Field(default_factory=list)
    severities: list[Severity] = Field(default_factory=list)
    within: list[_Code] = Field(default_factory=list)


class _ForcePart(_Part):
    kind: Annotated[_Name, AfterValidator(_comes)]
    count: Annotated[int, Field(ge=1, le=200, strict=True)]
    radius_m: Annotated[float, Field(ge=50, le=50_000)] = 3_000.0
    skills: list[_Text] = Field(default_factory=list)
    task: _Filled
    task_en: _Filled | None = None


class _CheckPart(_Part):
    id: _Name
    text: _Text
    text_en: _Text | None = None


class _MessagePart(_Part):
    to: _Text
    text: _Filled
    text_en: _Filled | None = None


class _CamerasPart(_Part):
    count: Annotated[int, Field(ge=0, le=16, strict=True)] = 4
    radius_m: Annotated[float, Field(ge=10, le=20_000)] = 500.0


class PlanFile(_Part):
    """What a plan's file may say (docs/plans.md has a table of it, which a test compares)."""

    title: _Text = Field(description="its name")
    title_en: _Text | None = Field(default=None, description="the same in English")
    version: Annotated[int, Field(ge=1, strict=True)] = Field(default=1, description="counted up by who changes it")
    about: _Text | None = Field(default=None, description="one line: when and why")
    about_en: _Text | None = Field(default=None, description="the same in English")
    mode: Mode | None = Field(default=None, description="`wartime` or `peacetime`; without it the mode stays")
    accept_within_s: Annotated[float, Field(ge=10, le=3_600)] = Field(
        default=60.0, description="how long each order waits for an answer"
    )
    layers: list[_Name] = Field(default_factory=list, description="layers that are switched on")
    trigger: _TriggerPart = Field(description="`categories words severities within`: when it fits")
    forces: list[_ForcePart] = Field(
        default_factory=list, max_length=20, description="`kind count radius_m skills task task_en`: who is sent"
    )
    checklist: list[_CheckPart] = Field(
        default_factory=list, max_length=50, description="`id text text_en`: what must be looked after"
    )
    messages: list[_MessagePart] = Field(
        default_factory=list, max_length=20, description="`to text text_en`: who is told what"
    )
    cameras: _CamerasPart | None = Field(default=None, description="`count radius_m`: cameras that dock")


@dataclass(frozen=True, slots=True)
class BrokenPlan:
    """A file that is no plan: which field is wrong (empty for the whole file) and why."""

    file: str
    field: str
    error: str


class PlanFileError(ValueError):
    """A file that is no plan; `field` names what is wrong in it."""

    def __init__(self, field: str, error: str) -> None:
        super().__init__(f"{field}: {error}" if field else error)
        self.field, self.error = field, error


class Read(NamedTuple):
    """Everything that the directories have."""

    plans: dict[str, Plan]
    broken: tuple[BrokenPlan, ...]


class PlanBook:
    """The plans in use. `now()` looks at the files' times and is cheap; safe from any thread."""

    def __init__(self, *directories: Path) -> None:
        """`directories` in order: a later one stands in for an earlier one."""
        self._directories = directories
        self._lock = threading.Lock()
        self._seen: object = None
        self._read = Read({}, ())

    def now(self) -> Read:
        """The plans by id, and what is broken."""
        files = [file for directory in self._directories for file in _files_in(directory)]
        seen = [(str(file), _mark(file)) for file in files]
        with self._lock:
            if seen != self._seen:
                self._read, self._seen = read_plans(files), seen
            return self._read


def shipped_plans() -> Path:
    """The directory of the plans that come with the program."""
    return Path(__file__).parent.parent / "plans"


def read_plans(files: Sequence[Path]) -> Read:
    """The plans of these files; of two with one name the later good one."""
    plans: dict[str, Plan] = {}
    broken = []
    for file in files:
        try:
            plans[file.stem] = read_plan(file)
        except PlanFileError as wrong:
            broken.append(BrokenPlan(file.name, wrong.field, wrong.error))
    return Read(dict(sorted(plans.items())), tuple(broken))


def read_plan(file: Path) -> Plan:
    """One plan. Raises PlanFileError."""
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise PlanFileError("", f"the file is larger than {_LARGEST_BYTES} bytes")
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise PlanFileError("", f"cannot be read: {wrong}") from wrong
    try:
        parsed = PlanFile.model_validate(told)
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise PlanFileError(".".join(str(part) for part in error["loc"]), error["msg"]) from None
    if not parsed.trigger.categories and not parsed.trigger.words:
        raise PlanFileError("trigger", "needs categories or words: a plan that fits everything fits nothing")
    ids = [item.id for item in parsed.checklist]
    if len(set(ids)) != len(ids):
        raise PlanFileError("checklist", "has two items of one id")
    return _plan_of(file.stem, parsed)


def _plan_of(plan_id: str, told: PlanFile) -> Plan:
    return Plan(
        plan_id=plan_id,
        title=_words(told.title, told.title_en),
        version=told.version,
        about=_words(told.about, told.about_en),
        mode=told.mode,
        accept_within_s=told.accept_within_s,
        layers=tuple(told.layers),
        trigger=Trigger(
            categories=tuple(told.trigger.categories),
            words=tuple(told.trigger.words),
            severities=tuple(told.trigger.severities),
            within=tuple(told.trigger.within),
        ),
        forces=tuple(
            Force(
                kind=force.kind,
                count=force.count,
                radius_m=force.radius_m,
                skills=tuple(force.skills),
                task=_words(force.task, force.task_en),
            )
            for force in told.forces
        ),
        checklist=tuple(CheckItem(item_id=i.id, words=_words(i.text, i.text_en)) for i in told.checklist),
        messages=tuple(PlanMessage(to=m.to, words=_words(m.text, m.text_en)) for m in told.messages),
        cameras=Cameras(count=told.cameras.count, radius_m=told.cameras.radius_m) if told.cameras else Cameras(),
    )


def _words(zh: str | None, en: str | None) -> Words:
    return Words(zh or "", en or "")


def _files_in(directory: Path) -> list[Path]:
    try:
        return sorted(file for file in directory.glob("*.toml") if file.is_file())
    except OSError:
        return []


def _mark(file: Path) -> Any:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size
