"""图层版本: each import is the next version, the way back is one step, and what nobody can go back to is forgotten."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from cockpit.store.layer_versions import LayerVersion, LayerVersions, NoSuchVersionError

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


def taken(table: LayerVersions, layer: str, folder: str) -> LayerVersion:
    told = LayerVersion(
        layer=layer, version=0, folder=folder, digest=folder, source_file="f.csv", crs="wgs84", total=3, refused=1,
        taken_at=NOON,
    )  # fmt: skip
    return table.add(told)


def test_each_import_is_the_next_version_of_its_layer_and_shown_at_once(engine: Engine) -> None:
    table = LayerVersions(engine)
    assert table.in_use() == {}
    first, second = taken(table, "school", "a"), taken(table, "school", "b")
    other = taken(table, "risk", "c")
    assert (first.version, second.version, other.version) == (1, 2, 1)
    assert table.in_use() == {"school": second, "risk": other}
    assert table.versions("school") == [second, first]


def test_the_way_back_leads_to_the_version_before_and_at_last_to_what_came_with_the_city(engine: Engine) -> None:
    table = LayerVersions(engine)
    first = taken(table, "school", "a")
    taken(table, "school", "b")
    assert table.back("school", at=NOON) == 1
    assert table.in_use() == {"school": first}
    assert table.back("school", at=NOON) == 0
    assert table.in_use() == {}
    with pytest.raises(NoSuchVersionError, match="no way back"):
        table.back("school", at=NOON)
    assert table.back("school", to=2, at=NOON) == 2
    with pytest.raises(NoSuchVersionError, match="kept: 0, 1, 2"):
        table.back("school", to=7, at=NOON)
    assert taken(table, "school", "c").version == 3


def test_old_versions_are_forgotten_but_never_the_shown_one(engine: Engine) -> None:
    table = LayerVersions(engine)
    for folder in "abcde":
        taken(table, "school", folder)
    table.back("school", to=1, at=NOON)
    assert table.drop_all_but("school", keep=2) == ["c", "b"]
    assert [v.version for v in table.versions("school")] == [5, 4, 1]
    assert table.in_use()["school"].folder == "a"
