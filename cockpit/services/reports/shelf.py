"""报告柜: the files of made reports in the data directory, whole or not there."""

import os
from collections.abc import Mapping
from pathlib import Path

#: what a report is kept as
FORMS = ("html", "pdf", "json")


class ReportShelf:
    """A folder with a folder for each report, named by its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, report_id: str, files: Mapping[str, bytes]) -> None:
        """Put down all files of a report; who looks meanwhile sees none or each whole."""
        place = self._place(report_id)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for form, body in files.items():
            fresh = place / f".{form}.{os.getpid()}"
            fresh.write_bytes(body)
            fresh.replace(place / f"report.{form}")

    def find(self, report_id: str, form: str) -> bytes | None:
        """A file of a report; None if it does not lie here (another machine made it)."""
        try:
            return (self._place(report_id) / f"report.{form}").read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, report_id: str) -> None:
        """Take a report's files away."""
        place = self._place(report_id)
        if place.is_dir():
            for file in place.iterdir():
                file.unlink(missing_ok=True)
            place.rmdir()

    def _place(self, report_id: str) -> Path:
        if not report_id.isalnum():
            raise ValueError(f"{report_id!r} is no report's id")
        return self._folder / report_id
