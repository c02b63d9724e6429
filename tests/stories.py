"""Made-up facts for tests: builders with sensible defaults, and Hypothesis strategies of whole days."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Engine

from cockpit.domain.act import Act, ActKind, Degree
from cockpit.domain.alarm import AlarmAct, AlarmActKind
from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.event import Event, Place, Report, Step, event_of
from cockpit.domain.facts import (
    AlarmActed,
    AlarmCleared,
    AlarmRaised,
    CalendarDaySet,
    DayStarted,
    EventActed,
    EventBecameAtRisk,
    EventReported,
    Fact,
    FeedLost,
    FeedRecovered,
    ModeChanged,
    StageEntered,
)
from cockpit.domain.level import Level
from cockpit.domain.limit import Limit, LimitUnit
from cockpit.domain.mode import Mode
from cockpit.domain.order import How, Issued, OrderRecipient, RecipientKind, Rung
from cockpit.domain.order_facts import (
    OrderEscalated,
    OrderIssued,
    OrderReminded,
    OrderStepped,
    OrderSubstituted,
)
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.recording import Recorder
from cockpit.situation.situation import Rules
from cockpit.store.event_records import EventRecords

RULES = Rules(city_code="330110")


def recorder_of(engine: Engine) -> Recorder:
    """Who writes the records of events into this database."""
    return Recorder(EventRecords(engine), rules=RULES)


#: a Thursday noon in 余杭
NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
GRIDS = ("330110005001001", "330110005001002", "330110012003009", "330110113200001")


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def place(code: str = GRIDS[0], **given: Any) -> Place:
    return Place(**{"lon": 120.0, "lat": 30.3, "code": code, **given})


def report(number: int = 1, *, reported_at: datetime = NOON, **given: Any) -> Report:
    defaults: dict[str, Any] = {
        "event_id": f"hotline_12345:{number}", "source": Source.HOTLINE_12345, "title": "占道经营",
        "reported_at": reported_at, "due_at": reported_at + minutes(100), "place": place(),
    }  # fmt: skip
    return Report(**{**defaults, **given})


def step(stage: Stage, at: datetime, **given: Any) -> Step:
    return Step(**{"stage": stage, "at": at, "fact_id": f"stage:{stage}:{at.timestamp()}", **given})


def event(*steps: Step, **given: Any) -> Event:
    return event_of(report(**given), steps)


def reported(number: int = 1, **given: Any) -> EventReported:
    told = report(number, **given)
    return EventReported(
        fact_id=f"event:{told.event_id}", at=told.reported_at, received_at=told.reported_at, report=told
    )


def entered(number: int, stage: Stage, at: datetime, **given: Any) -> StageEntered:
    fact_id = f"stage:hotline_12345:{number}:{stage}:{round(at.timestamp() * 1000)}"
    return StageEntered(
        fact_id=fact_id,
        at=at,
        received_at=at,
        event_id=f"hotline_12345:{number}",
        step=Step(stage=stage, at=at, **given),
    )


def acted(number: int, kind: ActKind, at: datetime, **given: Any) -> EventActed:
    fact_id = f"act:hotline_12345:{number}:{kind}:{round(at.timestamp() * 1000)}"
    return EventActed(
        fact_id=fact_id, at=at, received_at=at, event_id=f"hotline_12345:{number}", act=Act(kind=kind, at=at, **given)
    )


def alarm(number: int = 1, at: datetime = NOON, kind: type[AlarmRaised] = AlarmRaised, **given: Any) -> AlarmRaised:
    defaults: dict[str, Any] = {
        "fact_id": f"alarm:{number}:{kind.__name__}:{at.timestamp()}", "at": at, "received_at": at,
        "alarm_id": str(number), "device_id": f"dev-{number}", "kind": "smoke", "severity": Severity.III,
        "place": place(),
    }  # fmt: skip
    return kind(**{**defaults, **given})


def worker(number: int = 1, code: str = GRIDS[0]) -> OrderRecipient:
    return OrderRecipient(id=f"w{number}", kind=RecipientKind.GRIDWORKER, name=f"网格员{number}", code=code)


def ordered(number: int = 1, at: datetime = NOON, **given: Any) -> OrderIssued:
    """Order `o{number}` to worker w{number} about the first event."""
    issued = Issued(
        **{
            "order_id": f"o{number}", "command_id": "c1", "event_id": "hotline_12345:1", "title": "占道经营",
            "recipient": worker(number), "task": "到现场查看", "by": "值班员", "account": "a1", "issued_at": at,
            "accept_within_s": 120.0, "place": place(), **given,
        }
    )  # fmt: skip
    fact_id = f"ordered:{issued.recipient.id}:{issued.order_id}"
    return OrderIssued(fact_id=fact_id, at=issued.issued_at, received_at=issued.issued_at, order=issued)


def stepped(number: int, rung: Rung, at: datetime, **given: Any) -> OrderStepped:
    told = {"how": How.PERSON, "order_id": f"o{number}", "fact_id": f"order:o{number}:{rung}:{at.timestamp()}", **given}
    return OrderStepped(**{"rung": rung, "at": at, "received_at": at, **told})


def alarm_acted(number: int, kind: AlarmActKind, at: datetime, about: datetime = NOON, **given: Any) -> AlarmActed:
    fact_id = f"alarm_act:{number}:{kind}:{at.timestamp()}"
    act = AlarmAct(kind=kind, at=at, about=about, **{"fact_id": fact_id, **given})
    return AlarmActed(fact_id=fact_id, at=at, received_at=at, alarm_id=str(number), code=GRIDS[0], act=act)


# -- strategies --------------------------------------------------------------------------------------------------

_instants = st.integers(0, 3 * 24 * 60).map(lambda m: NOON - timedelta(days=2) + minutes(m))
_numbers = st.integers(1, 6)
_accounts = st.sampled_from(("a", "b"))
_units = st.sampled_from(("区城管局", "区交警大队", "仓前街道"))


def _reported_facts() -> st.SearchStrategy[Fact]:
    return st.builds(
        lambda n, at, source, due, grid, lon, given: reported(
            n, reported_at=at, source=source, due_at=due and at + minutes(due), place=place(grid, lon=lon),
            given=None if due else given, arrived_at=at if given and not due else None,
        ),
        _numbers, _instants, st.sampled_from(Source), st.none() | st.integers(1, 600),
        st.sampled_from((*GRIDS, "330110")), st.none() | st.floats(119, 121), st.none() | limits(),
    )  # fmt: skip


def _acted_facts() -> st.SearchStrategy[Fact]:
    return st.builds(
        lambda n, kind, at, account, unit, other, final: acted(
            n, kind, at, by=account, account=account, unit=unit, degree=Degree.YELLOW, is_final=final,
            other_id=f"hotline_12345:{other}" if kind in (ActKind.MERGED, ActKind.PARENTED) and other != n else "",
        ),
        _numbers, st.sampled_from(ActKind), _instants, _accounts, _units, _numbers, st.booleans(),
    )  # fmt: skip


def _worked_facts() -> st.SearchStrategy[Fact]:
    """Steps that were taken here, assignments with limits and co-handlers among them."""
    return st.builds(
        lambda n, stage, at, account, units, limit: entered(
            n, stage, at, account=account, command_id=f"c{n}{stage}{at.timestamp()}",
            assignment=Assignment(co_units=tuple(units), given=limit) if stage is Stage.ASSIGNED else None,
        ),
        _numbers, st.sampled_from(Stage), _instants, _accounts, st.lists(_units, max_size=2, unique=True),
        st.none() | limits(),
    )  # fmt: skip


def rungs(numbers: st.SearchStrategy[int] = _numbers) -> st.SearchStrategy[Fact]:
    """Anything that may be told of an order once it was issued."""

    def told(kind: type[Fact], n: int, at: datetime, **more: Any) -> Fact:
        fact_id = f"{kind.__name__}:{n}:{at.timestamp()}"
        return kind(**{"fact_id": fact_id, "at": at, "received_at": at, "order_id": f"o{n}", **more})

    about = {"event_id": "hotline_12345:1", "title": "", "recipient_name": "", "task": "", "why": "silent"}
    later = st.integers(0, 600).map(lambda m: NOON + minutes(m))
    return st.one_of(
        st.builds(
            lambda n, rung, at: stepped(n, rung, at),
            numbers,
            st.sampled_from([r for r in Rung if r != "issued"]),
            later,
        ),
        st.builds(lambda n, at: told(OrderReminded, n, at), numbers, later),
        st.builds(
            lambda n, at, by: told(OrderSubstituted, n, at, by_order_id=f"o{by}", why="silent"), numbers, later, numbers
        ),
        st.builds(lambda n, at: told(OrderEscalated, n, at, place=place(), **about), numbers, later),
    )


def _ordered_facts() -> st.SearchStrategy[Fact]:
    return st.builds(lambda n, at, grid: ordered(n, at, place=place(grid)), _numbers, _instants, st.sampled_from(GRIDS))


def limits() -> st.SearchStrategy[GivenLimit]:
    return st.builds(
        lambda amount, unit: GivenLimit(limit=Limit(amount, unit), condition="情形1", version="v1"),
        st.sampled_from((0.5, 1.0, 2.0, 4.0)), st.sampled_from(LimitUnit),
    )  # fmt: skip


def facts() -> st.SearchStrategy[Fact]:
    """Any fact about a handful of events and alarms within three days."""
    return st.one_of(
        _ordered_facts(),
        rungs(),
        _acted_facts(),
        _worked_facts(),
        _reported_facts(),
        st.builds(
            lambda n, stage, at, level: entered(n, stage, at, level=level),
            _numbers, st.sampled_from(Stage), _instants, st.none() | st.sampled_from(Level),
        ),
        st.builds(alarm, _numbers, _instants, st.sampled_from((AlarmRaised, AlarmCleared))),
        st.builds(alarm_acted, _numbers, st.sampled_from(AlarmActKind), _instants, _instants, by=_accounts),
        st.builds(
            lambda n, at: EventBecameAtRisk(
                fact_id=f"risk:{n}:{at}", at=at, received_at=at, event_id=f"hotline_12345:{n}"
            ),
            _numbers, _instants,
        ),
        st.builds(
            lambda scope, mode, at: ModeChanged(
                fact_id=f"mode:{at}", at=at, received_at=at, scope=scope, mode=mode, event_id=None, by="", command_id=""
            ),
            st.sampled_from(("330110", "330110005")), st.sampled_from(Mode), _instants,
        ),
        st.builds(
            lambda n, at, is_workday: CalendarDaySet(
                fact_id=f"calendar:{at}", at=at, received_at=at, day=NOON.date() + timedelta(days=n),
                is_workday=is_workday, note="", by="", command_id="",
            ),
            st.integers(0, 3), _instants, st.booleans(),
        ),
        st.builds(lambda at: FeedLost(fact_id=f"lost:{at}", at=at, received_at=at, feed="iot"), _instants),
        st.builds(lambda at: FeedRecovered(fact_id=f"back:{at}", at=at, received_at=at, feed="iot"), _instants),
    )  # fmt: skip


def days() -> st.SearchStrategy[Fact]:
    """Local midnights."""
    return st.integers(0, 3).map(lambda d: NOON.date() - timedelta(days=2 - d)).map(
        lambda day: DayStarted(fact_id=f"day:{day}", at=NOON, received_at=NOON, day=day)
    )  # fmt: skip


def stories(*, with_days: bool = True) -> st.SearchStrategy[list[Fact]]:
    """A stream of facts: each id once, as the log guarantees."""
    kinds = st.one_of(facts(), days()) if with_days else facts()
    return st.lists(kinds, max_size=40, unique_by=lambda fact: fact.fact_id)
