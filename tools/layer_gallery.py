"""Writes the gallery of docs/layers.md from the shipped definitions: `make docs`. A test compares."""

import re
from pathlib import Path

from cockpit.catalogue import texts
from cockpit.domain.thematic_layer import LayerGroup, ThematicLayer
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers

PAGE = Path(__file__).resolve().parent.parent / "docs" / "layers.md"
_HEAD = "| picture | layer | group | drawn as | owner |\n|---|---|---|---|---|\n"
_BETWEEN = re.compile(r"(<!-- generated: gallery -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """`text` with the table between its markers as the definitions have it."""
    layers = LayerCatalogue(shipped_layers()).now().layers.values()
    rows = "".join(_row(layer) for group in LayerGroup for layer in layers if layer.group is group)
    text, n = _BETWEEN.subn(lambda found: f"{found[1]}{_HEAD}{rows}{found[2]}", text)
    if n != 1:
        raise ValueError(f"{PAGE.name} has {n} places for the gallery")
    return text


def _row(layer: ThematicLayer) -> str:
    zh, en = texts("zh-CN"), texts("en")
    picture = f'<img src="screenshots/layers/{layer.name}.webp" width="400" alt="{layer.title.zh}">'
    group = f"{zh[f'layer_group.{layer.group}']} {en[f'layer_group.{layer.group}']}"
    title = f"**{layer.title.zh}**<br>{layer.title.en}<br>`{layer.name}`"
    return f"| {picture} | {title} | {group} | {layer.geometry} | {layer.owner.zh}<br>{layer.owner.en} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: docs/{PAGE.name}")
