"""发件箱: one row for each fact and channel, however often the archiver sees the fact."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cockpit.catalogue import texts
from cockpit.domain.facts import Fact, FeedLost, FeedRecovered, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.notice import NOTICES_OF, notices_of
from cockpit.domain.order import OrderRecipient, RecipientKind
from cockpit.domain.order_facts import OrderEscalated
from cockpit.domain.plan import Words
from cockpit.domain.plan_facts import PlanRun, Told
from cockpit.domain.scope import Scope
from cockpit.services.archiver import Archiver
from cockpit.services.notices.channels import Channel, ChannelFileError, read_channels
from cockpit.services.notices.outbox import Outbox
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.fixes import FixArchive
from cockpit.store.journal import Journal
from cockpit.store.notices import Notices
from cockpit.stream.facts import MemoryFactLog
from cockpit.stream.positions import MemoryPositionLane
from tests.stories import GRIDS, NOON, ordered, place, recorder_of, reported

CENTRE = Channel(name="centre", url="json://centre", scope=Scope("330110"))
STREET = Channel(name="street", url="json://street", scope=Scope("330110113"), kinds=("order_escalated",))
FIRE = Channel(name="fire", url="json://fire", scope=Scope(""), unit="区消防救援大队")


def escalated(n: int = 1, code: str = GRIDS[0], why: str = "silent") -> OrderEscalated:
    return OrderEscalated(
        fact_id=f"order:o{n}:3", at=NOON, received_at=NOON, order_id=f"o{n}", event_id="hotline_12345:1",
        title="道路塌陷", recipient_name="沈**", task="到现场封路", why=why, place=place(code, address="文一西路"),
    )  # fmt: skip


def wartime(mode: Mode = Mode.WARTIME) -> ModeChanged:
    return ModeChanged(
        fact_id=f"command:{mode}", at=NOON, received_at=NOON, scope="330110", mode=mode, event_id="hotline_12345:1",
        by="值班员", command_id="c1",
    )  # fmt: skip


def feed(kind: type[FeedLost] | type[FeedRecovered]) -> Fact:
    told = {"feed": "fire", "code": "330110", "title_zh": "消防", "title_en": "Fire"}
    return kind(fact_id=f"{kind.__name__}:fire:1", at=NOON, received_at=NOON, **told)


def outbox(engine: Engine, *channels: Channel, hours_later: float = 0) -> Outbox:
    return Outbox(
        Notices(engine), channels, words=texts("zh-CN"), name_of=lambda code: f"<{code}>",
        clock=lambda: NOON + timedelta(hours=hours_later),
    )  # fmt: skip


def put(engine: Engine, box: Outbox, *facts: Fact) -> list[tuple[str, str]]:
    with engine.begin() as connection:
        box.note(connection, facts)
    return sorted((row.channel, row.kind) for row in Notices(engine).list(scope="")[1])


def test_a_notice_goes_to_every_channel_that_takes_it(engine: Engine) -> None:
    box = outbox(engine, CENTRE, STREET, FIRE)
    assert put(engine, box, reported(1), escalated(1), escalated(2, GRIDS[3]), wartime()) == [
        ("centre", "order_escalated_silent"), ("centre", "order_escalated_silent"), ("centre", "wartime"),
        ("street", "order_escalated_silent"),
    ]  # fmt: skip
    [first] = [row for row in Notices(engine).list(scope="330110005")[1] if row.kind.startswith("order")]
    assert first.title == "指令无人响应：道路塌陷"
    assert "沈**" in first.body
    assert "文一西路" in first.body


def test_a_unit_reads_what_is_for_it_and_nothing_else(engine: Engine) -> None:
    unit = OrderRecipient(id="u1", kind=RecipientKind.UNIT, name="区消防救援大队", code="330110")
    box = outbox(engine, CENTRE, FIRE)
    assert put(engine, box, ordered(1, recipient=unit), ordered(2), wartime()) == [
        ("centre", "wartime"), ("fire", "order_to_unit"),
    ]  # fmt: skip


def test_a_plan_tells_each_unit_its_own_words(engine: Engine) -> None:
    run = PlanRun(
        fact_id="command:r1", at=NOON, received_at=NOON, run_id="r1", plan_id="collapse", plan_version=1,
        title=Words("道路塌陷"), event_id="hotline_12345:1", code=GRIDS[0], order_ids=(), lacking=(), passed=(),
        checklist=(), told=(Told("区消防救援大队", "携带破拆工具"), Told("区交警大队", "封闭道路")), cameras=(),
        layers=(), by="值班员", command_id="r1",
    )  # fmt: skip
    everyone = Channel(name="all", url="json://all", scope=Scope(""), unit="*")
    assert put(engine, outbox(engine, CENTRE, FIRE, everyone), run) == [
        ("all", "plan_message"), ("all", "plan_message"), ("fire", "plan_message"),
    ]  # fmt: skip
    put(engine, outbox(engine, FIRE, everyone), run)
    bodies = [(row.channel, row.body) for row in reversed(Notices(engine).list(scope="")[1])]
    assert sorted(bodies) == [("all", "封闭道路"), ("all", "携带破拆工具"), ("fire", "携带破拆工具")]


def test_a_fact_that_is_archived_again_is_told_once(engine: Engine) -> None:
    facts, checkpoints = MemoryFactLog(), Checkpoints(engine)
    facts.append([reported(1), escalated(1), wartime()])
    for consumer in ("one", "another"):
        # a second group sees everything again, as after a stream was put back from the journal
        archiver = Archiver(
            facts=facts, positions=MemoryPositionLane(), journal=Journal(engine), fixes=FixArchive(engine),
            checkpoints=checkpoints, recorder=recorder_of(engine), beside=[outbox(engine, CENTRE)], consumer=consumer,
        )  # fmt: skip
        archiver.step(block_ms=0)
        archiver._keep_facts([])
    box = outbox(engine, CENTRE)
    put(engine, box, escalated(1), wartime())
    assert Notices(engine).list(scope="")[0] == 2


def test_a_lost_feed_is_told_to_the_centre_once_and_once_when_it_is_back(engine: Engine) -> None:
    lost, back = feed(FeedLost), feed(FeedRecovered)
    told = put(engine, outbox(engine, CENTRE, STREET), lost, lost, back, back)
    assert told == [("centre", "feed_back"), ("centre", "feed_lost")]


def test_what_is_archived_hours_later_is_no_news(engine: Engine) -> None:
    assert put(engine, outbox(engine, CENTRE, hours_later=1.01), escalated(1)) == []


def test_every_kind_of_notice_has_its_words() -> None:
    facts = [wartime(), wartime(Mode.PEACETIME), *(escalated(1, why=w) for w in ("silent", "declined", "nobody_left"))]
    kinds = {notice.kind for fact in facts for notice in notices_of(fact)} | {"order_to_unit", "plan_message"}
    kinds |= {notice.kind for fact in (feed(FeedLost), feed(FeedRecovered)) for notice in notices_of(fact)}
    assert {key.split(".")[1] for key in texts("en") if key.startswith("notice.")} >= kinds
    assert notices_of(reported(1)) == []
    assert all(issubclass(kind, Fact) for kind in NOTICES_OF)


def test_a_file_names_the_channels(tmp_path: Path) -> None:
    file = tmp_path / "notices.toml"
    assert read_channels(file) == read_channels(None) == []
    file.write_text(
        '[[channel]]\nname = "centre"\nurl = "json://host"\nscope = "330110"\nkinds = ["wartime", "order_"]\n'
        '[[channel]]\nname = "fire"\nurl = "mailto://a:b@c"\nunit = "消防"\n'
    )
    centre, fire = read_channels(file)
    assert (centre.name, centre.scope, centre.kinds) == ("centre", Scope("330110"), ("wartime", "order_"))
    assert (fire.unit, fire.scope) == ("消防", Scope(""))


@pytest.mark.parametrize(
    "wrong",
    [
        "[[channel]]\nname = 'a'", "[[channel]]\nname='a'\nurl='b'\nscope='x'", "not toml", "channel = [1]",
        "[[channel]]\nname='a'\nurl='b'\nkind='c'",
        "[[channel]]\nname='a'\nurl='b'\n[[channel]]\nname='a'\nurl='c'",
    ],
)  # fmt: skip
def test_a_wrong_file_says_what_is_wrong_in_one_line(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "notices.toml"
    file.write_text(wrong)
    with pytest.raises(ChannelFileError) as told:
        read_channels(file)
    assert str(file) in str(told.value)
