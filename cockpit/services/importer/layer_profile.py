"""`[layer]` of a profile: which columns of somebody's file are a layer's (docs/layers.md), or the usual names."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from cockpit.services.importer.profile import FileFields, ProfileError, Text, TextField, TextFields, profile_in

#: our names, and by which names a column is taken for one without a profile; compared without case
USUAL = {
    "id": ("id", "code", "编号", "编码", "代码", "唯一码", "objectid", "fid", "gid", "osm_id"),
    "name": ("name", "名称", "单位名称", "企业名称", "名字", "姓名", "title"),
    "kind": ("kind", "类型", "类别", "种类", "type"),
    "state": ("state", "状态", "status"),
    "owner": ("owner", "权属单位", "责任单位", "管理单位", "主管部门"),
    "lon": ("lon", "lng", "longitude", "经度", "x", "x坐标"),
    "lat": ("lat", "latitude", "纬度", "y", "y坐标"),
    "geometry": ("geometry", "wkt", "geom", "the_geom"),
}


class LayerFields(TextFields):
    """Our names, and where each comes from."""

    id: Text | None = None
    name: Text | None = None
    kind: Text | None = None
    state: Text | None = None
    owner: Text | None = None
    lon: Text | None = None
    lat: Text | None = None
    #: a column with WKT or a GeoJSON geometry in it, for tables
    geometry: Text | None = None
    crs: str | None = None
    #: OpenStreetMap: `key=value` or `key`; what has one of them is taken
    tags: list[str] = Field(default_factory=list)
    #: of a file that has several layers
    sublayer: str | None = None


class LayerProfile(BaseModel):
    """A whole profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    layer: LayerFields = Field(default_factory=LayerFields)
    file: FileFields = Field(default_factory=FileFields)

    def completed(self, columns: Sequence[str]) -> dict[str, TextField]:
        """The fields with those that columns of usual names bring; a field of the profile stands. ProfileError."""
        told = self.layer.fields
        missing = next((f.column for f in told.values() if f.column is not None and f.column not in columns), None)
        if missing is not None:
            raise ProfileError(f"there is no column {missing!r}; the file has: {', '.join(columns)}")
        by_name = {column.casefold(): column for column in reversed(columns)}
        for ours, names in USUAL.items():
            column = next((by_name[name] for name in names if name in by_name), None)
            if ours not in told and column is not None:
                told[ours] = TextField(column=column)
        return told


def read_layer_profile(path: Path) -> LayerProfile:
    """The profile in a file. ProfileError with one line for what is wrong with it."""
    return profile_in(path, LayerProfile)
