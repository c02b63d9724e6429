"""Makes what the Makefile needs: the virtual environment and the system's packages. Standard library only.

Both say what they do and do nothing when there is nothing to do.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

#: Debian package → how to tell that it, or the same thing from elsewhere, is here
SYSTEM_PACKAGES = {
    "chromium": lambda: bool(shutil.which("chromium") or shutil.which("chromium-browser")),
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts").glob("**/NotoSansCJK*")),
    "mosquitto-clients": lambda: bool(shutil.which("mosquitto_pub")),
    "mosquitto": lambda: bool(shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")),
    "openssl": lambda: bool(shutil.which("openssl")),
    "postgresql": lambda: bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["environment", "system-packages"])
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    arguments = parser.parse_args()
    return make_environment(dev=arguments.dev) if arguments.what == "environment" else install_system_packages()


def make_environment(*, dev: bool) -> int:
    """`.venv` with this project in it, editable; only what changed since the last time is installed."""
    if not VENV_PYTHON.exists() and not _make_venv():
        return 1
    wanted = ".[dev]" if dev else "."
    stamps = VENV / "installed.json"
    known = json.loads(stamps.read_text()) if stamps.exists() else {}
    stamp = _stamp()
    if known.get(wanted) == stamp or (not dev and known.get(".[dev]") == stamp):
        return 0
    print(f"installing {wanted} into .venv (this takes a minute the first time)", flush=True)
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.run([*pip, "--editable", wanted], cwd=PROJECT, check=False).returncode:
        print("the packages could not be installed; is a package index reachable?", file=sys.stderr)
        return 1
    kept = {name: value for name, value in known.items() if value == stamp}
    stamps.write_text(json.dumps({**kept, wanted: stamp}))
    return 0


def _make_venv() -> bool:
    print("making .venv", flush=True)
    if _venv():
        return True
    for package in (f"python3.{sys.version_info.minor}-venv", "python3-venv"):
        if _apt_installs(package) and _venv():
            return True
    print("python3 -m venv does not work here; on Debian and Ubuntu: apt-get install python3-venv", file=sys.stderr)
    return False


def _venv() -> bool:
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
    return made.returncode == 0


def _stamp() -> str:
    """Changes when what has to be installed does: the requirements, the interpreter or the place."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [project["project"], project["build-system"], sys.version, str(PROJECT)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def install_system_packages() -> int:
    """What the tests drive: a browser, fonts, a database, a broker; with apt-get as root, else it is told."""
    missing = [name for name, is_here in SYSTEM_PACKAGES.items() if not is_here()]
    if not missing or _apt_installs(*missing):
        return 0
    print(f"the tests need: {' '.join(missing)}\n  sudo apt-get install {' '.join(missing)}", file=sys.stderr)
    return 1


def _apt_installs(*packages: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing with apt-get: {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", "-qq", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
