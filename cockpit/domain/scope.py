"""权责范围: a division or grid code; everything below it is in it.

Codes are decimal digits: county 6, street 9, community 12, grid 15. A scope covers every code that
starts with it, so a comparison of 15-digit integers is enough: that is what the fold's columns use.
"""

from dataclasses import dataclass

_DIGITS = 15
_LENGTHS = frozenset({0, 2, 4, 6, 9, 12, 15})


class UnknownScopeError(ValueError):
    """A scope code that is no division or grid code."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One 权责范围; `code` is empty for everything (a platform above the city)."""

    code: str

    def __post_init__(self) -> None:
        if len(self.code) not in _LENGTHS or not (self.code == "" or (self.code.isascii() and self.code.isdigit())):
            raise UnknownScopeError(
                f"scope must be a division or grid code of 6, 9, 12 or 15 digits, not {self.code!r}"
            )

    def covers(self, code: str | None) -> bool:
        """True if the division or grid `code` lies in this scope; None (nowhere) lies only in the empty scope."""
        return (code or "").startswith(self.code)

    def narrowed(self, other: "Scope") -> "Scope | None":
        """The part of this scope that `other` asks for; None if it asks for something outside."""
        if other.code.startswith(self.code):
            return other
        return self if self.code.startswith(other.code) else None

    def in_city(self, city_code: str) -> "Scope":
        """This scope as a city's installation works with it: what lies above the city is the whole city.

        Modes, boards and names belong to the city's own code, and "everything" must find them.
        """
        return Scope(city_code) if city_code.startswith(self.code) else self

    @property
    def span(self) -> tuple[int, int]:
        """Half-open range of 15-digit integers that `number_of` gives to codes in this scope."""
        low = number_of(self.code)
        return low, low + int(10 ** (_DIGITS - len(self.code)))


def number_of(code: str) -> int:
    """A division or grid code as a 15-digit integer, filled up with zeros on the right."""
    return int(code.ljust(_DIGITS, "0")) if code else 0


def street_of(code: str) -> str:
    """The 9-digit street code above a community or grid; empty when the code is shorter."""
    return code[:9] if len(code) >= 9 else ""


def community_of(code: str) -> str:
    """The 12-digit community code above a grid; empty when the code is shorter."""
    return code[:12] if len(code) >= 12 else ""
