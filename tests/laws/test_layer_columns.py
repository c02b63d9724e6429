"""Laws of 图层列文件: counts, items and tiles are what looking at every feature one by one would give."""

import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.store.layer_columns import EditedColumns, Feature, FeatureEdit, LayerColumns, LayerWriter, Where
from tests.store.layer_columns.plain import (
    KINDS,
    LAT,
    LON,
    OWNERS,
    SMALL,
    STATES,
    Thing,
    batch,
    matches,
    read_tile,
    steps,
    things,
    written,
)  # fmt: skip


def _where(chance: Random) -> Where:
    def some(words: tuple[str, ...]) -> frozenset[str]:
        if chance.random() < 0.5:
            return frozenset()
        return frozenset(word for word in (*words, "unknown") if chance.random() < 0.5)

    within = None
    if chance.random() < 0.4:
        x, y = LON + chance.uniform(-0.2, 0.2), LAT + chance.uniform(-0.2, 0.2)
        round_ = shapely.Point(x, y).buffer(chance.choice([0.001, 0.1, 0.3]))
        hole = shapely.Point(x, y).buffer(0.0005)
        within = shapely.to_wkb(chance.choice([round_, round_.difference(hole), shapely.Polygon()]))
    return Where(kinds=some(KINDS), states=some(STATES), owners=some(OWNERS), within=within)


def _box(chance: Random, some: list[Thing]) -> tuple[float, float, float, float] | None:
    if chance.random() < 0.2:
        return None
    if chance.random() < 0.2:
        return -180.0, -90.0, 180.0, 90.0
    # edges that go through places, so that < and <= differ
    lons = sorted(chance.choice([t.lon for t in some] or [LON]) + chance.choice([0, 0, 1e-9, -0.01]) for _ in range(2))
    lats = sorted(chance.choice([t.lat for t in some] or [LAT]) + chance.choice([0, 0, 1e-9, 0.01]) for _ in range(2))
    return lons[0], lats[0], lons[1], lats[1]


def _asked(seed: int) -> tuple[Random, list[Thing]]:
    chance = Random(seed)
    return chance, things(chance)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32))
def test_counts_and_items_are_those_of_looking_at_every_feature(seed: int) -> None:
    chance, some = _asked(seed)
    with tempfile.TemporaryDirectory() as folder:
        columns = written(Path(folder) / "v1", some)
        assert columns.total == len(some)
        for _ in range(8):
            where, box = _where(chance), _box(chance, some)
            wanted = {t.id: t for t in some if matches(t, where, box)}
            count = columns.count(box, where)
            assert count.total == len(wanted)
            assert count.by_kind == Counter(t.kind for t in wanted.values())
            found = columns.items(box, where, limit=1_000)
            assert [f.row for f in found] == sorted(f.row for f in found)
            assert {f.id for f in found} == set(wanted) and len(found) == len(wanted)
            for one in found:
                thing = wanted[one.id]
                told = (one.name, one.kind, one.state, one.owner, one.lon, one.lat)
                assert told == (thing.name, thing.kind, thing.state, thing.owner, thing.lon, thing.lat)
            if found:  # page by page it is the same
                cut = chance.randrange(len(found))
                assert columns.items(box, where, limit=cut + 1) == found[: cut + 1]
                assert columns.items(box, where, limit=1_000, after_row=found[cut].row) == found[cut + 1 :]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32))
def test_tiles_tell_each_place_or_the_sums_of_their_cells(seed: int) -> None:
    chance, some = _asked(seed)
    with tempfile.TemporaryDirectory() as folder:
        columns = written(Path(folder) / "v1", some)
        for _ in range(12):
            z = chance.choice([0, 3, 7, 9, 10, 12, 15, 18, 20, 24])
            x, y = steps(chance.choice(some)) if some else (0, 0)
            _tile_agrees(columns, some, _where(chance), z, x >> 31 - z, y >> 31 - z)


