"""权责清单: the most specific entry wins, first by place, then by class."""

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities, Responsibility

GRID, STREET = "330110005001001", "330110005"


def entry(category: str, code: str, unit: str, level: Level = Level.STREET) -> Responsibility:
    return Responsibility(category=category, code=code, unit=unit, level=level)


def units(listed: Responsibilities, category: str, code: str, level: Level | None = None) -> list[str]:
    return [e.unit for e in listed.most_specific(category, code, level)]


def test_a_place_comes_before_a_class() -> None:
    listed = Responsibilities([
        entry("event.01.10", "330110", "区城管局", Level.COUNTY), entry("event", STREET, "街道办"),
        entry("", GRID, "网格", Level.COMMUNITY),
    ])  # fmt: skip
    assert units(listed, "event.01.10", GRID) == ["网格"]
    assert units(listed, "event.01.10", "330110005001002") == ["街道办"]
    assert units(listed, "event.01.10", "330110009001001") == ["区城管局"]
    assert units(listed, "event.01.11", "330110009001001") == []


def test_at_one_place_the_subclass_comes_before_its_class() -> None:
    listed = Responsibilities([entry("event.01", STREET, "环卫站"), entry("event.01.28", STREET, "执法队")])
    assert units(listed, "event.01.28", GRID) == ["执法队"]
    assert units(listed, "event.01.10", GRID) == ["环卫站"]
    assert units(listed, "event.011.10", GRID) == []


def test_each_level_is_asked_for_its_own_unit() -> None:
    listed = Responsibilities([
        entry("event.01", STREET, "环卫站"), entry("event.01", "330110", "区城管局", Level.COUNTY),
    ])  # fmt: skip
    assert {level: e[0].unit for level, e in listed.by_level("event.01.10", GRID).items()} == {
        Level.STREET: "环卫站", Level.COUNTY: "区城管局",
    }  # fmt: skip
    assert units(listed, "event.01.10", GRID, Level.COUNTY) == ["区城管局"]
    assert units(listed, "event.01.10", GRID, Level.CITY) == []


def test_equally_specific_units_share_the_work_and_one_named_twice_is_one() -> None:
    listed = Responsibilities([entry("event", STREET, "一队"), entry("event", STREET, "二队")] * 2)
    assert units(listed, "event.01.10", GRID) == ["一队", "二队"]
    assert len(listed) == 2


_CODES = st.sampled_from(["", "33", "330110", STREET, "330110005001", GRID, "330110009", "330110005001002"])
_CATEGORIES = st.sampled_from(["", "event", "part", "event.01", "event.01.10", "event.01.11", "event.011"])


@given(
    st.lists(st.builds(entry, _CATEGORIES, _CODES, st.sampled_from("甲乙丙"), st.sampled_from(Level)), max_size=20),
    _CATEGORIES,
    _CODES,
    st.none() | st.sampled_from(Level),
)
def test_what_is_found_is_what_looking_at_every_entry_finds(
    entries: list[Responsibility], category: str, code: str, level: Level | None
) -> None:
    """The oracle compares all entries; of one unit named twice at one place the first counts."""
    seen: dict[tuple[str, str, str], Responsibility] = {}
    for e in entries:
        seen.setdefault((e.code, e.category, e.unit), e)
    holding = [
        e
        for e in seen.values()
        if code.startswith(e.code)
        and (not e.category or f"{category}.".startswith(f"{e.category}."))
        and (level is None or e.level is level)
    ]
    best = max(((len(e.code), len(e.category)) for e in holding), default=None)
    expected = sorted(e.unit for e in holding if (len(e.code), len(e.category)) == best)
    assert sorted(units(Responsibilities(entries), category, code, level)) == expected
