"""名字 — invented street names and people; any likeness is chance."""

from __future__ import annotations

import numpy as np

_FIRST = "云溪文禹苕海景向荆联创望和永兴良余仓五闲径瓶仁丰华康福安顺祥"
_SECOND = "栖岚澜曙汀秀泽梦锦旭禾枫桂荷竹松柏莲梅兰溪桥港塘泾湾埠渡园庭"
_SURNAMES = "王李张陈沈徐俞金陆周吴朱胡方何姚钱孙赵郑施潘韩曹许邵傅汪章骆盛费范莫祝"
_GIVEN_ONE = "伟芳敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
_GIVEN_TWO = (
    "桂英建国建华国强志明小红晓燕雪梅文斌海燕佳琪子涵雨欣浩然俊杰梦婷思远红梅卫东月琴金花水根阿英利民永康春华秋萍"
    "玉兰建平志强丽娟慧敏国良林峰晨曦一鸣宇航嘉怡欣悦丹丹婷婷伟民忠良根林"
)
_GIVEN = [*_GIVEN_ONE, *(_GIVEN_TWO[i : i + 2] for i in range(0, len(_GIVEN_TWO), 2))]


def street_name(axis: int, line: int, chunk: int) -> str:
    """The same lattice line keeps its name over a stretch of some kilometres, as streets do."""
    a = _FIRST[(line * 7 + chunk * 3 + axis * 11) % len(_FIRST)]
    b = _SECOND[(line * 5 + chunk * 13 + axis * 17) % len(_SECOND)]
    return f"{a}{b}{'路' if axis == 0 or line % 3 else '街'}"


def person(rng: np.random.Generator) -> str:
    return str(rng.choice(list(_SURNAMES))) + str(rng.choice(_GIVEN))
