"""拼音: how Chinese words are typed without Chinese: their first letters, or all of them.

The readings are those of the package `pypinyin` (MIT), one character at a time: a character with several readings gives
several spellings (重 is both `c` and `z`), because whoever searches need not know which one the dictionary prefers.
"""

import os
from functools import lru_cache
from itertools import islice, product

#: spellings of one text; a text of many characters with several readings has no end of them
_MOST_SPELLINGS = 8
#: surnames that are read otherwise than the word
_SURNAMES = {"单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge"}


@lru_cache(maxsize=30_000)
def readings_of(character: str) -> tuple[str, ...]:
    """How a character is read, without tones, the usual reading first; itself in lower case if it is no Chinese one."""
    if not "\u3400" <= character <= "\u9fff":
        return (character.lower(),) if character.isalnum() else ("",)
    # loaded when somebody first needs it: the dictionary has forty thousand characters. Its forty-seven thousand
    # phrases, which tell the one reading of a character among others, are never asked and would hold 44 MB
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found and found[0] else ("",)


def initials_of(text: str) -> tuple[str, ...]:
    """`仓前街道` → (`cqjd`,): the first letters, every spelling that there is up to eight."""
    letters = [tuple(dict.fromkeys(reading[:1] for reading in readings_of(c))) for c in text]
    return tuple(dict.fromkeys("".join(spelt) for spelt in islice(product(*letters), _MOST_SPELLINGS)))


def spelling_of(text: str) -> str:
    """`仓前街道` → `cangqianjiedao`: every character by its usual reading."""
    return "".join(readings_of(c)[0] for c in text)


def name_initials(name: str) -> str:
    """`单小明` → `sxm`: of a person's name, with a surname's own reading."""
    first = _SURNAMES.get(name[:1], "")[:1] or (readings_of(name[0])[0][:1] if name else "")
    return first + "".join(readings_of(c)[0][:1] for c in name[1:])
