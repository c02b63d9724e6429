"""Laws of the maps of places: flows and clusters lose no report and count none twice, whatever is reported where."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.scope import number_of
from cockpit.services.city import City
from cockpit.services.place_clusters import clusters_of
from cockpit.services.place_flows import ANY, MOST_NAMED, NOBODY, REST, UnitPlaces, flows_of

CHILDREN = ["330110005", "330110012", "330110110"]


@pytest.fixture(scope="module")
def yuhang() -> City:
    return City.load("yuhang")


_PLACES = st.sampled_from(["330110005002001", "330110012", "330110012223004", "330110110", "330110", "330108001"])
_UNITS = st.one_of(
    st.sampled_from(["", "区城管局", "仓前街道环卫站", "瓶窑镇指挥室", "瓶窑镇石濑村网格", "石濑村保洁队"]),
    st.integers(0, 40).map("第{}公司".format),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_PLACES, _UNITS), max_size=60))
def test_every_report_goes_one_way_and_each_count_is_the_length_of_its_list(
    yuhang: City, told: list[tuple[str, str]]
) -> None:
    codes = np.array([number_of(code) for code, _ in told], dtype=np.int64)
    found = flows_of(codes, [unit for _, unit in told], CHILDREN, UnitPlaces(yuhang, {}))
    links = found.links()
    assert sum(count for _, _, count in links) == len(told) == sum(found.counts())
    assert sum(carrier.count for carrier in found.carriers) == len(told)
    covered = np.zeros(len(told), dtype=int)
    for begin, end, count in links:
        mask = found.mask(f"{begin}>{end}")
        assert mask is not None and mask.sum() == count
        covered += mask
    assert (covered == 1).all()
    for origin, count in zip(found.origins, found.counts(), strict=True):
        mask = found.mask(f"{origin}>{ANY}")
        assert mask is not None and mask.sum() == count
    assert sum(1 for carrier in found.carriers if carrier.unit) <= MOST_NAMED + 1
    assert found.origins[-1] == REST and found.mask("330110005>nothing") is None
    nobody = sum(1 for _, unit in told if not unit)
    assert next((c.count for c in found.carriers if c.key == NOBODY), 0) == nobody


_SPOTS = st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans())


@settings(max_examples=40, deadline=None)
@given(st.lists(_SPOTS, max_size=80), st.sampled_from([None, 3, 5]))
def test_clusters_scattered_and_unplaced_reports_are_all_reports(
    spots: list[tuple[int, int, bool]], fewest: int | None
) -> None:
    lon = np.array([120 + x * 0.0007 if known else np.nan for x, _, known in spots])
    lat = np.array([30.3 + y * 0.0007 for _, y, _ in spots])
    found = clusters_of(lon, lat, radius_m=100, fewest=fewest)
    parts = [*(one.rows for one in found.clusters), found.scattered, found.unplaced]
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(spots)))
    assert np.isnan(lon[found.unplaced]).all() and len(found.unplaced) == np.isnan(lon).sum()
    for one in found.clusters:
        assert one.count >= found.fewest > 0
        assert one.outline.covers(shapely.MultiPoint(np.column_stack((lon[one.rows], lat[one.rows]))))
    assert [one.count for one in found.clusters] == sorted((one.count for one in found.clusters), reverse=True)


def test_a_cluster_is_where_a_plain_count_of_neighbours_finds_one() -> None:
    rng = np.random.default_rng(7)
    lon, lat = 120 + rng.random(400) * 0.05, 30.3 + rng.random(400) * 0.05
    lon[:30], lat[:30] = 120.02 + rng.random(30) * 0.0004, 30.32 + rng.random(30) * 0.0004
    found = clusters_of(lon, lat, radius_m=100, fewest=12)
    assert len(found.clusters) == 1
    scale = np.array([np.cos(np.radians(lat.mean())), 1]) * 111_319.49
    metres = np.column_stack((lon, lat)) * scale
    near = np.hypot(*(metres[:, None] - metres[None]).transpose(2, 0, 1)) <= 100
    core = near.sum(axis=1) >= 12
    reached = near[core].any(axis=0)
    assert set(range(30)) <= set(found.clusters[0].rows.tolist())
    assert found.clusters[0].count == pytest.approx(reached.sum(), abs=2)  # places are told on 10 m
