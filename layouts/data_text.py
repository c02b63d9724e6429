"""数据文字: words that came with the data. They stay as they were written, on an English page too."""

from typing import Any

#: what events, units, addresses and names are written in; a reader aloud and the fonts are told so by `lang`
DATA_LANG = "zh"

#: the property of an element whose words are data, wholly or in part
OF_DATA: dict[str, Any] = {"lang": DATA_LANG}
