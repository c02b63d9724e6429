"""Learning beside the archive: in a process of its own, and ended with it."""

import threading

from cockpit.learning import keep_learning
from cockpit.settings import Settings
from tests.cli.running import until


def test_it_is_asked_for_in_a_process_of_its_own_and_ends_when_asked_to(tmp_path, monkeypatch):
    monkeypatch.setenv("COCKPIT_DATA_DIR", str(tmp_path / "data"))
    stop = threading.Event()
    thread = threading.Thread(target=keep_learning, args=(Settings(), stop), kwargs={"first_after_s": 0.0})
    thread.start()
    try:
        until(lambda: (tmp_path / "data" / "cockpit.db").exists(), within_s=60, what="the other process looks")
    finally:
        stop.set()
        thread.join(timeout=30)
    assert not thread.is_alive()


def test_who_wants_nothing_learned_has_nothing_started(tmp_path):
    stop = threading.Event()
    settings = Settings(data_dir=tmp_path / "data", learn_every_h=0)
    thread = threading.Thread(target=keep_learning, args=(settings, stop), kwargs={"first_after_s": 0.0})
    thread.start()
    stop.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert not (tmp_path / "data").exists()