def _tile_agrees(
    columns: LayerColumns | EditedColumns, some: list[Thing], where: Where, z: int, x: int, y: int
) -> None:
    tile = read_tile(columns.tile(z, x, y, where))
    inside = []
    for thing in some:
        east, south = steps(thing)
        if matches(thing, where, None) and (east >> 31 - z, south >> 31 - z) == (x, y):
            px, py = ((steps_in - (at << 31 - z)) * 4096 / 2 ** (31 - z) for steps_in, at in ((east, x), (south, y)))
            inside.append((thing, px, py))
    assert tile.total == len(inside) and tile.kinds == len(columns.kinds)
    if len(inside) <= SMALL.most_points:
        assert tile.form == 0 and len(tile.wide) == len(inside)
        told = zip(tile.x, tile.y, tile.kind, tile.state, tile.wide, strict=True)
        found = {columns.at_row(row).id: (px, py, columns.kinds[k], columns.states[s]) for px, py, k, s, row in told}
        assert found == {t.id: (int(px), int(py), t.kind, t.state) for t, px, py in inside}
        return
    assert tile.form == 1
    cells: dict[tuple[int, int], list[tuple[Thing, float, float]]] = {}
    for told in inside:
        cells.setdefault((int(told[1] // 128), int(told[2] // 128)), []).append(told)
    assert sum(tile.wide) == len(inside) and len(tile.wide) == len(cells)
    for px, py, kind, count in zip(tile.x, tile.y, tile.kind, tile.wide, strict=True):
        members = cells[px // 128, py // 128]
        assert count == len(members)
        of_kind = Counter(t.kind for t, _, _ in members)
        assert of_kind[columns.kinds[kind]] == max(of_kind.values())
        assert abs(px + 0.5 - sum(m[1] for m in members) / count) <= 0.6
        assert abs(py + 0.5 - sum(m[2] for m in members) / count) <= 0.6


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32))
def test_the_first_of_features_with_the_same_id_is_kept_and_the_others_are_told(seed: int) -> None:
    chance, some = _asked(seed)
    for thing in some:
        if chance.random() < 0.3:
            thing.id = f"p{chance.randrange(5):04d}"
    first: dict[str, Thing] = {}
    again = [n for n, thing in enumerate(some) if first.setdefault(thing.id, thing) is not thing]
    with tempfile.TemporaryDirectory() as folder:
        with LayerWriter(Path(folder) / "v1", sizes=SMALL) as writer:
            writer.add(batch(some))
            summary = writer.publish()
        assert [r.number for r in summary.refused] == again and summary.refused_total == len(again)
        assert summary.total == len(first) and summary.by_owner == Counter(t.owner for t in first.values())
        columns = LayerColumns.open(Path(folder) / "v1")
        for feature_id, thing in first.items():
            found = columns.item(feature_id)
            assert found is not None and (found.lon, found.kind) == (thing.lon, thing.kind)
        assert columns.item("nobody") is None


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32))
def test_an_edited_version_answers_as_if_it_had_been_written_so(seed: int) -> None:
    chance, some = _asked(seed)
    now = {thing.id: thing for thing in some}
    edits: list[FeatureEdit] = []
    for number in range(chance.randint(0, 25)):
        feature_id = chance.choice([*now, f"new-{number}"])
        thing = next(iter(things(chance, 3)), None)
        if thing is None or chance.random() < 0.3:
            now.pop(feature_id, None)
            edits.append(FeatureEdit(id=feature_id, feature=None))
            continue
        thing.id, thing.kind = feature_id, chance.choice([*KINDS, "a kind of its own"])
        now[feature_id] = thing
        told = (thing.name, thing.kind, thing.state, thing.owner, thing.lon, thing.lat)
        edits.append(FeatureEdit(id=feature_id, feature=Feature(0, feature_id, *told)))
    with tempfile.TemporaryDirectory() as folder:
        columns = EditedColumns(written(Path(folder) / "v1", some), edits)
        assert columns.total == len(now)
        for _ in range(6):
            where, box = _where(chance), _box(chance, some)
            wanted = {t.id: t for t in now.values() if matches(t, where, box)}
            assert columns.count(box, where).by_kind == Counter(t.kind for t in wanted.values())
            found = columns.items(box, where, limit=1_000)
            assert {f.id: (f.kind, f.lon, f.name) for f in found} == {
                t.id: (t.kind, t.lon, t.name) for t in wanted.values()
            }
            if found:
                cut = chance.randrange(len(found))
                assert columns.items(box, where, limit=cut + 1) == found[: cut + 1]
                assert columns.items(box, where, limit=1_000, after_row=found[cut].row) == found[cut + 1 :]
                assert columns.at_row(found[cut].row) == columns.item(found[cut].id) == found[cut]
        for _ in range(8):
            z = chance.choice([0, 3, 7, 9, 10, 12, 15, 18, 20, 24])
            x, y = steps(chance.choice([*now.values()])) if now else (0, 0)
            _tile_agrees(columns, [*now.values()], _where(chance), z, x >> 31 - z, y >> 31 - z)
