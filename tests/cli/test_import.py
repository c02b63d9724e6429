"""`cockpit import`: what a person at the terminal sees, and what the cockpit shows afterwards."""

import json

import pytest

from cockpit.store.database import open_engine
from cockpit.store.event_records import EventRecords
from tests.cli.running import cockpit, running, until

PROFILE = """
[events]
event_id = "CASE_ID"
reported_at = { column = "OPEN_DT", format = "%m/%d/%Y %I:%M:%S %p", tz = "America/New_York" }
closed_at = { column = "CLOSED_DT", format = "%m/%d/%Y %I:%M:%S %p", tz = "America/New_York" }
title = "CASE_TITLE"
lon = "LONGITUDE"
lat = "LATITUDE"
source = { const = "hotline_12345" }
"""
HEADER = "CASE_ID,OPEN_DT,CLOSED_DT,CASE_TITLE,LONGITUDE,LATITUDE"
ROWS = (
    "1,03/04/2024 08:15:00 AM,03/05/2024 01:00:00 PM,Pothole,-71.06,42.36",
    "2,03/04/2024 09:15:00 AM,,Street light,-71.06,42.36",
    "3,03/34/2024 09:15:00 AM,,Nonsense,-71.06,42.36",
    "4,03/06/2024 09:15:00 AM,,Needle,-10,42.36",
)


@pytest.fixture
def desk(tmp_path):
    """A directory with a profile and a table; `desk(...)` runs an import there."""
    (tmp_path / "p.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "cases.csv").write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")

    def run(*more, file="cases.csv", what="events"):
        data = ("--data-dir", str(tmp_path / "data"))
        return cockpit("import", what, str(tmp_path / file), *(str(m) for m in more), *data)

    run.profile = ("--profile", tmp_path / "p.toml")
    run.directory, run.data = tmp_path, tmp_path / "data"
    return run


def numbers(done):
    assert done.returncode == 0, done.stderr
    return {line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines() if line.split()[1].isdigit()}


def test_an_import_tells_what_was_taken_and_what_refused_with_line_and_reason(desk):
    done = desk(*desk.profile, "--refused", desk.directory / "refused.csv")
    assert numbers(done) == {"rows": 4, "taken": 3, "refused": 1, "live": 2}
    assert "refused line 4: reported_at is no time written as %m/%d/%Y %I:%M:%S %p" in done.stdout
    assert "4,reported_at,is no time" in (desk.directory / "refused.csv").read_text(encoding="utf-8-sig")
    again = desk(*desk.profile)
    assert numbers(again) == {"rows": 4, "taken": 3, "refused": 1, "live": 0}
    assert "new 0 + newly closed 0 + unchanged 3" in again.stdout


def test_a_dry_run_makes_nothing(desk):
    assert numbers(desk(*desk.profile, "--dry-run"))["taken"] == 3
    assert not desk.data.exists()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda desk: desk.profile[1].write_text(PROFILE.replace("title", "titel"), encoding="utf-8"), "events.titel"),
        (lambda desk: desk.profile[1].write_text(PROFILE.replace("CASE_TITLE", "NAME"), encoding="utf-8"), "'NAME'"),
        (lambda desk: desk.profile[1].unlink(), "p.toml"),
        (lambda desk: (desk.directory / "cases.csv").unlink(), "cases.csv"),
        (lambda desk: (desk.directory / "cases.csv").write_text("", encoding="utf-8"), "empty"),
    ],
)
def test_wrong_use_is_told_in_one_line(desk, change, word):
    change(desk)
    done = desk(*desk.profile)
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("cockpit: ")
    assert word in last


def test_unknown_coordinates_and_levels_are_wrong_use(desk):
    assert desk(*desk.profile, "--crs", "mars2000").returncode == 2
    fields = ("--code-field", "ID", "--name-field", "NAME")
    assert desk("--level", "planet", *fields, what="divisions").returncode == 2
    assert desk("--level", "street", "--parent", "330110001", *fields, what="divisions").returncode == 2


def test_a_table_of_which_nothing_can_be_taken_fails(desk):
    (desk.directory / "cases.csv").write_text(f"{HEADER}\n{ROWS[2]}\n", encoding="utf-8")
    assert desk(*desk.profile).returncode == 1


def test_imported_divisions_and_events_are_what_the_empty_city_shows(desk):
    ring = [[-71.1, 42.3], [-71.0, 42.3], [-71.0, 42.4], [-71.1, 42.4], [-71.1, 42.3]]
    street = {
        "type": "Feature", "properties": {"ID": "250250001", "NAME": "Downtown"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    (desk.directory / "s.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [street]}), encoding="utf-8"
    )
    fields = ("--level", "street", "--code-field", "ID", "--name-field", "NAME")
    assert numbers(desk(*fields, file="s.geojson", what="divisions"))["taken"] == 1
    # at rest: the open events wait in the journal
    done = desk(*desk.profile)
    assert "on no grid or division 1" in done.stdout
    with running(desk.data, "--empty") as up, up.client(up.token("leader")) as leader:
        waiting = {"stage": "registered"}
        until(
            lambda: leader.get("events", params=waiting).json()["total"] == 2,
            within_s=20,
            what="the open ones are live",
        )
        assert leader.get("events", params={"scope": "250250001"}).json()["total"] == 2
        # while it runs: they come through its stream
        rows = [ROWS[1].replace(",,", ",03/07/2024 10:00:00 AM,"), ROWS[3].replace("4,", "5,", 1)]
        (desk.directory / "cases.csv").write_text("\n".join((HEADER, *rows)), encoding="utf-8")
        assert "new 1 + newly closed 1" in desk(*desk.profile).stdout
        until(
            lambda: {e["event_id"] for e in leader.get("events", params=waiting).json()["items"]}
            == {"hotline_12345:4", "hotline_12345:5"},
            within_s=20, what="one is closed and one is new",
        )  # fmt: skip
        engine = open_engine(f"sqlite:///{desk.data / 'cockpit.db'}")
        records = EventRecords(engine)
        until(lambda: (found := records.find("hotline_12345:2")) and found.body, within_s=20, what="it is archived")
        assert (records.count(), records.find("hotline_12345:2").stage) == (4, "closed")
        engine.dispose()


def test_registered_things_are_taken_and_told_and_a_dry_run_makes_nothing(desk):
    rows = ("id,kind,name,lon,lat", "1,aed,地铁口,119.95,30.30", "2,aed,没有地方,,")
    (desk.directory / "things.csv").write_text("\n".join(rows), encoding="utf-8")
    assert numbers(desk("--dry-run", file="things.csv", what="resources")) == {"rows": 2, "taken": 1, "refused": 1}
    assert not desk.data.exists()
    done = desk(file="things.csv", what="resources")
    assert "refused line 3: lon lon and lat are no place on earth" in done.stdout
    assert "new 1 + changed 0 + unchanged 0" in done.stdout
    assert "new 0 + changed 0 + unchanged 1" in desk(file="things.csv", what="resources").stdout
    wrong = desk(file="nothing.csv", what="resources")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
