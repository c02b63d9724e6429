"""`cockpit rules …` and what the doctor says of rules and feeds, on a data directory with readings in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cockpit.domain.reading import Reading
from cockpit.store.database import migrate, open_engine
from cockpit.store.readings import ReadingArchive
from tests.cli.running import cockpit

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
RULES = """[[rule]]
name = "flood"
when = "threshold"
quantity = "water_level"
above = 3.5
alarm = "water_level"
severity = "II"
message = "水位 {value}"
[[rule]]
name = "quiet"
when = "threshold"
quantity = "water_level"
above = 100
alarm = "water_level"
severity = "IV"
"""
FAILS = """[[rule]]
name = "fails"
when = "threshold"
quantity = "water_level"
above = 3.5
alarm = "x"
severity = "I"
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half an hour of one gauge that rises and falls."""
    directory = tmp_path_factory.mktemp("rules") / "data"
    directory.mkdir(mode=0o700)
    engine = open_engine(f"sqlite:///{directory / 'cockpit.db'}")
    migrate(engine)
    values = [3.0, 3.2, 3.9, 4.1, 3.8, 3.1, 3.0]
    readings = [
        Reading("gauge-1", "water_level", value, at := NOON + timedelta(minutes=5 * n), at)
        for n, value in enumerate(values)
    ]
    ReadingArchive(engine).record(readings, readings[-1:])
    engine.dispose()
    return directory


def tried(data: Path, file: Path, rules: str) -> tuple[int, str]:
    file.write_text(rules, encoding="utf-8")
    span = ("--from", "2026-11-19T12:00+08:00", "--to", "2026-11-19T13:00+08:00")
    done = cockpit("rules", "try", str(file), *span, "--data-dir", str(data))
    return done.returncode, done.stdout + done.stderr


def test_rules_are_tried_on_the_readings_that_are_kept(data: Path, tmp_path: Path) -> None:
    code, said = tried(data, tmp_path / "mine.toml", RULES)
    assert code == 0, said
    assert "7 readings from 2026-11-19 04:00 to 2026-11-19 05:00 UTC" in said
    assert "flood: raised 1, cleared 1, 1 devices" in said
    assert "quiet: nothing" in said
    assert "11-19 04:10:00 raised flood gauge-1 水位 3.9" in said


def test_a_rule_that_fails_at_what_was_measured_is_told_before_it_goes_live(data: Path, tmp_path: Path) -> None:
    code, said = tried(data, tmp_path / "mine.toml", RULES + FAILS + 'message = "{value[2]}"\n')
    assert (code, "disabled fails" in said, "flood: raised 1" in said) == (1, True, True)
    # the gauge tells no unit
    code, said = tried(data, tmp_path / "mine.toml", RULES + FAILS + 'message = "{unit[0]}"\n')
    assert (code, "flood: raised 1" in said) == (1, True)
    assert "fails: failed and would be disabled: IndexError" in said


def test_wrong_spans_and_files_are_refused_in_one_line(data: Path, tmp_path: Path) -> None:
    for arguments in (("--from", "yesterday"), ("--from", "2026-11-19T12:00"), ("--from", "2030-01-01T00:00Z")):
        (tmp_path / "mine.toml").write_text(RULES, encoding="utf-8")
        done = cockpit("rules", "try", str(tmp_path / "mine.toml"), *arguments, "--data-dir", str(data))
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert cockpit("rules", "try", str(tmp_path / "gone.toml"), "--data-dir", str(data)).returncode == 2


def test_the_doctor_names_feed_files_and_rules_that_are_wrong(data: Path) -> None:
    (data / "feeds").mkdir()
    (data / "feeds" / "morse.toml").write_text('format = "morse"\nway = "mqtt"\n', encoding="utf-8")
    (data / "alarms").mkdir()
    (data / "alarms" / "rules.toml").write_text('[[rule]]\nname = "half"\n', encoding="utf-8")
    done = cockpit("doctor", "--data-dir", str(data), "--set", "port=0")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert any(line.split()[:3] == ["fail", "feeds", "morse"] for line in lines), done.stdout
    assert any(line.split()[:3] == ["warn", "rules", "half"] for line in lines), done.stdout


def test_dead_letters_are_asked_of_a_cockpit_that_runs(data: Path) -> None:
    done = cockpit("feed", "dead-letters", "--data-dir", str(data))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "cockpit up" in done.stderr
