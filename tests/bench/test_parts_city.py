"""部件 of the benchmark, a hundred thousand: the same at every run, and counted as a plain table counts them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cockpit.bench.parts_city import STATES, PartsCity
from cockpit.store.layer_columns import LayerColumns, LayerWriter, Sizes, Where
from tests.store.layer_columns.plain import read_tile

TOTAL = 100_000


@pytest.fixture(scope="module")
def city() -> PartsCity:
    return PartsCity.of()


@pytest.fixture(scope="module")
def columns(city: PartsCity, tmp_path_factory: pytest.TempPathFactory) -> LayerColumns:
    folder = tmp_path_factory.mktemp("parts") / "v1"
    with LayerWriter(folder, sizes=Sizes(rows_read=10_000, block_rows=4_096)) as writer:
        for piece in city.pieces(TOTAL):
            writer.add(city.batch(piece))
        writer.publish()
    return LayerColumns.open(folder)


@pytest.fixture(scope="module")
def table(city: PartsCity) -> pd.DataFrame:
    piece = next(iter(city.pieces(TOTAL)))
    batch = city.batch(piece)
    return pd.DataFrame(
        {
            "code": batch.ids, "kind": np.array(batch.kinds.words)[piece.subclass],  # type: ignore[union-attr]  # coded
            "state": np.array(STATES)[piece.state], "owner": np.array(city.units)[piece.unit],
            "lon": piece.lon, "lat": piece.lat,
        }
    )  # fmt: skip


def test_the_same_seed_gives_the_same_parts_and_another_one_others(city: PartsCity) -> None:
    first, again = next(iter(city.pieces(1_000))), next(iter(city.pieces(1_000)))
    assert (first.lon == again.lon).all() and (first.unit == again.unit).all()
    assert not (next(iter(replace(city, seed=8).pieces(1_000))).lon == first.lon).all()
    assert len({len(code) for code in first.codes}) == 1 and len(first.codes[0]) == 16


def test_counts_of_boxes_and_filters_are_those_of_a_plain_table(columns: LayerColumns, table: pd.DataFrame) -> None:
    kinds, owners = frozenset(columns.kinds[::7]), frozenset(columns.owners[::2])
    for where, kept in (
        (Where(), np.ones(TOTAL, dtype=bool)),
        (Where(kinds=kinds), table.kind.isin(kinds)),
        (Where(states=frozenset({"破损"}), owners=owners), (table.state == "破损") & table.owner.isin(owners)),
    ):
        for box in (None, (119.9, 30.2, 120.05, 30.4), (119.98, 30.27, 119.99, 30.28)):
            inside = kept
            if box is not None:
                inside = kept & table.lon.between(box[0], box[2]) & table.lat.between(box[1], box[3])
            assert columns.count(box, where).by_kind == table[inside].kind.value_counts().to_dict()


def test_tiles_of_every_scale_add_up_to_the_whole(columns: LayerColumns, table: pd.DataFrame) -> None:
    where = Where(states=frozenset({"完好"}))
    wanted = int((table.state == "完好").sum())
    for z in (7, 9, 10, 11, 12, 13):
        tiles = {(int(x), int(y)) for x, y in zip(columns.x >> 31 - z, columns.y >> 31 - z, strict=True)}
        told = [read_tile(columns.tile(z, x, y, where)) for x, y in sorted(tiles)]
        assert sum(tile.total for tile in told) == wanted
        assert sum(sum(tile.wide) if tile.form else len(tile.wide) for tile in told) == wanted
