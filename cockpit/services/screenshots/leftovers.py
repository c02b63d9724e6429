"""遗留: what a process that was killed while it made a picture left in the temporary directory, swept by the next."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import structlog

from cockpit.services.screenshots.shelf import has_ended, own_name

log = structlog.get_logger(__name__)

#: of the folder that a Chromium works in while it draws
PREFIX = "cockpit-picture-"
_OWNER = "owner"
#: without a word of its owner: longer than any picture takes
_OLD_S = 3600.0


def own_folder(folder: Path) -> None:
    """Put down whose it is."""
    (folder / _OWNER).write_text(own_name())


def sweep_left(place: Path | None = None) -> int:
    """Take away the folders whose owner runs no more, of this user alone; how many went."""
    found = 0
    for folder in (place or Path(tempfile.gettempdir())).glob(PREFIX + "*"):
        try:
            is_ours = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
            if is_ours and _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)
                found += 1
        except FileNotFoundError:  # its owner was quicker
            continue
    if found:
        log.info("what killed pictures left was taken away", folders=found)
    return found


def _is_left(folder: Path) -> bool:
    try:
        return has_ended((folder / _OWNER).read_text())
    except FileNotFoundError:
        return time.time() - folder.stat().st_mtime > _OLD_S
