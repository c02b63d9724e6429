"""拍: the process that makes one picture and ends; it reads an order on its input.

It shares its process group with its Chromium alone, and ends with it when whoever asked closes the input.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from cockpit.catalogue import texts
from cockpit.services.screenshots.caption import captioned, notes_of
from cockpit.services.screenshots.chromium import start_chromium
from cockpit.services.screenshots.devtools import BrowserError, DevTools, pipes
from cockpit.services.screenshots.order import Order, Told
from cockpit.services.screenshots.page_shown import PageShown


def main() -> None:
    """One order, one picture."""
    orders, answers, inherited = pipes()
    order = msgspec.json.decode(sys.stdin.readline(), type=Order)
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        _tell(_made(order, Path(order.folder), orders, answers, inherited))
    except BrowserError as wrong:
        _tell(Told(failed=str(wrong), why=wrong.why))
    except OSError as wrong:
        _tell(Told(failed=f"Chromium cannot be started: {wrong.strerror or wrong}", why="start"))


def _made(order: Order, folder: Path, orders: int, answers: int, inherited: Sequence[int]) -> Told:
    _tell(Told(step="opening"))
    host = urlsplit(order.url).hostname or ""
    process = start_chromium(order.chromium, folder, inherited, host=host, cache=Path(order.font_cache))
    for number in inherited:
        os.close(number)
    try:
        tools = DevTools(orders, answers, until=time.monotonic() + order.within_s)
        page = PageShown(tools, order)
        page.open()
        _tell(Told(step="drawing"))
        page.wait()
        _tell(Told(step="taking"))
        picture, shown = page.take()
    except BrowserError as wrong:
        told = _last_words(folder / "stderr") if process.poll() is not None else ""
        raise BrowserError(f"{wrong}{f' ({told})' if told else ''}", wrong.why) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
    body, width, height = captioned(
        picture, order.caption, shown, scale=order.scale, made_at_ms=round(time.time() * 1000)
    )
    Path(order.out).write_bytes(body)
    notes = notes_of(shown, texts(order.caption.lang))
    return Told(made=True, width=width, height=height, as_of_ms=shown.as_of_ms, notes=notes)


def _last_words(file: Path) -> str:
    """What Chromium said before it ended: its sandbox tells here what it lacks."""
    with contextlib.suppress(OSError):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        told = [line for line in lines if "FATAL" in line or "sandbox" in line.lower()]
        return told[-1][-200:] if told else ""
    return ""


def _tell(told: Told) -> None:
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    sys.stdout.flush()


def _end_with_input() -> None:
    """Who asked has gone or does not want it any more: end, and Chromium with us."""
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
