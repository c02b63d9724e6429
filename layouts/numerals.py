"""数字: how figures are written on a wall."""

from cockpit.catalogue import Texts

_MINUS = "−"
_WAN = 100_000


def count_of(n: int | None, texts: Texts) -> str:
    """`3,616`; over 99,999 in units of ten thousand (English: in millions from a million on); `—` for unknown."""
    if n is None:
        return texts["value.none"]
    if texts.lang == "en":
        return f"{n:,}" if n < 1_000_000 else texts.format("value.large", n=f"{n / 1_000_000:.2f}")
    return f"{n:,}" if n < _WAN else texts.format("value.large", n=f"{n / 10_000:,.1f}")


def percent_of(rate: float | None, texts: Texts, *, decimals: int = 2) -> str:
    """`98.51` of 0.98514, without its sign; cut, not rounded up, at the top: 99.996 % is not 100."""
    if rate is None:
        return texts["value.none"]
    shown = f"{rate * 100:.{decimals}f}"
    if rate < 1 and float(shown) >= 100:
        return f"{100 - 10**-decimals:.{decimals}f}"
    return shown


def short_percent_of(rate: float | None, texts: Texts) -> str:
    """One decimal, and a plain `100`: for narrow cells."""
    return "100" if rate == 1 else percent_of(rate, texts, decimals=1)


def points_of(change: float) -> str:
    """A difference of two rates in points: `▲ 0.32`, `▼ 1.20`."""
    return f"{'▲' if change > 0 else '▼'} {abs(change) * 100:.2f}"


def signed(n: int) -> str:
    return f"+{n:,}" if n > 0 else f"{_MINUS}{-n:,}" if n < 0 else "0"


def width_class(*shown: str) -> str:
    """The type size that the widest of these numbers needs in its tile, as a class of 31-today.css."""
    longest = max(len(s) for s in shown)
    return "n-long" if longest > 5 else "n-mid" if longest > 3 else "n-short"


def span_of(seconds: float, texts: Texts) -> str:
    """`3 秒`, `4 分`, `2 小时`, `5 天`: as 61-ticks.js writes an age."""
    n = max(0, int(seconds))
    for unit, size, most in (("seconds", 1, 60), ("minutes", 60, 3_600), ("hours", 3_600, 48 * 3_600)):
        if n < most:
            return texts.format(f"age.{unit}", n=n // size)
    return texts.format("age.days", n=n // 86_400)
