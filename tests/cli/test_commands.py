"""Commands that need nothing running: exit codes, one line of why, tokens, doctor."""

import pytest

from tests.cli.running import cockpit


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["up", "--set", "colour=red"], "colour"),
        (["up", "--set", "at_risk_share=7"], "at_risk_share"),
        (["up", "--set", "at_risk_share"], "K=V"),
        (["up", "--port", "eighty"], "port"),
        (["up", "--port", "70000"], "port"),
        (["up", "--frobnicate"], "frobnicate"),
        (["frobnicate"], "frobnicate"),
        (["token", "create", "--role", "king"], "king"),
        (["token", "create", "--role", "duty", "--scope", "12345"], "12345"),
        (["token", "create"], "role"),
        (["feed", "nowhere"], "nowhere"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_exit_code_two(arguments, word, tmp_path):
    done = cockpit(*arguments, COCKPIT_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 2, done.stderr
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_process_on_its_own_says_what_it_lacks(tmp_path):
    done = cockpit("archive", COCKPIT_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    assert "REDIS_URL" in done.stderr.strip().splitlines()[-1]


def test_a_city_that_is_not_there_is_named(tmp_path):
    done = cockpit("up", "--port", "0", "--city", "atlantis", "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "atlantis" in done.stderr


def test_a_token_stands_alone_on_standard_output(tmp_path):
    done = cockpit("token", "create", "--role", "feed", "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 1
    again = cockpit("token", "create", "--role", "feed", "--data-dir", str(tmp_path / "data"))
    assert again.stdout != done.stdout


def test_settings_may_be_given_in_either_spelling(tmp_path):
    for spelling in ("log_level=debug", "COCKPIT_LOG_LEVEL=debug"):
        done = cockpit("doctor", "--data-dir", str(tmp_path / "data"), "--set", spelling, "--set", "port=0")
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_doctor_says_what_is_wrong_and_what_to_do(tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    done = cockpit(
        "doctor", "--data-dir", str(tmp_path / "data"), "--set", "port=0",
        REDIS_URL="redis://127.0.0.1:1/0", COCKPIT_COLOUR="red",
    )  # fmt: skip
    assert done.returncode == 1
    verdicts = {line.split()[1]: line for line in done.stdout.splitlines()}
    assert verdicts["redis"].startswith("fail") and "REDIS_URL" in verdicts["redis"]
    assert verdicts["settings"].startswith("warn") and "COCKPIT_COLOUR" in verdicts["settings"]
    assert verdicts["data"].startswith("warn") and "700" in verdicts["data"]


def test_help_names_every_command():
    done = cockpit("--help")
    assert done.returncode == 0
    for name in (
        "up",
        "web",
        "archive",
        "dispatch",
        "simulate",
        "feed",
        "token",
        "doctor",
        "backup",
        "restore",
        "bench",
    ):
        assert f"  {name} " in done.stdout


def test_a_day_that_is_none_is_refused_before_anybody_is_asked(tmp_path):
    here = ("--data-dir", str(tmp_path / "data"))
    for wrong in (("2027-02-30", "dayoff"), ("2027-02-08", "holiday")):
        done = cockpit("calendar", "set", *wrong, *here)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
    done = cockpit("calendar", "show", "2027", *here, "--url", "http://127.0.0.1:1", COCKPIT_TOKEN="t")
    assert done.returncode == 1
    assert "no cockpit answers at http://127.0.0.1:1" in done.stderr


def test_office_hours_that_cannot_be_are_refused(tmp_path):
    done = cockpit("doctor", "--data-dir", str(tmp_path / "data"), "--set", "office_hours=18:00-08:00")
    assert done.returncode == 2
    assert "office_hours" in done.stderr


def test_standards_are_imported_with_a_report_and_a_rerun_changes_nothing(tmp_path):
    file = tmp_path / "标准.csv"
    file.write_text("类型,大类,小类,处置时限\n事件,01 市容环境,10 暴露生活垃圾,4小时\n事件,01 市容环境,11 渣土,尽快\n")
    command = ("import", "standards", str(file), "--valid-from", "2027-01-01", "--data-dir", str(tmp_path / "data"))
    dry, first, again = cockpit(*command, "--dry-run"), cockpit(*command), cockpit(*command)
    assert "not kept" in dry.stdout
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "1 conditions of 1 subclasses" in first.stdout and "from 2027-01-01 00:00" in first.stdout
    assert "line 3: no limit can be read in '尽快'" in first.stdout
    assert "nothing changed" in again.stdout
    other = cockpit(*command[:-4], "--version", "标准", "--valid-from", "2027-02-30", *command[-2:])
    assert other.returncode == 2


def test_a_file_that_is_no_table_of_standards_is_refused_in_one_line(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    done = cockpit("import", "standards", str(tmp_path / "a.csv"), "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_list_of_responsibilities_is_imported_with_a_report(tmp_path):
    file = tmp_path / "r.csv"
    file.write_text("category,code,unit\nevent.01,330110,区城管局\nevent.1,330110,区城管局\n")
    command = ("import", "responsibilities", str(file), "--data-dir", str(tmp_path / "data"))
    first, again = cockpit(*command), cockpit(*command)
    assert first.returncode == 0, first.stderr
    assert "1 entries of 1 units" in first.stdout and "line 3" in first.stdout
    assert "nothing changed" in again.stdout


def test_where_nothing_was_closed_there_is_nothing_to_learn(tmp_path):
    done = cockpit("learn", "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    assert "nothing new" in done.stdout
