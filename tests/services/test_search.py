"""搜索: how things are found by words, codes and pinyin, and what typed numbers mean as a place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prcoords import bd_gcj, gcj_wgs

from cockpit.domain.scope import Scope
from cockpit.services.pinyin import initials_of, name_initials, spelling_of
from cockpit.services.search.name_index import NameIndex, Thing
from cockpit.services.search.typed_coordinates import coordinates_in, meant_by

PLACE = (119.95, 30.3)


def thing(name: str, code: str = "330110012001001", thing_id: str = "") -> Thing:
    return Thing("place", thing_id or name, name, "", code, *PLACE)


def names(index: NameIndex, words: str, scope: str = "330110", limit: int = 10) -> list[str]:
    return [found.title for found in index.find(words, Scope(scope), limit)[1]]


def test_the_whole_name_comes_first_then_beginnings_then_parts() -> None:
    index = NameIndex([thing("大仓前街道"), thing("仓前街道办事处"), thing("仓前"), thing("良渚")])
    assert names(index, "仓前") == ["仓前", "仓前街道办事处", "大仓前街道"]
    assert index.find("仓前", Scope("330110"), 1)[0] == 3


def test_names_are_found_by_initials_by_pinyin_and_by_every_reading() -> None:
    index = NameIndex([thing("仓前街道"), thing("重阳社区"), thing("向往社区 309")])
    assert names(index, "cqjd") == names(index, "CQ") == names(index, "cangqian") == ["仓前街道"]
    assert names(index, "cysq") == names(index, "zysq") == ["重阳社区"]
    assert names(index, "xwsq309") == ["向往社区 309"]
    assert names(index, "qjd") == []


def test_codes_are_found_whole_and_by_their_beginning_and_nothing_outside_a_scope() -> None:
    index = NameIndex([thing("烟感", thing_id="smoke-0001"), thing("烟感二", "330110109001001", "smoke-0002")])
    assert names(index, "SMOKE-0001") == ["烟感"]
    assert names(index, "smoke") == ["烟感", "烟感二"]
    assert names(index, "smoke", "330110012") == ["烟感"]


@given(st.text(max_size=20))
def test_nothing_that_is_typed_breaks_the_search(words: str) -> None:
    index = NameIndex([thing("仓前街道"), thing("a%_\\b")])
    total, found = index.find(words, Scope("330110"), 5)
    assert len(found) == min(total, 5)
    coordinates_in(words)
    assert all(isinstance(spelt, str) for spelt in (*initials_of(words), spelling_of(words), name_initials(words)))


@pytest.mark.parametrize(
    "typed",
    [
        "119.95,30.3", "30.3, 119.95", "119.95 30.3", "119.95，30.3", "东经119.95 北纬30.3", "E119.95° N30.3°",
        "119°57′0″ 30°18′0″", "30°18'N, 119°57'E",
    ],
)  # fmt: skip
def test_coordinates_are_read_as_people_paste_them(typed: str) -> None:
    pair = coordinates_in(typed)
    assert pair is not None
    assert math.dist(pair, PLACE) < 1e-9


@pytest.mark.parametrize("typed", ["", "119.95", "仓前 12", "330110012001001", "200,100", "91 95", "12°61′ 3°4′"])
def test_other_numbers_are_no_coordinates(typed: str) -> None:
    assert coordinates_in(typed) is None


def test_the_same_numbers_are_three_places_some_hundred_metres_apart() -> None:
    lon, lat = PLACE
    wgs, gcj, bd = meant_by(lon, lat)
    assert (wgs.lon, wgs.lat) == PLACE
    told = gcj_wgs((lat, lon))
    assert math.dist((gcj.lat, gcj.lon), told) < 2e-6 * 10
    told = gcj_wgs(bd_gcj((lat, lon)))
    assert math.dist((bd.lat, bd.lon), told) < 2e-5
    assert math.dist(wgs[1:], gcj[1:]) > 0.002
    assert math.dist(gcj[1:], bd[1:]) > 0.002
