"""图层写入: a version comes whole or not at all, holds what was added, and says what it left out."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import shapely

from cockpit.store.layer_columns import Coded, FeatureBatch, LayerColumns, LayerWriter, Where
from cockpit.store.layer_columns.columns import UnreadableLayerError
from tests.store.layer_columns.plain import LAT, LON, SMALL, Thing, batch, written


def _pipes() -> list[Thing]:
    line = shapely.to_wkb(shapely.LineString([(LON, LAT), (LON + 0.1, LAT + 0.1)]))
    return [
        Thing("pipe-1", "给水管", "water", "", "水务", LON + 0.05, LAT + 0.05, line, {"diameter": 300, "made": "铸铁"}),
        Thing("valve-1", "阀门", "valve", "", "水务", LON, LAT),
    ]  # fmt: skip


def test_shapes_and_attributes_come_back_as_they_were_added(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "v1") as writer:
        writer.add(batch(_pipes(), shapes=True, attributes=True))
        summary = writer.publish()
    assert (summary.total, summary.by_kind) == (2, {"water": 1, "valve": 1})
    assert summary.box == (LON, LAT, LON + 0.05, LAT + 0.05)
    columns = LayerColumns.open(tmp_path / "v1")
    pipe, valve = columns.item("pipe-1"), columns.item("valve-1")
    assert pipe is not None and valve is not None
    assert pipe.shape == _pipes()[0].shape and pipe.attributes == {"diameter": 300, "made": "铸铁"}
    assert valve.shape is None and valve.attributes == {}


def test_a_long_pipe_is_found_where_only_its_shape_reaches(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "v1") as writer:
        writer.add(batch(_pipes(), shapes=True))
        writer.publish()
    columns = LayerColumns.open(tmp_path / "v1")
    corner = (LON + 0.09, LAT + 0.09, LON + 0.11, LAT + 0.11)
    assert columns.items(corner) == []
    assert [f.id for f in columns.touching(corner)] == ["pipe-1"]
    assert [f.id for f in columns.touching((LON, LAT, LON, LAT), Where(kinds=frozenset({"valve"})))] == ["valve-1"]


def test_shapes_that_come_with_a_later_batch_leave_the_earlier_ones_points(tmp_path: Path) -> None:
    pipe, valve = _pipes()
    with LayerWriter(tmp_path / "v1") as writer:
        writer.add(batch([valve]))
        writer.add(batch([pipe], shapes=True, attributes=True))
        writer.publish()
    columns = LayerColumns.open(tmp_path / "v1")
    assert [(f.id, f.shape is not None) for f in columns.items()] in (
        [("valve-1", False), ("pipe-1", True)], [("pipe-1", True), ("valve-1", False)],
    )  # fmt: skip


def test_batches_without_shapes_may_follow_those_with_them(tmp_path: Path) -> None:
    pipe, valve = _pipes()
    with LayerWriter(tmp_path / "v1") as writer:
        writer.add(batch([pipe], shapes=True, attributes=True))
        writer.add(batch([valve]))
        writer.publish()
    found = LayerColumns.open(tmp_path / "v1").item("valve-1")
    assert found is not None and found.shape is None


def test_bytes_that_are_no_shape_are_refused(tmp_path: Path) -> None:
    pipe, _ = _pipes()
    pipe.shape = b"no shape"
    with LayerWriter(tmp_path / "v1") as writer, pytest.raises(ValueError, match="no WKB"):
        writer.add(batch([pipe], shapes=True))


def test_a_layer_of_nothing_answers_nothing(tmp_path: Path) -> None:
    columns = written(tmp_path / "v1", [])
    assert (columns.total, columns.box, columns.kinds) == (0, None, [])
    assert columns.count().total == 0 and columns.items() == [] and columns.item("p") is None
    assert len(columns.tile(10, 853, 422)) == 16


def test_texts_that_few_rows_differ_in_may_come_as_codes(tmp_path: Path) -> None:
    codes = np.array([1, 0, 1], dtype=np.int8)
    words = Coded(["井盖", "路灯"], codes)
    with LayerWriter(tmp_path / "v1") as writer:
        writer.add(
            FeatureBatch(
                ids=["a", "b", "c"], names=words, kinds=words, states=Coded(["", "x"], np.zeros(3, np.int8)),
                owners=Coded(["城管局"], np.zeros(3, np.int8)), lon=np.full(3, LON), lat=np.full(3, LAT),
            )
        )  # fmt: skip
        writer.publish()
    columns = LayerColumns.open(tmp_path / "v1")
    assert [(f.id, f.name, f.kind) for f in columns.items()] == [
        ("a", "路灯", "路灯"), ("b", "井盖", "井盖"), ("c", "路灯", "路灯"),
    ]  # fmt: skip
    assert columns.states == [""]


@pytest.mark.parametrize(
    "wrong",
    [{"lon": np.array([np.nan])}, {"lat": np.array([91.0])}, {"ids": [""]}, {"ids": ["a", "b"]}, {"names": []}],
)
def test_what_can_be_no_feature_is_refused_and_nothing_of_its_batch_is_taken(tmp_path: Path, wrong: dict) -> None:
    good = {
        "ids": ["a"], "names": ["n"], "kinds": ["k"], "states": [""], "owners": [""],
        "lon": np.array([LON]), "lat": np.array([LAT]),
    }  # fmt: skip
    with LayerWriter(tmp_path / "v1") as writer:
        with pytest.raises(ValueError):
            writer.add(FeatureBatch(**(good | wrong)))
        writer.add(FeatureBatch(**good))
        assert writer.publish().total == 1


def test_nothing_is_seen_before_a_version_is_published_nor_when_it_is_discarded(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "v1", sizes=SMALL) as writer:
        writer.add(batch(_pipes()))
        assert not (tmp_path / "v1").exists()
        assert all(path.name.startswith(".") for path in tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    written(tmp_path / "v1", _pipes())
    with pytest.raises(FileExistsError):
        LayerWriter(tmp_path / "v1")


def test_a_folder_that_holds_no_version_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLayerError, match="holds no layer"):
        LayerColumns.open(tmp_path)


def test_a_killed_writer_leaves_nothing_to_see_and_the_next_one_clears_its_traces(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from cockpit.store.layer_columns import LayerWriter
        from tests.store.layer_columns.plain import LAT, LON, Thing, batch
        writer = LayerWriter(Path(sys.argv[1]) / "v1")
        writer.add(batch([Thing("a", "", "k", "", "", LON, LAT)]))
        print("written", flush=True)
        sys.stdin.read()
    """)
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    with child.stdin, child.stdout:
        assert child.stdout.readline() == b"written\n"
        # one that still writes is left alone
        with LayerWriter(tmp_path / "v2") as other:
            other.publish()
        assert len(list(tmp_path.glob(".writing-*"))) == 2
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["v2"]
    written(tmp_path / "v1", _pipes())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v1", "v2"]
