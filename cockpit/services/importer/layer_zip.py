"""A zipped shapefile or other file: unpacked into a folder of its own, within bounds, whatever the archive claims."""

import zipfile
from pathlib import Path

from cockpit.services.importer.rows import TableError
from cockpit.services.scratch import ScratchFolder

#: what a layer is made of; anything else in the archive stays there
_MAIN = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".csv", ".xlsx")
_BESIDE = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx")
_MOST_FILES, _MOST_TIMES_PACKED, _CHUNK = 200, 200, 1 << 20


class Unpacked:
    """The one layer of an archive, unpacked; `close` takes the folder away."""

    def __init__(self, path: Path, *, most_bytes: int) -> None:
        self._scratch = ScratchFolder()
        self._folder = self._scratch.path
        try:
            self.main = self._unpack(path, most_bytes)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._scratch.close()

    def _unpack(self, path: Path, most_bytes: int) -> Path:
        try:
            with zipfile.ZipFile(path) as archive:
                wanted = [i for i in archive.infolist() if Path(i.filename).suffix.lower() in (*_MAIN, *_BESIDE)]
                if len(wanted) > _MOST_FILES:
                    raise TableError(f"{path} holds {len(wanted)} files: one layer is in one archive")
                mains = [i for i in wanted if Path(i.filename).suffix.lower() in _MAIN and not _is_rubbish(i.filename)]
                if len(mains) != 1:
                    named = ", ".join(sorted(Path(i.filename).name for i in mains)) or "none"
                    raise TableError(f"{path} must hold one of {', '.join(_MAIN)}; it holds: {named}")
                most = min(most_bytes, _MOST_TIMES_PACKED * max(path.stat().st_size, 1 << 20))
                stem = Path(mains[0].filename).stem
                for info in wanted:
                    if Path(info.filename).stem == stem and not _is_rubbish(info.filename):
                        most -= self._copied(archive, info, most, path)
                return self._folder / f"layer{Path(mains[0].filename).suffix.lower()}"
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise TableError(f"{path} is no archive that can be read: {error}") from None

    def _copied(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, path: Path) -> int:
        """Bytes that this file took. What the archive says about its size is not believed: the bytes are counted."""
        written = 0
        # a name of our own: the archive's may lead out of the folder
        target = self._folder / f"layer{Path(info.filename).suffix.lower()}"
        with archive.open(info) as source, target.open("wb") as out:
            while block := source.read(_CHUNK):
                written += len(block)
                if written > most:
                    raise TableError(f"{path} unpacks to more than is read: a bomb, or far too large; nothing was read")
                out.write(block)
        return written


def _is_rubbish(name: str) -> bool:
    """What a Mac puts beside the files."""
    return name.startswith("__MACOSX") or Path(name).name.startswith(".")
