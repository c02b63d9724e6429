"""图层取自: things that lie in another book already (resources, roster, divisions) or came with the city, as columns.

Nothing is kept twice: the book is the truth, the columns are made from it and made anew when it says something else.
"""

import gzip
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from cockpit.domain.resource import Resource, ResourceState
from cockpit.domain.scope import community_of, street_of
from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.city import City
from cockpit.services.importer.divisions import read_cells
from cockpit.services.importer.layer_crs import Ground
from cockpit.services.importer.layer_files import opened
from cockpit.services.importer.layer_profile import LayerProfile
from cockpit.services.importer.layers import LayerImport
from cockpit.services.nearby.registry import Registry, Things
from cockpit.services.scratch import ScratchFolder
from cockpit.services.thematic.shelf import Filling
from cockpit.store.layer_columns import FeatureBatch

_GRID_DIGITS = 15
#: gridworkers of one grid stand beside each other, about so far
_APART_DEG = 0.0004
_CITY_FILE_MOST_MB = 256


class ResourceFilling:
    """资源 of some kinds, as the registry has them now; what was withdrawn is left out."""

    def __init__(self, layer: ThematicLayer, city: City, things: Things, kinds: Sequence[str]) -> None:
        self._layer, self._city, self._things, self._kinds = layer, city, things, kinds
        self._seen: tuple[Registry, str] | None = None

    @property
    def mark(self) -> str:
        """Of what the registry says about these kinds."""
        registry = self._things.now()
        if self._seen is None or self._seen[0] is not registry:
            self._seen = registry, _digest(repr(self._listed(registry)).encode())
        return self._seen[1]

    def batches(self) -> Iterator[FeatureBatch]:
        """All of them at once: a book of people and stations is short."""
        things = self._listed(self._things.now())
        if things:
            yield FeatureBatch(
                ids=[t.resource_id for t in things], names=[t.name for t in things], kinds=[t.kind for t in things],
                states=[t.state.value for t in things], owners=[self._layer.owner.zh] * len(things),
                lon=np.array([t.lon for t in things]), lat=np.array([t.lat for t in things]),
                attributes=[
                    _told(phone=t.phone, capacity=t.capacity, skills="、".join(t.skills), code=t.code,
                          place=_place(self._city, t.code)) for t in things
                ],
            )  # fmt: skip

    def _listed(self, registry: Registry) -> list[Resource]:
        rows = np.flatnonzero(np.isin(registry.kind, [i for i, k in enumerate(registry.kinds) if k in self._kinds]))
        return [thing for thing in registry.things(rows) if thing.state is not ResourceState.WITHDRAWN]


class RosterFilling:
    """花名册: each gridworker at the middle of the grid that is theirs; where they are now is told by their phones."""

    def __init__(self, layer: ThematicLayer, city: City) -> None:
        self._layer, self._city = layer, city
        self.mark = _digest(repr(sorted(city.roster.items())).encode())

    def batches(self) -> Iterator[FeatureBatch]:
        city, known = self._city, {kind.key for kind in self._layer.kinds}
        entries = [e for e in city.roster.values() if e.grid_code in city.divisions]
        before: dict[str, int] = {}
        places: list[tuple[float, float]] = []
        for entry in entries:
            n = before[entry.grid_code] = before.get(entry.grid_code, -1) + 1
            lon, lat = city.divisions[entry.grid_code].label
            places.append((lon + n * _APART_DEG, lat))
        if entries:
            lon_lat = np.array(places)
            yield FeatureBatch(
                ids=[e.subject_id for e in entries], names=[e.name for e in entries],
                kinds=[e.shift if e.shift in known else "other" for e in entries],
                states=[self._layer.states[0].key if self._layer.states else ""] * len(entries),
                owners=[self._layer.owner.zh] * len(entries), lon=lon_lat[:, 0].copy(), lat=lon_lat[:, 1].copy(),
                attributes=[
                    _told(phone=e.phone, grid_code=e.grid_code, skills="、".join(e.skills), code=e.grid_code,
                          place=_place(city, e.grid_code))
                    for e in entries
                ],
            )  # fmt: skip


