"""Backup and restore: everything out, everything in, whatever the database."""

import json
import time
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from cockpit.backup import back_up, restore
from cockpit.domain.instant import millis_of
from cockpit.exits import TellError
from cockpit.services.photos import Photos
from cockpit.store.accounts import Accounts, Role
from cockpit.store.checkpoints import Checkpoint, Checkpoints
from cockpit.store.database import migrate, open_engine, writing
from cockpit.store.household_checks import CheckRow, HouseholdChecks
from cockpit.store.journal import Journal, JournalEntry
from cockpit.store.schema.houses import household_visits, households
from tests.cli.running import cockpit, running, until

NOW = datetime(2026, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)


@pytest.fixture
def filled(tmp_path):
    """A database with something of every kind of value in it."""
    engine = open_engine(f"sqlite:///{tmp_path / 'from.db'}")
    migrate(engine)
    entries = [
        JournalEntry(
            position=f"1700000000000-{n}", fact_id=f"event:{n}", type="EventReported", at=NOW, received_at=NOW,
            code="330110", body=f'{{"title": "井盖 \\u0000 {n}"}}',
        )
        for n in range(2_500)
    ]  # fmt: skip
    Journal(engine).record(entries)
    Accounts(engine).create_token(role=Role.DUTY, scope="330110", name="值班", subject="", now=NOW)
    Checkpoints(engine).save(
        Checkpoint(
            position="1700000000000-9", seq=9, received_at=NOW, kind="situation", version=1, body=bytes(range(256))
        )
    )
    yield engine
    engine.dispose()


@pytest.fixture
def empty(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'to.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


def test_a_restored_journal_tells_the_same(filled, empty, tmp_path):
    rows = back_up(filled, tmp_path / "b.zip", city="yuhang", secrets=None, now=NOW)
    assert restore(empty, tmp_path / "b.zip", secrets=None) == rows
    assert Journal(empty).digest() == Journal(filled).digest()
    assert Journal(empty).read("0", None, 5) == Journal(filled).read("0", None, 5)
    assert Accounts(empty).list_tokens() == Accounts(filled).list_tokens()
    found = [Checkpoints(e).find_latest(kind="situation", version=1) for e in (empty, filled)]
    assert found[0] == found[1]


def test_a_backup_of_an_earlier_version_comes_back_and_keeps_checks_of_doors_from_then_on(filled, empty, tmp_path):
    door = {"household_id": "h1", "building_code": "b", "building_name": "", "people": 2, "needs_help": False}
    place = {"lon": 119.9, "lat": 30.3, "code": "330110001001001"}
    visit = {"household_id": "h1", "code": "330110001001001", "visited_at": NOW, "by": "gw"}
    with writing(filled).begin() as connection:
        connection.execute(households.insert(), {**door, **place, "imported_at": NOW})
        connection.execute(household_visits.insert(), visit)
    back_up(filled, tmp_path / "b.zip", city="yuhang", secrets=None, now=NOW)
    _made_earlier(tmp_path / "b.zip", tmp_path / "earlier.zip")
    restore(empty, tmp_path / "earlier.zip", secrets=None)
    checks = HouseholdChecks(empty)
    number, since_ms = checks.version()
    assert [row.household_id for piece in checks.doors(-1, number) for row in piece] == ["h1"]
    assert list(checks.checks(-1, number)) == [[CheckRow("h1", millis_of(NOW), millis_of(NOW))]]
    assert since_ms > millis_of(NOW)  # what was before the last check is not known


def _made_earlier(file, earlier):
    """The same as a program wrote it that had no checks of doors: without their tables and columns."""
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(earlier, "w") as older:
        for name in whole.namelist():
            body = whole.read(name)
            if name in ("household_checks.ndjson", "book_versions.ndjson"):
                continue
            if name == "households.ndjson":
                rows = [json.loads(line) for line in body.splitlines()]
                told = [{k: v for k, v in row.items() if k not in ("added_ms", "version")} for row in rows]
                body = b"".join(json.dumps(row).encode() + b"\n" for row in told)
            older.writestr(name, body)


@pytest.mark.postgres
def test_a_backup_goes_from_one_kind_of_database_to_the_other_and_back(filled, empty, tmp_path, postgres_url):
    postgres = open_engine(postgres_url)
    migrate(postgres)
    try:
        back_up(filled, tmp_path / "a.zip", city="", secrets=None, now=NOW)
        restore(postgres, tmp_path / "a.zip", secrets=None)
        # new rows are numbered behind the ones that came in
        Checkpoints(postgres).save(
            Checkpoint(position="1700000000000-10", seq=10, received_at=NOW, kind="other", version=1, body=b"")
        )
        back_up(postgres, tmp_path / "b.zip", city="", secrets=None, now=NOW)
        restore(empty, tmp_path / "b.zip", secrets=None)
        assert Journal(empty).digest() == Journal(filled).digest() == Journal(postgres).digest()
        assert Accounts(empty).list_tokens() == Accounts(filled).list_tokens()
    finally:
        postgres.dispose()


def test_photos_and_the_installations_own_files_come_back_and_passwords_only_with_the_secrets(filled, empty, tmp_path):
    data, photos = tmp_path / "data", Photos(tmp_path / "data" / "attachments", most_bytes=1 << 20)
    kept = [photos.take(_picture(colour)).photo_id for colour in ("red", "green", "blue")]
    for name in ("city/city.toml", "plans/flood.toml", "alarms/rules.toml", "feeds/mqtt.toml", "logs/web.log"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(f"# {name}")
    (data / "attachments" / "aa").mkdir(exist_ok=True)
    (data / "attachments" / "aa" / "half.part").write_bytes(b"half")
    rows = back_up(filled, tmp_path / "b.zip", city="", secrets=None, now=NOW, directory=data)
    assert rows["files"] == 6
    to = tmp_path / "to"
    to.mkdir()
    assert restore(empty, tmp_path / "b.zip", secrets=None, directory=to) == rows
    again = Photos(to / "attachments", most_bytes=1 << 20)
    assert [again.find(photo_id) for photo_id in kept] == [photos.find(photo_id) for photo_id in kept]
    assert (to / "plans" / "flood.toml").read_text() == "# plans/flood.toml"
    assert not any((to / name).exists() for name in ("feeds", "logs", "attachments/aa/half.part"))
    (tmp_path / "secrets").mkdir()
    whole = back_up(filled, tmp_path / "s.zip", city="", secrets=tmp_path / "secrets", now=NOW, directory=data)
    assert whole["files"] == 7


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("attachments/aa/" + "a" * 32 + ".jpg", b"another picture", "is damaged"),
        ("attachments/../../evil", b"", "does not belong"),
        ("bin/sh", b"", "does not belong"),
    ],
)
def test_a_damaged_or_foreign_file_restores_nothing(filled, empty, tmp_path, name, body, why):
    back_up(filled, tmp_path / "b.zip", city="", secrets=None, now=NOW)
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("files/plans/mine.toml", "# mine")
        archive.writestr(f"files/{name}", body)
    to = tmp_path / "to"
    to.mkdir()
    with pytest.raises(TellError, match=why):
        restore(empty, tmp_path / "b.zip", secrets=None, directory=to)
    assert Journal(empty).count() == 0
    assert [path for path in to.rglob("*") if path.is_file()] == []


