"""演示住户: who lives behind the doors of a made-up address base; nobody of them exists.

All follows from the door's own drawn number, for many doors at once as for one, so a city of two and a half million
invented people takes no room. The numbers cannot belong to anybody: identity numbers begin with 000000, which is no
place, and telephone numbers with 100, which no mobile has.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.residence import Resident
from cockpit.services.pinyin import initials_of, name_initials

Ints = NDArray[np.int64]

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾"
    "彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红建国文辉力志永健宇浩凯鑫雨欣怡佳慧琳晨思嘉梓涵子轩一诺可心"
)
ID_AREA, PHONE_HEAD = "000000", "100"
_GIVENS = len(GIVEN) + 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RELATIONS = ("head", "spouse", "child", "child", "parent", "parent")
_NEEDS = ("disabled", "ill")
#: born until then: of an age to need help, of an age to have a telephone
_OLD_SINCE, _PHONE_SINCE = 1955, 2012
#: one record in so many is visited too seldom
_SELDOM_EVERY = 20
_DAY_MIN = 1_440


def drawn(seed: Ints, salt: int) -> Ints:
    """Another 32-bit number for each, the same every time (the finaliser of MurmurHash3)."""
    h = (seed.astype(np.uint64) + np.uint64(0x9E3779B9 * (salt + 1) & 0xFFFFFFFF)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (h ^ (h >> np.uint64(16))).astype(np.int64)


def name_numbers(door: Ints, place: Ints) -> Ints:
    """The number of the name of the person at `place` of a door; a child has the surname of the head."""
    first, own = drawn(door, 1), drawn(door * 8 + place, 2)
    surname = np.where((place == 2) | (place == 3), first, drawn(door * 8 + np.where(place > 3, 5, place), 3))
    surname = np.where(place == 0, first, surname) % len(SURNAMES)
    second = np.where(own // 997 % 5 == 0, 0, 1 + own // 64 % len(GIVEN))
    return np.asarray((surname * _GIVENS + 1 + own % len(GIVEN)) * _GIVENS + second)


def name_of(number: int) -> str:
    """A name's characters."""
    rest, second = divmod(number, _GIVENS)
    surname, first = divmod(rest, _GIVENS)
    return SURNAMES[surname] + GIVEN[first - 1] + (GIVEN[second - 1] if second else "")


def number_of_name(name: str) -> int | None:
    """The number of a name; None for one that nobody here has."""
    if len(name) not in (2, 3) or name[0] not in SURNAMES or any(c not in GIVEN for c in name[1:]):
        return None
    second = 1 + GIVEN.index(name[2]) if len(name) == 3 else 0
    return (SURNAMES.index(name[0]) * _GIVENS + 1 + GIVEN.index(name[1])) * _GIVENS + second


@lru_cache(maxsize=1_000)
def numbers_with(initials: str) -> tuple[int, ...]:
    """The numbers of all names of two or three characters whose pinyin begins like this, `wxm` for 王小明."""
    if len(initials) not in (2, 3):
        return ()
    surnames = [n for n, c in enumerate(SURNAMES) if name_initials(c) == initials[0]]

    def given(letter: str) -> list[int]:
        return [n for n, c in enumerate(GIVEN, 1) if initials_of(c)[0] == letter]

    first, second = given(initials[1]), given(initials[2]) if len(initials) == 3 else [0]
    return tuple((s * _GIVENS + f) * _GIVENS + g for s in surnames for f in first for g in second)


def birth_days(door: Ints, place: Ints, alone_and_weak: NDArray[np.bool_]) -> Ints:
    """Days since 1970 (before it: negative) on which somebody was born; a household's ages fit together."""
    head = 1948 + drawn(door, 4) % 48
    head = np.where(alone_and_weak, 1934 + drawn(door, 4) % 14, head)
    shift = drawn(door * 8 + place, 5)
    year = np.select(
        [place == 0, place == 1, (place == 2) | (place == 3)],
        [head, head - 3 + shift % 7, np.minimum(head + 24 + shift % 9, 2024)], head - 22 - shift % 8,
    )  # fmt: skip
    return np.asarray((year - 1970) * 365.2425 + shift // 16 % 365).astype(np.int64)


def residents_of(
    household_id: str, *, door: int, people: int, needs_help: bool, first_person: int
) -> tuple[Resident, ...]:
    """The people behind one door; `first_person` is the running number of its head in the whole base."""
    place = np.arange(people)
    doors = np.full(people, door)
    names = name_numbers(doors, place).tolist()
    born = birth_days(doors, place, np.full(people, needs_help and people == 1)).tolist()
    rents = int(drawn(np.array([door]), 6)[0]) % 4 == 0
    years = [(_EPOCH + timedelta(days=day)).year for day in born]
    # whoever needs help is the oldest
    weak = int(np.argmin(born)) if needs_help and people else -1
    is_old = weak >= 0 and years[weak] <= _OLD_SINCE
    need = "elderly" if is_old else _NEEDS[int(drawn(np.array([door]), 7)[0]) % len(_NEEDS)]
    return tuple(
        Resident(
            resident_id=f"{household_id}-{n + 1}", household_id=household_id, name=name_of(names[n]),
            relation=_RELATIONS[min(n, len(_RELATIONS) - 1)], tenure="tenant" if rents else "registered",
            birth_year=years[n], id_number=_id_number(born[n], first_person + n),
            phone=f"{PHONE_HEAD}{first_person + n:08d}" if years[n] <= _PHONE_SINCE else "",
            need=need if n == weak else "",
        )
        for n in range(people)
    )  # fmt: skip


def _id_number(born: int, person: int) -> str:
    return f"{ID_AREA}{_EPOCH + timedelta(days=born):%Y%m%d}{person % 10_000:04d}"


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """How often each door is visited, in days, on which of them, and at which minute of the day: made up once."""

    days: NDArray[np.int32]
    phase: NDArray[np.int32]
    minute: NDArray[np.int32]

    @classmethod
    def of(cls, door: Ints) -> "Beats":
        days = 30 + drawn(door, 8) % 130
        days = np.where(drawn(door, 9) % _SELDOM_EVERY == 0, 200 + drawn(door, 10) % 200, days)
        phase, minute = drawn(door, 12) % days, 8 * 60 + 30 + drawn(door, 11) % 540
        return cls(days.astype(np.int32), phase.astype(np.int32), minute.astype(np.int32))

    def last(self, at: datetime, utc_offset: timedelta) -> Ints:
        """Minutes since 1970 (UTC) of the last visit: in the daytime, never after `at`."""
        offset = int(utc_offset.total_seconds() // 60)
        here = int((at - _EPOCH).total_seconds() // 60) + offset
        today = np.int32(here // _DAY_MIN)
        since = (today - self.phase) % self.days
        # on the day itself, but later than now: the visit before that one
        since += np.where((since == 0) & (self.minute > here % _DAY_MIN), self.days, np.int32(0))
        return ((today - since) * np.int32(_DAY_MIN) + self.minute - np.int32(offset)).astype(np.int64)


def checked_minutes(door: Ints, now: datetime, utc_offset: timedelta) -> Ints:
    """Minutes since 1970 (UTC) at which a door was last visited: a beat of its own, in the daytime, never after now."""
    return Beats.of(door).last(now, utc_offset)
