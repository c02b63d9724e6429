"""标绘: what is a drawing and what is none."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.plot import MOST_POINTS, Corner, Drawing, Plot, PlotChange, PlotKind, PlotSymbol, crosses_itself
from cockpit.domain.plot import fault_of as fault
from cockpit.domain.scope import Scope
from tests.stories import NOON

HERE = (119.95, 30.30)
SQUARE = (HERE, (119.96, 30.30), (119.96, 30.31), (119.95, 30.31))


def drawing(kind: PlotKind, *points: Corner, symbol: PlotSymbol = PlotSymbol.MARK, label: str = "") -> Drawing:
    return Drawing(kind=kind, symbol=symbol, points=points, label=label)


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        (drawing(PlotKind.POINT, HERE, symbol=PlotSymbol.HAZARD), None),
        (drawing(PlotKind.LINE, *SQUARE, symbol=PlotSymbol.CORDON), None),
        (drawing(PlotKind.AREA, *SQUARE, symbol=PlotSymbol.CORDON), None),
        (drawing(PlotKind.ARROW, *SQUARE[:2], symbol=PlotSymbol.ROUTE), None),
        (drawing(PlotKind.TEXT, HERE, label="指挥部"), None),
        (drawing(PlotKind.POINT, HERE, symbol=PlotSymbol.CORDON), "symbol_not_of_kind"),
        (drawing(PlotKind.POINT, (181.0, 0.0)), "point_out_of_range"),
        (drawing(PlotKind.POINT, (float("nan"), 0.0)), "point_out_of_range"),
        (drawing(PlotKind.POINT, *SQUARE), "too_many_points"),
        (drawing(PlotKind.LINE, *((119.0 + n * 1e-5, 30.0) for n in range(MOST_POINTS + 1))), "too_many_points"),
        (drawing(PlotKind.LINE, HERE, HERE), "too_few_points"),
        (drawing(PlotKind.AREA, *SQUARE[:2]), "too_few_points"),
        (drawing(PlotKind.TEXT, HERE, label=" "), "label_needed"),
        (drawing(PlotKind.POINT, HERE, label="字" * 61), "label_too_long"),
        (drawing(PlotKind.LINE, HERE, (121.0, 30.3)), "too_wide"),
        (drawing(PlotKind.AREA, SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]), "area_crosses_itself"),
        (drawing(PlotKind.AREA, (0.0, 0.0), (0.1, 0.1), (0.2, 0.2)), "area_crosses_itself"),
    ],
)
def test_a_drawing_that_breaks_a_rule_is_told_which(told: Drawing, rule: str | None) -> None:
    assert fault(told) == rule


_corners = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=8, unique=True)


@given(_corners)
def test_an_outline_crosses_itself_where_a_geometry_library_says_so(ring: list[tuple[int, int]]) -> None:
    corners = [(float(x), float(y)) for x, y in ring]
    is_simple = shapely.LinearRing(corners).is_simple and shapely.Polygon(corners).area > 0
    assert crosses_itself(corners) is not is_simple


def test_a_drawing_is_seen_by_who_looks_at_any_place_that_it_lies_in() -> None:
    plot = Plot(
        plot_id="p", event_id="", code="330110012", touches=("330110012003", "330110005001"), version=1,
        drawing=drawing(PlotKind.LINE, *SQUARE), changes=(PlotChange(NOON, "duty", "drawn", "p"),),
    )  # fmt: skip
    seen = ["", "330110", "330110012", "330110005", "330110005001", "330110005001002"]
    assert all(plot.is_in(Scope(code)) for code in seen)
    assert not plot.is_in(Scope("330110006"))
    assert not plot.is_in(Scope("330110005002"))
