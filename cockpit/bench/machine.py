"""The machine in words: a figure without the machine that it was measured on says nothing."""

import os
import platform
from pathlib import Path

#: the wall's stage; every page that is compared draws on so many pixels
CANVAS = (1920, 1080)


def describe() -> str:
    """Cores, memory, kernel, Python, how things are drawn."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cores} cores{_model()}, {memory:.0f} GB RAM, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; browser headless, software rendering (no GPU), "
        f"canvas {CANVAS[0]}×{CANVAS[1]}; server, generator and browser share the machine"
    )


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f" ({names[0]})" if names else ""
