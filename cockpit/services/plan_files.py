"""预案文件: reads plans from TOML, and says of a file that is wrong which field and why.

The shipped plans lie in `cockpit/plans`; a file of the same name in the data directory's `plans` stands in for one, any
other name is one more plan. A broken file is listed as broken and the others go on; if it would stand in for a
shipped plan, the shipped one stays. Files are read anew when they change.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cockpit.domain.mode import Mode
from cockpit.domain.plan import Cameras, CheckItem, Force, Plan, PlanMessage, Trigger
from cockpit.domain.resource import KINDS
from cockpit.domain.severity import Severity
from cockpit.services.toml_files import BrokenFile, TomlBook, TomlFileError, read_each, told_in, words_of

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


class Read(NamedTuple):
    """Everything that the directories have."""

    plans: dict[str, Plan]
    broken: tuple[BrokenFile, ...]


class PlanBook(TomlBook[Read]):
    """The plans in use."""

    def __init__(self, *directories: Path) -> None:
        """`directories` in order: a later one stands in for an earlier one."""
        super().__init__(read_plans, *directories)


def shipped_plans() -> Path:
    """The directory of the plans that come with the program."""
    return Path(__file__).parent.parent / "plans"


def read_plans(files: Sequence[Path]) -> Read:
    """The plans of these files by id, and what is broken."""
    plans, broken = read_each(files, read_plan)
    return Read(dict(sorted(plans.items())), broken)


def read_plan(file: Path) -> Plan:
    """One plan. Raises TomlFileError."""
    parsed = told_in(file, PlanFile)
    if not parsed.trigger.categories and not parsed.trigger.words:
        raise TomlFileError("trigger", "needs categories or words: a plan that fits everything fits nothing")
    ids = [item.id for item in parsed.checklist]
    if len(set(ids)) != len(ids):
        raise TomlFileError("checklist", "has two items of one id")
    return _plan_of(file.stem, parsed)


def _plan_of(plan_id: str, told: PlanFile) -> Plan:
    return Plan(
        plan_id=plan_id,
        title=words_of(told.title, told.title_en),
        version=told.version,
        about=words_of(told.about, told.about_en),
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
                task=words_of(force.task, force.task_en),
            )
            for force in told.forces
        ),
        checklist=tuple(CheckItem(item_id=i.id, words=words_of(i.text, i.text_en)) for i in told.checklist),
        messages=tuple(PlanMessage(to=m.to, words=words_of(m.text, m.text_en)) for m in told.messages),
        cameras=Cameras(count=told.cameras.count, radius_m=told.cameras.radius_m) if told.cameras else Cameras(),
    )
