"""The other ways: an address that is asked, a folder, a recording, a Kafka cluster."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cockpit.services.feeding.kept import KeptState
from cockpit.services.feeding.recorded import read_recorded, recorded_line
from cockpit.services.feeding.runner import FeedRunner, Line, LineLostError
from cockpit.services.feeding.seam import Raw
from feeds import sensorthings
from feeds.ways.folder import FolderLine
from feeds.ways.kafka import KafkaLine, new_consumer
from feeds.ways.poll import PollLine
from feeds.ways.replay import ReplayLine
from feeds.ways.settings import FolderWay, KafkaWay, PollWay, ReplayWay
from tests.feeds.room import WHOLE, Room
from tests.feeds.sampled import SAMPLES, config_of, parse, sample_of


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


@contextmanager
def running(room: Room, line: Line, name: str) -> Iterator[threading.Thread]:
    runner = FeedRunner(
        line, parse=lambda raw: parse(name, raw), taker=room.taker(name), scope=WHOLE, period_s=1.0,
        set_aside=lambda raw, why: room.dead.append((raw, why)),
    )  # fmt: skip
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


class Frost:
    """A server of observations, two a page, that can be down."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self.down, self.asked = False, list[str]()
        frost = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                frost.asked.append(self.path)
                query = parse_qs(urlsplit(self.path).query)
                since = query["$filter"][0].removeprefix("phenomenonTime gt ").replace("Z", "+00:00")
                skip = int(query.get("$skip", ["0"])[0])
                fresh = [v for v in frost.values if v["phenomenonTime"].replace("Z", "+00:00") > since]
                page: dict[str, Any] = {"value": fresh[skip : skip + 2]}
                if len(fresh) > skip + 2:
                    base = self.path.partition("&%24skip")[0]
                    page["@iot.nextLink"] = f"http://127.0.0.1:{frost.port}{base}&%24skip={skip + 2}"
                body = json.dumps(page).encode()
                self.send_response(503 if frost.down else 200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def frost() -> Iterator[Frost]:
    made = Frost()
    yield made
    made.close()


def observation(n: int) -> dict[str, Any]:
    first = json.loads(sample_of("sensorthings")[0].body)["value"][0]
    at = datetime(2026, 11, 19, 3, 0, tzinfo=UTC) + timedelta(seconds=n)
    return {**first, "@iot.id": n, "result": n, "phenomenonTime": at.isoformat().replace("+00:00", "Z")}


def test_a_poll_follows_the_pages_and_goes_on_where_it_had_come_to(
    room: Room, frost: Frost, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, config = KeptState(tmp_path / "state.json"), config_of("sensorthings")

    def line() -> PollLine:
        way = PollWay(url=f"http://127.0.0.1:{frost.port}/v1.1", every_s=0.05)
        return PollLine(way, kept=kept, clock=lambda: room.now, pages=sensorthings, config=config)

    frost.values = [observation(n) for n in range(5)]
    with running(room, line(), "sensorthings"):
        eventually(lambda: len(room.readings) == 5)
        frost.down = True
        frost.values += [observation(n) for n in range(5, 8)]
        time.sleep(0.3)
        frost.down = False
        eventually(lambda: len(room.readings) == 8)
    assert KeptState(tmp_path / "state.json").find("cursor") == "2026-11-19T03:00:07+00:00"
    frost.values.append(observation(8))
    with running(room, line(), "sensorthings"):
        eventually(lambda: len(room.readings) == 9)
    assert [reading.value for reading in room.readings] == list(range(9))
    said = capsys.readouterr().out
    assert (said.count("feed lost"), said.count("feed is back")) == (1, 1)


def test_a_next_page_of_another_host_is_not_followed(room: Room, tmp_path: Path) -> None:
    way = PollWay(url="http://127.0.0.1:1/v1.1", token="secret")
    line = PollLine(way, kept=KeptState(tmp_path / "s"), clock=lambda: room.now, pages=sensorthings, config=None)
    with pytest.raises(LineLostError, match="another host"):
        line._of_the_same_host("http://127.0.0.1:1/v1.1/Observations", "http://evil.example/steal")


def test_files_of_a_folder_are_taken_and_go_on(room: Room, tmp_path: Path) -> None:
    good, bad = sample_of("work_orders")[1].body, b"nonsense"
    (tmp_path / "orders.csv").write_bytes(good)
    (tmp_path / "broken.csv").write_bytes(bad)
    (tmp_path / ".half").write_bytes(good)
    (tmp_path / "elsewhere.csv").symlink_to("/etc/passwd")
    line = FolderLine(FolderWay(path=str(tmp_path), every_s=0.05, settled_s=0), clock=lambda: room.now)
    with running(room, line, "work_orders"):
        eventually(lambda: len(list((tmp_path / "failed").glob("*.csv"))) == 1)
        eventually(lambda: len(list((tmp_path / "done").glob("*.csv"))) == 1)
    assert len(room.told()) == 3
    assert "row" in next((tmp_path / "failed").glob("*.why.txt")).read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"done", "failed", ".half", "elsewhere.csv"}


def test_a_file_that_still_grows_is_left_alone(room: Room, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"a")
    line = FolderLine(FolderWay(path=str(tmp_path), every_s=0.05, settled_s=60), clock=lambda: room.now)
    with running(room, line, "work_orders"):
        eventually(lambda: room.heard("work_orders"))
        time.sleep(0.2)
    assert (tmp_path / "orders.csv").exists()


def test_a_recording_is_played_as_if_it_happened_now(room: Room) -> None:
    started = room.now
    way = ReplayWay(file=str(SAMPLES / "jt808.ndjson"), speed=0)
    with running(room, ReplayLine(way, clock=lambda: room.now), "jt808") as thread:
        thread.join(10)
    assert len(room.fixes()) == 6
    shift_ms = round((started - sample_of("jt808")[0].received_at).total_seconds() * 1000)
    at_ms = {at for _, _, _, at in room.fixes()}
    assert round(datetime(2026, 11, 19, 3, 59, 50, tzinfo=UTC).timestamp() * 1000) + shift_ms in at_ms


def test_a_recording_at_ten_times_the_speed_takes_a_tenth(room: Room, tmp_path: Path) -> None:
    first = sample_of("owntracks")[0]
    lines = [
        recorded_line(Raw(body=first.body, topic="a/b/c", received_at=first.received_at + timedelta(seconds=n)))
        for n in (0, 4, 8)
    ]
    (tmp_path / "r.ndjson").write_text("\n".join(lines), encoding="utf-8")
    assert [raw.body for raw in read_recorded(tmp_path / "r.ndjson")] == [first.body] * 3
    slept: list[float] = []

    class Hurried(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            slept.append(timeout or 0.0)
            room.now += timedelta(seconds=timeout or 0.0)
            return False

    class Ear:
        def up(self) -> None: ...
        def beat(self) -> None: ...
        def take(self, raws: Any, shift: timedelta = timedelta()) -> Any: ...

    way = ReplayWay(file=str(tmp_path / "r.ndjson"), speed=10)
    ReplayLine(way, clock=lambda: room.now).run(Ear(), Hurried())
    assert sum(slept) == pytest.approx(0.8)


class FakeKafka:
    """As much of a consumer as the way uses; committed offsets outlive it."""

    log: list[bytes]

    def __init__(self, log: list[bytes], committed: list[int]) -> None:
        self.log, self.committed, self.at = log, committed, committed[-1]

    def list_topics(self, timeout: float) -> None: ...
    def subscribe(self, topics: list[str]) -> None: ...
    def close(self) -> None: ...

    def consume(self, most: int, timeout: float) -> list[Any]:
        fresh = self.log[self.at : self.at + most]
        self.at += len(fresh)
        if not fresh:
            time.sleep(min(timeout, 0.02))
        return [_Record(body) for body in fresh]

    def commit(self, *, asynchronous: bool) -> None:
        assert not asynchronous
        self.committed.append(self.at)


class _Record:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def error(self) -> None:
        return None

    def value(self) -> bytes:
        return self._body

    def topic(self) -> str:
        return "city/water/W-1/up"


def test_kafka_commits_what_the_stream_has(room: Room) -> None:
    log, committed = [b'{"data":{"temp":%d}}' % n for n in range(30)], [0]
    way = KafkaWay(servers="nowhere:9092", topics=["devices"])
    for _ in range(2):
        line = KafkaLine(way, clock=lambda: room.now, make=lambda _options: FakeKafka(log, committed))
        with running(room, line, "device_json"):
            eventually(lambda: committed[-1] == len(log))
        log.append(b'{"data":{"temp":99}}')
    assert len(room.readings) == 31


def test_without_its_client_kafka_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(LineLostError, match=r"cockpit\[kafka\]"):
        new_consumer({})
