"""临时目录: folders beside the data for what is unpacked and read once; what a killed process leaves is taken away."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

#: how the folders of unpacked layers begin
LAYER_PREFIX = "cockpit-layer-"
_OWNER = ".owner"
#: a folder is younger while its owner is still about to say that it owns it
_YOUNG_S = 60.0
#: one that nobody ever owned was made by an earlier version, whose processes cannot be asked
_ABANDONED_S = 86_400.0


class ScratchFolder:
    """A folder in the temporary directory, ours until `close` or until this process ends in whatever way."""

    def __init__(self, prefix: str = LAYER_PREFIX) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._owned = os.open(self.path / _OWNER, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._owned, fcntl.LOCK_EX)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take it away; harmless when it is gone."""
        if self._owned >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._owned)
            self._owned = -1


def sweep_scratch(prefix: str = LAYER_PREFIX) -> list[Path]:
    """Take away the folders of this user whose owners have ended; which those were. Others' are not looked into."""
    swept = []
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # somebody else sweeps it, or closes it
            told = folder.lstat()
            is_ours = told.st_uid == os.getuid() and folder.is_dir() and not folder.is_symlink()
            if is_ours and _is_orphan(folder, time.time() - told.st_mtime):
                shutil.rmtree(folder)
                swept.append(folder)
    return swept


def _is_orphan(folder: Path, age_s: float) -> bool:
    if age_s < _YOUNG_S:
        return False
    try:
        owned = os.open(folder / _OWNER, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return age_s > _ABANDONED_S
    try:
        fcntl.flock(owned, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(owned)
    return True
