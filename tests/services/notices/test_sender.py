"""发送: to a real receiver over HTTP, through the real library; what is certain is told apart from what is not."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import Engine

from cockpit.domain.scope import Scope
from cockpit.services.notices.apprised import Apprised
from cockpit.services.notices.channels import Channel, ChannelFileError
from cockpit.services.notices.sender import DEAD_AFTER, MOST_TRIES, Sender, pause_of
from cockpit.store.notices import KeptNotice, NewNotice, Notices, NoticeState
from tests.stories import NOON

DELIVER = Apprised()


class Receiver:
    """An outside service that answers as it is told to and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.got.append(body["title"])
                (receiver.answers.pop(0) if receiver.answers else answer(200))(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.port = self.server.server_port

    def channel(self, name: str = "centre") -> Channel:
        return Channel(name=name, url=f"json://127.0.0.1:{self.port}/?cto=1&rto=1", scope=Scope(""))


def answer(status: int) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return reply


@contextmanager
def serving(receiver: Receiver) -> Iterator[Receiver]:
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as one:
        yield one


@pytest.fixture
def table(engine: Engine) -> Notices:
    return Notices(engine)


def waiting(engine: Engine, *titles: str, channel: str = "centre") -> None:
    with engine.begin() as connection:
        Notices(engine).put(
            connection,
            [
                NewNotice(
                    fact_id=title, channel=channel, kind="wartime", code="330110", event_id="", title=title, body="…",
                    created_at=NOON,
                )
                for title in titles
            ],
        )  # fmt: skip


def state(table: Notices) -> list[tuple[str, str, int]]:
    return [(n.title, n.state.value, n.tries) for n in reversed(table.list(scope="")[1])]


def one(table: Notices) -> KeptNotice:
    [notice] = table.list(scope="")[1]
    return notice


def sender(table: Notices, channel: Channel, *, after_s: float = 0, name: str = "a") -> Sender:
    return Sender(table, [channel], deliver=DELIVER, name=name, clock=lambda: NOON + timedelta(seconds=after_s))


def test_what_waits_is_sent_in_its_order_and_once(engine: Engine, table: Notices, receiver: Receiver) -> None:
    waiting(engine, "一", "二")
    channel = receiver.channel()
    sending = sender(table, channel)
    assert [sending.send_next(channel) for _ in range(3)] == [True, True, False]
    assert receiver.got == ["一", "二"]
    assert state(table) == [("一", "sent", 1), ("二", "sent", 1)]
    waiting(engine, "一")
    assert not sending.send_next(channel), "the same fact is no new notice"


def test_what_is_refused_is_tried_again_ever_later_and_then_has_failed(
    engine: Engine, table: Notices, receiver: Receiver
) -> None:
    waiting(engine, "一")
    channel, after_s = receiver.channel(), 0.0
    receiver.answers = [answer(503)] * MOST_TRIES
    for tries in range(1, MOST_TRIES):
        assert sender(table, channel, after_s=after_s).send_next(channel)
        assert state(table) == [("一", "waiting", tries)]
        assert not sender(table, channel, after_s=after_s + pause_of(tries).total_seconds() - 0.1).send_next(channel)
        after_s += pause_of(tries).total_seconds()
    assert sender(table, channel, after_s=after_s).send_next(channel)
    assert state(table) == [("一", "failed", MOST_TRIES)]
    assert one(table).error
    assert len(receiver.got) == MOST_TRIES
    assert table.send_again(one(table).id, NOON)
    assert sender(table, channel, after_s=after_s).send_next(channel)
    assert one(table).state is NoticeState.SENT


def test_nobody_there_is_certain_and_tried_again(engine: Engine, table: Notices) -> None:
    waiting(engine, "一")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        channel = Channel(name="centre", url=f"json://127.0.0.1:{taken.getsockname()[1]}/?cto=1", scope=Scope(""))
        assert sender(table, channel).send_next(channel)
    assert one(table).state is NoticeState.WAITING
    assert "127.0.0.1:" not in one(table).error or "rto" not in one(table).error


def test_a_service_that_takes_it_and_never_answers_leaves_it_uncertain(
    engine: Engine, table: Notices, receiver: Receiver
) -> None:
    waiting(engine, "一")
    release, channel = threading.Event(), receiver.channel()
    receiver.answers = [lambda _request: release.wait(20) and None]
    try:
        assert sender(table, channel).send_next(channel)
    finally:
        release.set()
    assert one(table).state is NoticeState.UNCERTAIN
    assert receiver.got == ["一"]
    assert not sender(table, channel, after_s=9_999).send_next(channel), "it is not sent again by itself"


def test_what_a_sender_had_in_hand_when_it_died_is_uncertain(engine: Engine, table: Notices) -> None:
    waiting(engine, "一", "二")
    assert table.claim("centre", "dead", NOON) is not None
    assert table.give_up_on(before=NOON - DEAD_AFTER) == 0, "it may still be sending"
    assert table.give_up_on(before=NOON - DEAD_AFTER, sender="dead") == 1, "the same one came back"
    assert state(table) == [("一", "uncertain", 1), ("二", "waiting", 0)]
    assert table.claim("centre", "other", NOON) is not None
    assert table.give_up_on(before=NOON + DEAD_AFTER) == 1, "too long ago"
    assert {n.state for n in table.list(scope="")[1]} == {NoticeState.UNCERTAIN}


def test_several_senders_send_each_notice_once(engine: Engine, table: Notices, receiver: Receiver) -> None:
    titles = [f"{n:02}" for n in range(20)]
    waiting(engine, *titles)
    channel, start = receiver.channel(), threading.Barrier(3)

    def send_all(name: str) -> None:
        sending = sender(table, channel, name=name)
        start.wait(20)
        while sending.send_next(channel):
            pass

    threads = [threading.Thread(target=send_all, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sender(table, channel).send_next(channel)
    assert sorted(receiver.got) == titles
    assert {n.state for n in table.list(scope="")[1]} == {NoticeState.SENT}


def test_a_running_sender_empties_its_channels_side_by_side(engine: Engine, table: Notices, receiver: Receiver) -> None:
    with serving(Receiver()) as slow:
        release = threading.Event()
        slow.answers = [lambda _request: release.wait(20) and None]
        waiting(engine, "慢", channel="slow")
        waiting(engine, "一", "二", "三")
        stop = threading.Event()
        channels = [slow.channel("slow"), receiver.channel()]
        running = Sender(table, channels, deliver=DELIVER, name="a", clock=lambda: NOON)
        thread = threading.Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            for _ in range(500):
                if len(receiver.got) == 3:
                    break
                threading.Event().wait(0.02)
            assert receiver.got == ["一", "二", "三"]
        finally:
            release.set()
            stop.set()
            thread.join(10)


def test_an_address_that_the_library_does_not_know_is_named_without_its_secrets() -> None:
    with pytest.raises(ChannelFileError) as told:
        DELIVER.check([Channel(name="centre", url="nope://user:secret@host", scope=Scope(""))])
    assert "centre" in str(told.value)
    assert "secret" not in str(told.value)