class GridFilling:
    """网格: the areas of the city's grids."""

    def __init__(self, layer: ThematicLayer, city: City) -> None:
        self._layer, self._city = layer, city
        file = (city.directory or Path()) / "grids.geojson"
        self.mark = _digest(file.read_bytes()) if city.directory and file.is_file() else "none"

    def batches(self) -> Iterator[FeatureBatch]:
        city = self._city
        cells = {c: cell for c, cell in read_cells(city.directory or Path()).items() if len(c) == _GRID_DIGITS}
        if not cells:
            return
        shapes = [shape(cell["geometry"]) for cell in cells.values()]
        labels = np.array([city.divisions[code].label for code in cells])
        yield FeatureBatch(
            ids=list(cells), names=[city.name_of(code) for code in cells],
            kinds=[self._layer.kinds[0].key] * len(cells),
            states=[self._layer.states[0].key if self._layer.states else ""] * len(cells),
            owners=[self._layer.owner.zh] * len(cells), lon=labels[:, 0].copy(), lat=labels[:, 1].copy(),
            shapes=list(shapely.to_wkb(shapes)),
            attributes=[
                {"code": c, "community": city.name_of(community_of(c)), "street": city.name_of(street_of(c))}
                for c in cells
            ],
        )  # fmt: skip


class CityFileFilling:
    """A file that the city's directory brings in `layers`, taken as an import takes it; one row refused is a fault."""

    def __init__(self, layer: ThematicLayer, file: Path) -> None:
        self._layer, self._file = layer, file
        kinds = ",".join(kind.key for kind in layer.kinds)
        self.mark = _digest(file.read_bytes(), kinds.encode(), layer.owner.zh.encode())

    def batches(self) -> Iterable[FeatureBatch]:
        taken = _Collected()
        run = LayerImport(self._layer, taken, ground=Ground())
        with (
            _plain_file(self._file) as path,
            opened(
                path, LayerProfile(), geometry=self._layer.geometry, tags=[], sublayer=None, most_mb=_CITY_FILE_MOST_MB
            ) as source,
        ):
            run.run(source, LayerProfile(), crs="", progress=lambda _done, _rows: None)
        if run.report.refused:
            raise ValueError(f"{self._file}: line {run.report.refusals[0].line} {run.report.refusals[0].reason}")
        return taken.batches


class _Collected:
    def __init__(self) -> None:
        self.batches: list[FeatureBatch] = []

    def add(self, batch: FeatureBatch) -> None:
        self.batches.append(batch)


def fillings_of(city: City, things: Things) -> Callable[[ThematicLayer], Filling | None]:
    """For each layer the book that it is taken from; None where there is none."""
    held: dict[tuple[str, str], Filling | None] = {}

    def find(layer: ThematicLayer) -> Filling | None:
        key = layer.name, layer.taken_from
        if key not in held:
            held[key] = _filling_of(layer, city, things)
        return held[key]

    return find


def _filling_of(layer: ThematicLayer, city: City, things: Things) -> Filling | None:
    book, _, what = layer.taken_from.partition(":")
    match book:
        case "resources":
            return ResourceFilling(layer, city, things, what.split(","))
        case "roster":
            return RosterFilling(layer, city) if city.roster else None
        case "divisions":
            return GridFilling(layer, city) if city.directory else None
    folder = (city.directory or Path("/nowhere")) / "layers"
    files = sorted(folder.glob(f"{layer.name}.*"))
    return CityFileFilling(layer, files[0]) if files else None


@contextmanager
def _plain_file(file: Path) -> Iterator[Path]:
    """The file itself, or what it holds if it is gzipped."""
    if file.suffix != ".gz":
        yield file
        return
    with ScratchFolder() as folder:
        plain = folder / file.stem
        with gzip.open(file) as source, plain.open("wb") as out:
            shutil.copyfileobj(source, out)
        yield plain


def _place(city: City, code: str) -> str:
    """Street and community by name, as far as the code tells them."""
    names = (city.name_of(part) for part in (street_of(code), community_of(code)) if part in city.divisions)
    return " ".join(names)


def _told(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _digest(*told: bytes) -> str:
    digest = blake2b(digest_size=8)
    for part in told:
        digest.update(part)
    return digest.hexdigest()
