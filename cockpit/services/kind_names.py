"""大类小类的名称: what a city's own table of standards calls each class and subclass, in the language of a page.

The table is the city's and names everything in Chinese; local codes (98, 99 …) mean other things elsewhere. So an
English name stands for a code only where the table gives it the Chinese name that the English one translates.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from cockpit.catalogue import LANGS, texts
from cockpit.domain.standard import Standard

_CHINESE = LANGS[0]


def kind_names(rows: Iterable[Standard], lang: str) -> dict[str, str]:
    """Code (`event.CC`, `event.CC.SS`, `part.…`) → name of the classes and subclasses that `rows` are about."""
    names: dict[str, str] = {}
    for row in rows:
        names.setdefault(row.category, row.name)
        names.setdefault(row.class_code, row.class_name)
    if lang == _CHINESE:
        return names
    return {code: _told(code, name, lang) for code, name in names.items()}


def _told(code: str, name: str, lang: str) -> str:
    if texts(_CHINESE).find(f"kind.{code}", "") == name:
        return texts(lang).find(f"kind.{code}", name)
    chinese, english = _parts().get(code, ("", ""))
    return english if chinese == name else name


@cache
def _parts() -> Mapping[str, tuple[str, str]]:
    """Subclasses of parts → Chinese and English title, as the layer of parts says them."""
    layer = tomllib.loads(files("cockpit").joinpath("layers/parts.toml").read_text(encoding="utf-8"))
    return {kind["key"]: (kind["title"], kind["title_en"]) for kind in layer["kinds"]}
