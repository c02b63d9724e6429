"""专题图层 of the demo city: every shipped layer has things, all in the city and of kinds that its legend knows."""

from pathlib import Path

import numpy as np
import pytest

from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.nearby.registry import Registry
from cockpit.services.resources import resources_of_city
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
from cockpit.services.thematic.fillings import fillings_of
from cockpit.services.thematic.shelf import LayerShelf
from cockpit.store.layer_versions import LayerVersion

#: what no demo city brings: a city's millions of parts are imported
IMPORTED_ONLY = {"parts"}
SHIPPED = LayerCatalogue(shipped_layers()).now()


class Book:
    def __init__(self, city: City) -> None:
        self._registry = Registry(resources_of_city(city))

    def now(self) -> Registry:
        return self._registry


class NothingImported:
    def in_use(self) -> dict[str, LayerVersion]:
        return {}


@pytest.fixture(scope="module")
def city() -> City:
    return City.load("yuhang")


@pytest.fixture(scope="module")
def shelf(city: City, tmp_path_factory: pytest.TempPathFactory) -> LayerShelf:
    made = LayerShelf(
        LayerCatalogue(shipped_layers()), tmp_path_factory.mktemp("layers"), NothingImported(),
        fill=fillings_of(city, Book(city)),
    )  # fmt: skip
    made.make()
    return made


def test_no_shipped_definition_is_broken_and_all_that_the_articles_name_are_there() -> None:
    assert SHIPPED.broken == ()
    named = (
        "出租房 消防单位 安全生产单位 非法金融风险企业 寄递网点 涉恐敏感物资销售单位 "
        "非商品房项目 教育培训机构 便民服务企业 "
        "网格 网格员 党组织 志愿者 医院 学校 养老机构 避难场所 消防站 消火栓 摄像头 井盖 路灯 工地 管网 重点场所 "
        "风险隐患 矛盾纠纷 低收入帮扶 气象预警"
    )
    assert {layer.title.zh for layer in SHIPPED.layers.values()} >= set(named.split())
    assert all(layer.title.en and layer.owner.en and layer.legend.en for layer in SHIPPED.layers.values())


@pytest.mark.parametrize("name", sorted(SHIPPED.layers.keys() - IMPORTED_ONLY))
def test_a_shipped_layer_has_things_of_its_kinds_in_the_city(shelf: LayerShelf, city: City, name: str) -> None:
    layer, shelved = SHIPPED.layers[name], shelf.find(name)
    assert shelved is not None, "nothing fills it"
    columns = shelved.columns
    assert columns.total > 0
    assert set(columns.kinds) <= {kind.key for kind in layer.kinds}
    assert set(columns.states) <= {state.key for state in layer.states}, "its key would be read for want of words"
    west, south, east, north = city.bounds
    assert ((columns.lon >= west) & (columns.lon <= east) & (columns.lat >= south) & (columns.lat <= north)).all()
    inside = city.locate_many(np.array(columns.lon), np.array(columns.lat)) > 0
    assert inside.mean() > 0.97, "a few stand on the bounds' far side of a bridge"
    first = columns.at_row(0)
    assert (first.shape is None) is (layer.geometry == "point")
    shown = {told.field for told in layer.popup}
    assert not shown or shown & first.attributes.keys()


def test_the_layers_stay_small_in_the_city_s_directory(city: City) -> None:
    assert city.directory is not None and Scope(city.code)
    assert sum(file.stat().st_size for file in Path(city.directory / "layers").iterdir()) < 3_000_000
