"""`cockpit feed NAME` and the files that it is told by."""

from pathlib import Path

from tests.cli.running import cockpit
from tests.mosquitto import Broker

PERIOD_S = 3


def write_feed(data_dir: Path, broker: Broker) -> None:
    feeds = data_dir / "feeds"
    feeds.mkdir(parents=True)
    settings = (Path(__file__).parents[1] / "feeds/samples/device_json.toml").read_text(encoding="utf-8")
    for table in ("shared", "readings", "messages.fields"):
        settings = settings.replace(f"[{table}]", f"[settings.{table}]")
    settings = settings.replace("[[messages]]", "[[settings.messages]]")
    (feeds / "fire.toml").write_text(
        f'format = "device_json"\nway = "mqtt"\ntitle_zh = "消防"\ntitle_en = "Fire"\nperiod_s = {PERIOD_S}\n'
        f'[mqtt]\nhost = "{broker.host}"\nport = {broker.port}\ntopics = ["city/#"]\n[settings]\n{settings}',
        encoding="utf-8",
    )
    (feeds / "wrong.toml").write_text('format = "morse"\nway = "mqtt"\n', encoding="utf-8")


def test_a_feed_that_has_no_file_or_a_wrong_one_is_refused_in_one_line(tmp_path: Path, broker: Broker) -> None:
    write_feed(tmp_path / "data", broker)
    for name, why in (("nowhere", "no feed nowhere"), ("wrong", "morse")):
        done = cockpit("feed", name, COCKPIT_DATA_DIR=str(tmp_path / "data"))
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
        assert why in done.stderr
