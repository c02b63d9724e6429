"""Shipped layers: every word of them in both languages, each with its picture and its row in docs/layers.md."""

import re

import pytest
from PIL import Image

from cockpit.domain.plan import Words
from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
from tests.architecture.source import PROJECT
from tools.layer_gallery import PAGE, page

HAN = re.compile(r"[\u3400-\u9fff]")
PICTURES = PROJECT / "docs" / "screenshots" / "layers"
LAYERS = LayerCatalogue(shipped_layers()).now().layers
MOST_BYTES = 60_000


def texts_of(layer: ThematicLayer) -> dict[str, Words]:
    return {
        "title": layer.title, "owner": layer.owner, "source": layer.source, "legend": layer.legend,
        **{f"kind {kind.key}": kind.title for kind in layer.kinds},
        **{f"state {state.key}": state.title for state in layer.states},
        **{f"field {told.field}": told.title for told in layer.popup},
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_word_of_a_shipped_layer_lacks_one_of_its_languages(name: str) -> None:
    told = texts_of(LAYERS[name])
    assert not [what for what, words in told.items() if not HAN.search(words.zh)], "Chinese"
    assert not [what for what, words in told.items() if not words.en.strip() or HAN.search(words.en)], "English"


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_kinds_of_a_layer_are_told_apart_by_their_words_in_both_languages(name: str) -> None:
    for lang in ("zh-CN", "en"):
        said = [kind.title.of(lang) for kind in LAYERS[name].kinds]
        assert len(said) == len(set(said))


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_a_shipped_layer_has_a_small_picture(name: str) -> None:
    picture = PICTURES / f"{name}.webp"
    assert picture.is_file(), "`python -m tools.screenshots layers`"
    assert picture.stat().st_size <= MOST_BYTES
    with Image.open(picture) as opened:
        assert opened.width >= 640


def test_no_picture_is_of_a_layer_that_is_not_shipped() -> None:
    assert {picture.stem for picture in PICTURES.iterdir()} == LAYERS.keys()


def test_the_page_of_layers_shows_each_with_its_picture() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"
    assert all(f"screenshots/layers/{name}.webp" in text for name in LAYERS)
