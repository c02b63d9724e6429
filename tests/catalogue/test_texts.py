"""文案: both languages say the same things, with the same places to fill."""

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cockpit.catalogue import LANGS, UnknownLanguageError, texts
from cockpit.domain.level import Level
from cockpit.domain.mode import Mode
from cockpit.domain.overtime import Colour
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Phase, Stage
from cockpit.situation.indicators import REGISTRY

PROJECT = Path(__file__).resolve().parents[2]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_all_languages_have_the_same_keys() -> None:
    assert set(texts("zh-CN")) == set(texts("en"))


@pytest.mark.parametrize("key", sorted(texts("zh-CN")))
def test_a_text_has_the_same_places_to_fill_in_every_language(key: str) -> None:
    found = [placeholders(texts(lang)[key]) for lang in LANGS]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("lang", LANGS)
def test_no_text_is_empty_and_only_the_english_ones_are_free_of_chinese(lang: str) -> None:
    assert all(text.strip() == text and text for text in texts(lang).values())
    if lang == "en":
        assert not [key for key, text in texts(lang).items() if re.search(r"[\u4e00-\u9fff]", text)]


def test_every_term_of_the_field_has_a_word() -> None:
    t = texts("zh-CN")
    kinds = {
        "stage": Stage, "phase": Phase, "level": Level, "source": Source, "mode": Mode, "colour": Colour,
        "severity": Severity,
    }  # fmt: skip
    for table, terms in kinds.items():
        assert all(f"{table}.{term.value}" in t for term in terms)


def test_every_indicator_has_a_title_and_a_definition() -> None:
    t = texts("zh-CN")
    assert all(f"indicator.{i.name}.{part}" in t for i in REGISTRY for part in ("title", "definition"))


def test_every_key_that_the_scripts_name_is_there() -> None:
    named: set[str] = set()
    for script in (PROJECT / "assets" / "js").glob("*.js"):
        named |= set(re.findall(r"\btext\('([a-z_]+(?:\.[a-z_]*[a-z])+)'", script.read_text(encoding="utf-8")))
    assert named
    assert not named - set(texts("zh-CN"))


def test_a_wrong_key_or_language_is_an_error_and_never_shown() -> None:
    with pytest.raises(KeyError):
        texts("zh-CN")["no.such.key"]
    with pytest.raises(UnknownLanguageError):
        texts("tlh")


def test_places_are_filled() -> None:
    assert texts("zh-CN").format("red.used", share=91) == "已用 91% 时限"
    assert texts("en").find("alarm_kind.tilt", "tilt") == "tilt"


@pytest.mark.parametrize("lang", LANGS)
def test_no_two_parts_of_the_catalogue_say_one_key_differently(lang: str) -> None:
    parts = sorted((PROJECT / "cockpit" / "catalogue").glob(f"{lang}.*toml"))
    by: dict[str, list[str]] = {}
    for part in parts:
        for key in keys_of(tomllib.loads(part.read_text(encoding="utf-8"))):
            by.setdefault(key, []).append(part.name)
    assert len(parts) > 20
    assert not {key: files for key, files in by.items() if len(files) > 1}, "one would silently stand for the other"


def keys_of(table: dict[str, Any], before: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from keys_of(value, f"{before}{key}.")
        else:
            yield before + key
