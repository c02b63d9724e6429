"""尺寸: from which numbers on a layer is counted beforehand; kept with each version. Tests make them small."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """All are numbers of features."""

    #: between two rows of running counts
    block_rows: int = 1 << 16
    #: rows of a tile that are read one by one
    rows_read: int = 1 << 18
    #: places of a tile that are told one by one
    most_points: int = 2_000
    #: the least number of squares of the coarsest level of the pyramid
    least_squares: int = 256


SIZES = Sizes()
