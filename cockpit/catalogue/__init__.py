"""文案: every text a person reads, zh-CN first, en complete.

One TOML file per language and part (`zh-CN.toml`, `zh-CN.desk.toml` …) with the same keys in each language; a nested
table `[colour] overtime` is the key `colour.overtime`. No two parts have the same key.
Values may hold `{placeholders}` that `Texts.format` fills, in Python and (the same braces) in the page's scripts.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

#: languages with a catalogue; the first is the one that everything falls back to
LANGS = ("zh-CN", "en")


class UnknownLanguageError(ValueError):
    """A language without a catalogue."""


class Texts(Mapping[str, str]):
    """The catalogue in one language. A missing key raises KeyError: no screen shows a key."""

    def __init__(self, lang: str, entries: Mapping[str, str]) -> None:
        self.lang = lang
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> str:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def format(self, key: str, /, **values: object) -> str:
        """The text of `key` with its `{placeholders}` filled."""
        return self._entries[key].format(**values)

    def find(self, key: str, fallback: str) -> str:
        """The text of `key`, or `fallback` for words that come from outside (an alarm kind nobody knew)."""
        return self._entries.get(key, fallback)


@cache
def texts(lang: str) -> Texts:
    """The catalogue of `lang` (`zh-CN` or `en`). Raises UnknownLanguageError for another one."""
    if lang not in LANGS:
        raise UnknownLanguageError(f"no catalogue for {lang!r}, there are {', '.join(LANGS)}")
    named = sorted(part.name for part in files(__name__).iterdir())
    parts = [name for name in named if name.startswith(f"{lang}.") and name.endswith(".toml")]
    documents = [tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8")) for name in parts]
    return Texts(lang, dict(entry for document in documents for entry in _flat(document)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)
