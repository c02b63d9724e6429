"""Joins what the layer commands need: definitions, database, city, file; and tells what came of an import."""

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from cockpit.cli_data import opened_database
from cockpit.data_dir import DataDir
from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.exits import WrongUseError
from cockpit.parts import Parts
from cockpit.services.coordinates import UnknownCrsError
from cockpit.services.importer.layer_crs import Ground, WrongCoordinatesError
from cockpit.services.importer.layer_files import opened
from cockpit.services.importer.layer_profile import LayerProfile, read_layer_profile
from cockpit.services.importer.layers import LayerImport, LayerReport
from cockpit.services.importer.profile import ProfileError
from cockpit.services.importer.rows import Refusal, TableError
from cockpit.services.thematic.definitions import Definitions, LayerCatalogue, shipped_layers
from cockpit.settings import Settings
from cockpit.store.layer_columns import LayerWriter
from cockpit.store.layer_versions import LayerVersion, LayerVersions, NoSuchVersionError
from cockpit.table_import import LISTED, of_installation, refusals_to

Say = Callable[[str], None]
#: of a long CSV or a sheet; so far a file is read in one go to be known again
_CHUNK = 1 << 20
#: kinds that are named in the report
_NAMED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerFile:
    """A file and how it is meant."""

    path: Path
    profile: Path | None = None
    crs: str = ""
    tags: tuple[str, ...] = ()
    sublayer: str | None = None
    swap: bool = False
    outside: bool = False


def take_layer(
    settings: Settings, name: str, file: LayerFile, *, refused_file: Path | None, dry_run: bool, say: Say
) -> bool:
    """`cockpit import layer`: True unless not one row could be taken. WrongUseError when the file is refused whole."""
    data = DataDir(settings.data_dir)
    layer = _layer(_definitions(data), name, data)
    if layer.taken_from != "import":
        say(f"note: {name} is taken from {layer.taken_from}; a file stands before it until `layers back {name}`")
    try:
        profile = read_layer_profile(file.profile) if file.profile is not None else LayerProfile()
    except ProfileError as wrong:
        raise WrongUseError(str(wrong)) from None
    ground, started = _ground(settings, outside=file.outside), time.monotonic()
    if dry_run:
        report = _run(settings, layer, file, profile, ground, None, refused_file)
        _tell(report, layer, time.monotonic() - started, say, dry_run=True)
        return bool(report.taken)
    with opened_database(settings) as engine:
        table = LayerVersions(engine)
        digest = _digest(file, layer)
        shown = table.in_use().get(name)
        if shown is not None and shown.digest == digest:
            say(f"version {shown.version} of {name} is this very file already: nothing changed")
            return True
        folder = data.make().layers / name / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        with LayerWriter(folder) as writer:
            report = _run(settings, layer, file, profile, ground, writer, refused_file)
            if report.taken:
                writer.publish()
        _tell(report, layer, time.monotonic() - started, say, dry_run=False)
        if not report.taken:
            say(f"nothing could be taken: {name} stays as it was")
            return False
        kept = table.add(
            LayerVersion(
                layer=name, version=0, folder=folder.name, digest=digest, source_file=file.path.name, crs=report.crs,
                total=report.taken, refused=report.refused, taken_at=datetime.now(UTC),
            )
        )  # fmt: skip
        for old in table.drop_all_but(name, keep=settings.layer_versions_kept):
            shutil.rmtree(data.layers / name / old, ignore_errors=True)
    say(f"version {kept.version} of {name} is shown from now on; `cockpit layers back {name}` leads back")
    return True


def list_layers(settings: Settings, say: Say) -> bool:
    """`cockpit layers list`; False if a file is broken."""
    data = DataDir(settings.data_dir)
    found = _definitions(data)
    with opened_database(settings) as engine:
        shown = LayerVersions(engine).in_use()
    for layer in found.layers.values():
        version = shown.get(layer.name)
        told = f"v{version.version}, {version.total} of {version.taken_at:%Y-%m-%d}" if version else "as it came"
        say(f"{layer.group.value:<13} {layer.name:<24} {layer.title.zh}  {layer.geometry.value}  {told}")
    for broken in found.broken:
        say(f"broken {broken.file}: {broken.field} {broken.error}")
    return not found.broken


def list_versions(settings: Settings, name: str, say: Say) -> None:
    """`cockpit layers versions`."""
    data = DataDir(settings.data_dir)
    _layer(_definitions(data), name, data)
    with opened_database(settings) as engine:
        table = LayerVersions(engine)
        shown, kept = table.in_use().get(name), table.versions(name)
    for version in kept:
        mark = "*" if shown == version else " "
        say(
            f"{mark} {version.version:>3}  {version.taken_at:%Y-%m-%d %H:%M}  {version.total:>9} taken, "
            f"{version.refused} refused  {version.crs}  {version.source_file}"
        )
    say(f"{' ' if shown else '*'}   0  what came with the city, or with the book that it is taken from")


