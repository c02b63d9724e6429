"""四周 of an incident: what the wall counts is what the desk lists, and marks on the map never bound a count."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import cockpit
from cockpit.domain.resource import KINDS
from cockpit.services.wartime.around import COMES, REACH_M, NearbyAround
from cockpit.services.wartime.cameras import CameraAddresses
from cockpit.services.wartime.scenes import Around
from tests.services.nearby.ground import LAT, LON, NOON, Ground, asked, gridworker, take, thing

ASSETS = Path(cockpit.__file__).parents[1] / "assets" / "js"


def desk_kinds() -> frozenset[str]:
    """What the desk asks for until somebody chooses a kind."""
    (listed,) = re.findall(r"\ball: \[([^\]]*)\]", (ASSETS / "86-dispatch-near.js").read_text(encoding="utf-8"))
    return frozenset(re.findall(r"'(\w+)'", listed))


def looked(ground: Ground) -> Around:
    around = NearbyAround(ground.nearby(), CameraAddresses())
    return around(LON, LAT, asked().scope, NOON)


def test_the_desk_begins_with_whoever_comes_when_asked() -> None:
    assert desk_kinds() == frozenset(COMES)


@given(
    kinds=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 60)), max_size=60),
    busy=st.sets(st.integers(0, 5)),
)
def test_the_wall_counts_as_many_as_the_desk_lists(kinds: list[tuple[str, int]], busy: set[int]) -> None:
    people = [f"g{n}" for n in range(6)]
    ground = Ground(
        things=[thing(n, kind, lon=LON + far / 1000) for n, (kind, far) in enumerate(kinds)],
        roster=[gridworker(name) for name in people], busy={f"g{n}": "order" for n in busy},
    )  # fmt: skip
    take(ground.movers, [(name, LON + n / 1000, LAT) for n, name in enumerate(people)])
    listed = ground.nearby().find(asked(kinds=desk_kinds(), radius_m=REACH_M, soonest=True, limit=1000))
    assert looked(ground).comes == len(listed.items) == listed.total


def test_more_things_than_the_map_marks_are_counted_all_the_same() -> None:
    things = [thing(n, "aed" if n % 3 else "clinic", lon=LON + n / 100_000) for n in range(150)]
    counts = looked(Ground(things=things)).counts
    assert (counts["clinic"], counts["aed"], counts["shelter"]) == (50, 100, 0)