def _picture(colour):
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def test_restore_refuses_a_database_with_something_in_it(filled, tmp_path):
    back_up(filled, tmp_path / "b.zip", city="", secrets=None, now=NOW)
    with pytest.raises(TellError, match="empty"):
        restore(filled, tmp_path / "b.zip", secrets=None)


def test_restore_takes_all_of_a_file_or_nothing(filled, empty, tmp_path):
    back_up(filled, tmp_path / "b.zip", city="", secrets=None, now=NOW)
    whole = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TellError, match="not a readable backup"):
        restore(empty, tmp_path / "b.zip", secrets=None)
    assert Journal(empty).count() == 0


def test_a_backup_never_overwrites_a_file(filled, tmp_path):
    (tmp_path / "b.zip").write_text("precious")
    with pytest.raises(TellError, match="exists"):
        back_up(filled, tmp_path / "b.zip", city="", secrets=None, now=NOW)
    assert (tmp_path / "b.zip").read_text() == "precious"


def test_secrets_stay_at_home_unless_asked_for(tmp_path):
    made = cockpit("token", "create", "--role", "duty", "--data-dir", str(tmp_path / "from"))
    assert made.returncode == 0
    (tmp_path / "from" / "secrets" / "flask").write_text("hush")
    for name, more in (("without", []), ("with", ["--with-secrets"])):
        file = str(tmp_path / f"{name}.zip")
        assert cockpit("backup", file, "--data-dir", str(tmp_path / "from"), *more).returncode == 0
        assert cockpit("restore", file, "--data-dir", str(tmp_path / name)).returncode == 0
        assert (tmp_path / name / "secrets" / "flask").exists() == (name == "with")


def test_a_running_city_is_backed_up_and_comes_back_elsewhere(tmp_path):
    with running(tmp_path / "from", "--no-simulate") as up, up.client(up.token("feed")) as feed:
        reports = [_report(n) for n in range(300)]
        assert feed.post("feeds/events", json=reports).json()["accepted"] == 300
        engine = open_engine(f"sqlite:///{up.data_dir / 'cockpit.db'}")
        until(lambda: Journal(engine).count() >= 300, within_s=20, what="all reports are in the journal")
        done = cockpit("backup", str(tmp_path / "b.zip"), "--data-dir", str(up.data_dir))
        assert done.returncode == 0, done.stderr
        refused = cockpit("restore", str(tmp_path / "b.zip"), "--data-dir", str(up.data_dir))
        assert refused.returncode == 1
        up.stop()
        digest = Journal(engine).digest()
        engine.dispose()
    assert cockpit("restore", str(tmp_path / "b.zip"), "--data-dir", str(tmp_path / "to")).returncode == 0
    restored = open_engine(f"sqlite:///{tmp_path / 'to' / 'cockpit.db'}")
    assert Journal(restored).digest() == digest
    restored.dispose()
    with running(tmp_path / "to", "--no-simulate") as again, again.client(again.token("screen")) as screen:
        until(lambda: screen.get("events").json()["total"] == 300, within_s=20, what="the events are on the screen")


def _report(n):
    at = datetime.fromtimestamp(time.time(), UTC).isoformat()
    return {
        "event_id": f"b{n}", "source": "hotline_12345", "category": "event.01.10", "title": f"井盖破损 {n}",
        "lon": 119.98, "lat": 30.28, "reported_at": at,
    }  # fmt: skip
