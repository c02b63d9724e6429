"""临时目录: what a killed process leaves is taken away by the next one, what a living one uses is not."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from cockpit.services.importer.layer_zip import Unpacked
from cockpit.services.scratch import ScratchFolder, sweep_scratch

_UNPACKS = """
import sys
from pathlib import Path
from cockpit.services.importer.layer_zip import Unpacked
unpacked = Unpacked(Path(sys.argv[1]), most_bytes=1_000)
print(unpacked.main.parent, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def aged(folder: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(folder, (then, then))
    return folder


def unpacking(archive: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that has unpacked a layer and reads it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _UNPACKS, str(archive)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_next_start_takes_away_what_a_killed_process_has_unpacked(temporary: Path) -> None:
    archive = temporary / "layer.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("layer.csv", "id,lon,lat\n1,120,30\n")
    (killed, left), (alive, used) = unpacking(archive), unpacking(archive)
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert (aged(left, 120) / "layer.csv").exists() and aged(used, 120).exists()
        assert sweep_scratch() == [left]
        assert not left.exists()
        assert (used / "layer.csv").exists()
    finally:
        alive.kill()
        alive.communicate()
        killed.communicate()


def test_what_is_read_to_its_end_leaves_nothing(temporary: Path) -> None:
    archive = temporary / "layer.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("layer.csv", "id,lon,lat\n1,120,30\n")
    unpacked = Unpacked(archive, most_bytes=1_000)
    assert unpacked.main.read_text().startswith("id")
    unpacked.close()
    assert list(temporary.iterdir()) == [archive]


def test_a_folder_that_was_just_made_and_what_is_not_ours_stay(temporary: Path) -> None:
    young = temporary / "cockpit-layer-young"
    young.mkdir()
    other = temporary / "somebody-else"
    other.mkdir()
    (temporary / "cockpit-layer-link").symlink_to(aged(other, 200_000))
    assert sweep_scratch() == []
    assert young.exists() and other.exists()


def test_a_folder_of_an_earlier_version_goes_after_a_day(temporary: Path) -> None:
    old, recent = temporary / "cockpit-layer-old", temporary / "cockpit-layer-recent"
    old.mkdir()
    recent.mkdir()
    aged(recent, 3_600)
    assert sweep_scratch() == []
    aged(old, 90_000)
    assert sweep_scratch() == [old]
    assert recent.exists()


def test_a_folder_is_gone_when_it_is_closed_and_closing_twice_is_harmless(temporary: Path) -> None:
    folder = ScratchFolder()
    with folder as path:
        (path / "file").write_text("x")
    folder.close()
    assert not path.exists() and path.parent == temporary
