"""找浏览器: which Chromium draws, how it is started, with which fonts; it may reach this cockpit and nothing else."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: where `playwright install chromium` puts one
_FETCHED = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium")
_CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright")
MISSING = (
    "no Chromium is found: install one (chromium, google-chrome), or `pip install cockpit[pictures]` and "
    "`playwright install chromium`, or set COCKPIT_CHROMIUM to its path"
)
_ARGS = (
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--disable-breakpad", "--disable-crash-reporter", "--disable-default-apps",
    "--disable-file-system", "--disable-notifications", "--hide-scrollbars", "--mute-audio", "--no-pings",
    "--force-color-profile=srgb", "--metrics-recording-only", "--password-store=basic", "--use-mock-keychain",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,InterestFeedContentSuggestions",
)  # fmt: skip


def find_chromium(told: str = "") -> str | None:
    """The path of a Chromium: what the setting says and nothing else if it says something; None if there is none."""
    if told:
        return shutil.which(told)
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return found
    fetched = (p for cache in _CACHES for pattern in _FETCHED for p in (Path.home() / cache).glob(pattern))
    return next((str(p) for p in sorted(fetched, reverse=True) if os.access(p, os.X_OK)), None)


def start_chromium(
    path: str, folder: Path, inherited: Sequence[int], *, host: str, cache: Path
) -> subprocess.Popen[bytes]:
    """Start it in this process's group with everything of its own in `folder`; names other than `host` lead nowhere.

    `cache` keeps what is known of fonts: to look through one for Chinese takes a second.
    """
    command = [
        path,
        *_ARGS,
        # its sandbox needs a user that is not root; in a container of root's there is no other way
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {host}",
        f"--user-data-dir={folder / 'profile'}",
        "about:blank",
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COCKPIT_")}
    env |= {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder), "TMPDIR": str(folder)}
    env["FONTCONFIG_FILE"] = str(_fonts(folder, cache))
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "stderr").open("wb"),
        pass_fds=tuple(inherited),
    )


def _fonts(folder: Path, cache: Path) -> Path:
    """The machine's fonts, and ours beside them: a server seldom has any for Chinese."""
    import manimgx_fonts_cjk

    ours, file = files(manimgx_fonts_cjk), folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{escape(str(ours))}</dir><cachedir>{escape(str(cache))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return file
