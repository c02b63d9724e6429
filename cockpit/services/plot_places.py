"""标绘落点: which divisions a drawing lies in, so that everybody who looks at one of them sees it."""

from typing import Any, Final

import shapely

from cockpit.domain.plot import Drawing, PlotKind
from cockpit.services.city import City

#: a drawing over more communities than this is told by its streets, then by its districts
_MOST_CODES: Final = 60
_LENGTHS: Final = (12, 9, 6)


def touched_by(drawing: Drawing, city: City) -> tuple[str, ...]:
    """Codes of the communities (or larger divisions) that a good drawing lies in; none outside the city."""
    met = city.met_by(_geometry(drawing))
    for length in _LENGTHS:
        codes = {code[:length] for code in met if len(code) >= length}
        if 0 < len(codes) <= _MOST_CODES:
            return tuple(sorted(codes))
    return (city.code,) if met else ()


def _geometry(drawing: Drawing) -> Any:
    if drawing.kind is PlotKind.AREA:
        return shapely.Polygon(drawing.points)
    if drawing.kind in (PlotKind.LINE, PlotKind.ARROW):
        return shapely.LineString(drawing.points)
    return shapely.Point(drawing.points[0])
