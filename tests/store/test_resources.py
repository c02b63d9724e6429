"""资源 in the database: written once, changed where something else is said, withdrawn but never deleted."""

from sqlalchemy import Engine

from cockpit.domain.resource import ResourceState
from cockpit.store.resources import ResourceTable, Written
from tests.services.nearby.ground import thing


def test_what_is_written_again_changes_nothing_and_what_differs_is_replaced(engine: Engine) -> None:
    table = ResourceTable(engine)
    things = [thing(1, phone="0571"), thing(2, "shelter", capacity=300), thing(3, "volunteer", skills=("water",))]
    assert table.mark() == 0
    assert table.put(things, dry_run=True) == Written(3, 0, 0)
    assert table.put(things) == Written(3, 0, 0)
    first = table.mark()
    assert table.put(things) == Written(0, 0, 3)
    assert table.mark() == first > 0
    other = thing(2, "shelter", capacity=200)
    assert table.put([things[0], other]) == Written(0, 1, 1)
    assert table.find_many(["r-2", "r-9"]) == {"r-2": other}
    assert [one.resource_id for one in table.read(after=first)] == ["r-2"]
    assert sorted(table.read(), key=lambda one: one.resource_id) == [things[0], other, things[2]]


def test_what_a_whole_list_no_longer_names_is_withdrawn_and_may_come_back(engine: Engine) -> None:
    table = ResourceTable(engine)
    table.put([thing(1), thing(2), thing(3, "aed")])
    assert table.withdraw(["hydrant"], {"r-1"}, dry_run=True) == 1
    assert table.withdraw(["hydrant"], {"r-1"}) == 1
    assert table.withdraw(["hydrant"], {"r-1"}) == 0
    states = {one.resource_id: one.state for one in table.read()}
    assert states == {
        "r-1": ResourceState.IN_SERVICE, "r-2": ResourceState.WITHDRAWN, "r-3": ResourceState.IN_SERVICE,
    }  # fmt: skip
    assert table.put([thing(2)]) == Written(0, 1, 0)


def test_more_things_than_one_statement_takes_are_compared_all(engine: Engine) -> None:
    table = ResourceTable(engine)
    many = [thing(number) for number in range(2_000)]
    assert table.put(many) == Written(2_000, 0, 0)
    assert table.put([*many[:-1], thing(1_999, phone="1")]) == Written(0, 1, 1_999)
