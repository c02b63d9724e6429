"""图层列文件: one version of a thematic layer as columns on disk, up to fifteen million features, mapped into memory.

`LayerWriter` writes a version as a stream, `LayerColumns` counts, lists and draws it. docs/layer-columns.md tells how.
"""

from cockpit.store.layer_columns.columns import LayerColumns
from cockpit.store.layer_columns.edited import Columns, EditedColumns, FeatureEdit
from cockpit.store.layer_columns.feature import (
    EVERYTHING,
    Box,
    Coded,
    Count,
    Feature,
    FeatureBatch,
    LayerSummary,
    RefusedFeature,
    Where,
)
from cockpit.store.layer_columns.sizes import SIZES, Sizes
from cockpit.store.layer_columns.writer import LayerWriter

__all__ = [
    "EVERYTHING",
    "SIZES",
    "Box",
    "Coded",
    "Columns",
    "Count",
    "EditedColumns",
    "Feature",
    "FeatureBatch",
    "FeatureEdit",
    "LayerColumns",
    "LayerSummary",
    "LayerWriter",
    "RefusedFeature",
    "Sizes",
    "Where",
]
