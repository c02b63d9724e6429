"""结束: a process that is asked to end does so, at whatever instant and however often it is asked."""

import signal
import subprocess
import sys
import time

import pytest

_PROGRAM = """
from cockpit.ending import stop_when_asked
stop = stop_when_asked()
print("ready", flush=True)
while not stop.wait(0.00001):  # takes and leaves the event's lock all the time
    pass
for _ in range(2000):
    stop.wait(0.00001)
print("ended", flush=True)
"""


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_also_when_it_is_asked_many_times_at_once(name: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            for _ in range(300):
                if process.poll() is None:
                    process.send_signal(name)
                time.sleep(0.0002)  # signals of one kind that come together are one
            assert process.communicate(timeout=60)[0] == "ended\n"
        finally:
            process.kill()
