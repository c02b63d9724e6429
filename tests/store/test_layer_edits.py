"""图层修订 in the database: the last edit of each feature counts, and readers see only what is new to them."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from cockpit.store.layer_columns import Feature, FeatureEdit
from cockpit.store.layer_edits import LayerEdits

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def _lamp(state: str) -> FeatureEdit:
    feature = Feature(0, "lamp-1", "路灯", "street_lamp", state, "路灯所", 120.0, 30.2, None, {"height": 9})
    return FeatureEdit(id="lamp-1", feature=feature)


def test_the_last_edit_of_a_feature_counts_and_gets_a_number_of_its_own(engine: Engine) -> None:
    table = LayerEdits(engine)
    assert table.mark() == 0 and table.read() == []
    assert table.put("street_lamp", _lamp("broken"), at=AT, by="duty") == 1
    assert table.put("manhole", FeatureEdit(id="m-1", feature=None), at=AT, by="duty") == 2
    assert table.put("street_lamp", _lamp("in_service"), at=AT, by="duty 2") == 3
    assert table.mark() == 3
    removed, lamp = table.read()
    assert (removed.layer, removed.number, removed.edit) == ("manhole", 2, FeatureEdit(id="m-1", feature=None))
    assert (lamp.number, lamp.edit, lamp.at, lamp.by) == (3, _lamp("in_service"), AT, "duty 2")
    assert [kept.number for kept in table.read(after=2)] == [3]


def test_a_feature_that_was_removed_may_come_back(engine: Engine) -> None:
    table = LayerEdits(engine)
    table.put("street_lamp", FeatureEdit(id="lamp-1", feature=None), at=AT, by="duty")
    table.put("street_lamp", _lamp("broken"), at=AT, by="duty")
    assert [kept.edit for kept in table.read()] == [_lamp("broken")]
