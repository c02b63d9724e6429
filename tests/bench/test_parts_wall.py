"""专题图层 of the benchmark's wall: a definition that is refused would leave a layer out, and nobody would see it."""

from pathlib import Path

from cockpit.bench.parts_wall import LAYERS, define, layer_name
from cockpit.services.thematic.definitions import LayerCatalogue


def test_every_made_up_layer_is_one_that_the_catalogue_takes(tmp_path: Path) -> None:
    define(tmp_path)
    known = LayerCatalogue(tmp_path / "layers.d", tmp_path / "none").now().layers
    assert set(known) == {layer_name(number) for number in range(LAYERS)}
