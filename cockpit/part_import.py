"""What `cockpit import parts` does: a table of parts becomes a version of the layer `parts`, shown from then on."""

import hashlib
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cockpit.cli_data import opened_database
from cockpit.data_dir import DataDir
from cockpit.exits import WrongUseError
from cockpit.parts import Parts
from cockpit.services.coordinates import UnknownCrsError
from cockpit.services.importer.dry_writer import DryWriter
from cockpit.services.importer.layer_crs import Ground, WrongCoordinatesError
from cockpit.services.importer.part_profile import PartProfile, own_part_profile, read_part_profile
from cockpit.services.importer.parts import PartImport, PartReport
from cockpit.services.importer.profile import FileFields, ProfileError
from cockpit.services.importer.rows import Table, TableError
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
from cockpit.settings import Settings
from cockpit.store.layer_columns import LayerWriter
from cockpit.store.layer_versions import LayerVersion, LayerVersions
from cockpit.table_import import LISTED, of_installation, refusals_to

Say = Callable[[str], None]
LAYER = "parts"
#: versions that are kept: fifteen million parts are two gigabytes
_KEPT = 3
#: raised when the same file would be taken in another way
_READ_AS = 1
_NAMED = 8


def take_parts(
    settings: Settings,
    file: Path,
    *,
    profile: Path | None,
    crs: str | None,
    outside: bool,
    refused_file: Path | None,
    dry_run: bool,
    say: Say,
) -> bool:
    """True unless not one row could be taken. WrongUseError when the file is refused whole, and nothing changed."""
    started = time.monotonic()
    try:
        chosen = read_part_profile(profile) if profile is not None else None
        table = Table(file, chosen.file if chosen is not None else FileFields())
        chosen = chosen or own_part_profile(table.columns)
    except (ProfileError, TableError) as wrong:
        raise WrongUseError(str(wrong)) from None
    told = crs or chosen.parts.crs or "wgs84"
    run = _PartsRun(settings, table, chosen, crs=told, outside=outside, refused_file=refused_file)
    if dry_run:
        report = run.into(DryWriter())
        _tell(report, time.monotonic() - started, say, dry_run=True)
        return bool(report.taken)
    data = DataDir(settings.data_dir)
    with opened_database(settings) as engine:
        versions, digest = LayerVersions(engine), _digest(file, chosen, told, outside)
        shown = versions.in_use().get(LAYER)
        if shown is not None and shown.digest == digest:
            say(f"version {shown.version} of {LAYER} is this very file already: nothing changed")
            return True
        folder = data.make().layers / LAYER / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        with LayerWriter(folder) as writer:
            report = run.into(writer)
        _tell(report, time.monotonic() - started, say, dry_run=False)
        if not report.taken:
            shutil.rmtree(folder, ignore_errors=True)
            say(f"nothing could be taken: {LAYER} stays as it was")
            return False
        kept = versions.add(
            LayerVersion(
                layer=LAYER, version=0, folder=folder.name, digest=digest, source_file=file.name, crs=told,
                total=report.taken, refused=report.refused, taken_at=datetime.now(UTC),
            )
        )  # fmt: skip
        for old in versions.drop_all_but(LAYER, keep=_KEPT):
            shutil.rmtree(data.layers / LAYER / old, ignore_errors=True)
    say(f"version {kept.version} of {LAYER} is shown from now on")
    return True


class _PartsRun:
    """One reading of a table, with its progress bar."""

    def __init__(
        self,
        settings: Settings,
        table: Table,
        profile: PartProfile,
        *,
        crs: str,
        outside: bool,
        refused_file: Path | None,
    ) -> None:
        self._settings, self._table, self._profile = settings, table, profile
        self._crs, self._outside, self._refused_file = crs, outside, refused_file

    def into(self, writer: LayerWriter | DryWriter) -> PartReport:
        """Take everything and publish it."""
        table = self._table
        columns = (
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
            TextColumn("{task.fields[rows]:,} rows"), TimeRemainingColumn(),
        )  # fmt: skip
        kinds, states = self._words()
        with (
            refusals_to(self._refused_file) as on_refusal,
            Progress(*columns, console=Console(stderr=True)) as progress,
        ):
            task = progress.add_task(table.path.name, total=table.size, rows=0)
            run = PartImport(
                ground=self._ground(), outside=self._outside, kinds=kinds, states=states, listed=LISTED,
                on_refusal=on_refusal,
            )  # fmt: skip
            try:
                run.run(
                    table, self._profile, writer, crs=self._crs,
                    progress=lambda done, rows: progress.update(
                        task, completed=done, total=max(table.size, 1), rows=rows
                    ),
                )  # fmt: skip
            except (TableError, UnknownCrsError, WrongCoordinatesError) as wrong:
                named = str(wrong)
                raise WrongUseError(named if str(table.path) in named else f"{table.path}: {named}") from None
            run.publish(writer)
        return run.report

    def _ground(self) -> Ground:
        """Where the city is; an empty city has no boundary to be outside of."""
        city = Parts(of_installation(self._settings)).city
        return Ground(city.bounds, city.name or city.code) if city.divisions else Ground()

    def _words(self) -> tuple[dict[str, str], dict[str, str]]:
        """Titles of the layer's kinds and states to their keys, where only one is called so."""
        data = DataDir(self._settings.data_dir)
        layer = LayerCatalogue(shipped_layers(), data.layer_files).now().layers.get(LAYER)
        if layer is None:
            return {}, {}
        known = Counter(kind.title.zh for kind in layer.kinds)
        kinds = {kind.title.zh: kind.key for kind in layer.kinds if known[kind.title.zh] == 1}
        return kinds, {word: state.key for state in layer.states for word in (state.title.zh, state.title.en) if word}


def _tell(report: PartReport, seconds: float, say: Say, *, dry_run: bool) -> None:
    for row in report.refusals:
        say(f"refused line {row.line}: {row.field or 'row'} {row.reason}")
    if report.refused > len(report.refusals):
        say(f"refused and {report.refused - len(report.refusals)} more")
    rate = f" ({report.rows / seconds:,.0f} rows a second)" if seconds > 0 else ""
    say(f"rows {report.rows} in {seconds:.1f} s{rate}{', nothing was written: dry run' if dry_run else ''}")
    say(f"taken {report.taken}")
    say(f"refused {report.refused}")
    if report.odd_codes:
        say(f"codes that are not 16 characters long, taken all the same: {report.odd_codes}")
    most = sorted(report.by_kind.items(), key=lambda pair: -pair[1])
    if most:
        more = f" and {len(most) - _NAMED} kinds more" if len(most) > _NAMED else ""
        say("kinds " + ", ".join(f"{kind} {number}" for kind, number in most[:_NAMED]) + more)


def _digest(file: Path, profile: PartProfile, crs: str, outside: bool) -> str:
    """Of the file's bytes and of how they are read."""
    with file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256")
    digest.update(repr((_READ_AS, profile, crs, outside)).encode())
    return digest.hexdigest()