def go_back(settings: Settings, name: str, to: int | None, say: Say) -> None:
    """`cockpit layers back`."""
    data = DataDir(settings.data_dir)
    _layer(_definitions(data), name, data)
    with opened_database(settings) as engine:
        try:
            version = LayerVersions(engine).back(name, to=to, at=datetime.now(UTC))
        except NoSuchVersionError as wrong:
            raise WrongUseError(str(wrong)) from None
    say(f"{name} shows version {version}" if version else f"{name} shows what came with it")


def _run(
    settings: Settings,
    layer: ThematicLayer,
    file: LayerFile,
    profile: LayerProfile,
    ground: Ground,
    writer: LayerWriter | None,
    refused_file: Path | None,
) -> LayerReport:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]:,}"))
    with ExitStack() as stack:
        on_refusal: Callable[[Refusal], None] = stack.enter_context(refusals_to(refused_file))
        progress = stack.enter_context(Progress(*columns, console=Console(stderr=True)))
        run = LayerImport(
            layer, writer, ground=ground, outside=file.outside, swap=file.swap, listed=LISTED, on_refusal=on_refusal
        )
        try:
            source = stack.enter_context(
                opened(
                    file.path, profile, geometry=layer.geometry, tags=list(file.tags), sublayer=file.sublayer,
                    most_mb=settings.layer_file_most_mb,
                )
            )  # fmt: skip
            task = progress.add_task(file.path.name, total=source.size, rows=0)
            run.run(
                source, profile, crs=file.crs,
                progress=lambda done, rows: progress.update(
                    task, completed=done, total=max(source.size, 1), rows=rows
                ),
            )  # fmt: skip
        except (TableError, ProfileError, UnknownCrsError, WrongCoordinatesError) as wrong:
            named = str(wrong)
            raise WrongUseError(named if str(file.path) in named else f"{file.path}: {named}") from None
    return run.report


def _tell(report: LayerReport, layer: ThematicLayer, seconds: float, say: Say, *, dry_run: bool) -> None:
    for row in report.refusals:
        say(f"refused line {row.line}: {row.field or 'row'} {row.reason}")
    if report.refused > len(report.refusals):
        say(f"refused and {report.refused - len(report.refusals)} more")
    if report.columns:
        say("columns " + ", ".join(f"{ours} = {column}" for ours, column in report.columns.items()))
    say(f"coordinates {report.crs}" + (f", of what was taken {_box(report)}" if report.box else ""))
    say(f"rows {report.rows} in {seconds:.1f} s{', nothing was written: dry run' if dry_run else ''}")
    say(f"taken {report.taken}" + (f", of which {report.repaired} repaired" if report.repaired else ""))
    say(f"refused {report.refused}")
    if report.unknown_kinds:
        named = list(report.unknown_kinds.items())
        listed = ", ".join(f"{kind} ({n})" for kind, n in named[:_NAMED])
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        say(f"kinds that the definition of {layer.name} does not know: {listed}{more}")


def _box(report: LayerReport) -> str:
    return ", ".join(f"{side:.5f}" for side in report.box or ())


def _ground(settings: Settings, *, outside: bool) -> Ground:
    """Where the city is; an empty city has no boundary to be outside of."""
    city = Parts(of_installation(settings)).city
    if outside and not city.divisions:
        return Ground()
    return Ground(city.bounds, city.name or city.code) if city.divisions else Ground()


def _definitions(data: DataDir) -> Definitions:
    return LayerCatalogue(shipped_layers(), data.layer_files).now()


def _layer(found: Definitions, name: str, data: DataDir) -> ThematicLayer:
    layer = found.layers.get(name)
    if layer is not None:
        return layer
    broken = next((b for b in found.broken if b.file == f"{name}.toml"), None)
    if broken is not None:
        raise WrongUseError(f"{broken.file}: {broken.field} {broken.error}")
    raise WrongUseError(
        f"no layer {name!r}: a definition {data.layer_files / f'{name}.toml'} makes one (docs/layers.md); "
        f"known: {', '.join(found.layers)}"
    )


def _digest(file: LayerFile, layer: ThematicLayer) -> str:
    """Of the file's bytes and of how they are read."""
    digest = hashlib.sha256()
    for block in _blocks(file.path):
        digest.update(block)
    if file.profile is not None:
        digest.update(file.profile.read_bytes())
    digest.update(
        repr(
            (
                layer.geometry,
                layer.kinds,
                layer.states,
                layer.popup,
                layer.owner,
                file.crs,
                file.tags,
                file.sublayer,
                file.swap,
                file.outside,
            )
        ).encode()
    )
    return digest.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as source:
            while block := source.read(_CHUNK):
                yield block
    except OSError as error:
        raise WrongUseError(f"{path}: {error.strerror or error}") from None
