"""Numbers as people say them: 1.5k, 3 MB, 336×."""

from __future__ import annotations


def compact(value: float) -> str:
    """A number in at most three significant digits, with k, M or G for thousands and more.

    >>> compact(1500), compact(3e6), compact(0.05), compact(336.2), compact(0)
    ('1.5k', '3M', '0.05', '336', '0')
    """
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit * 0.9995:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def amount(value: float) -> str:
    """A number before a unit of its own.

    >>> amount(1e6) + "B", amount(900) + "B"
    ('1 MB', '900 B')
    """
    text = compact(value)
    return f"{text[:-1]} {text[-1]}" if text[-1].isalpha() else f"{text} "


def times(value: float) -> str:
    """A multiple.

    >>> times(336.2), times(4.04)
    ('336×', '4×')
    """
    return f"{compact(round(value, 0 if value >= 10 else 1))}×"


def count(n: int, what: str) -> str:
    """A number of things.

    >>> count(1, "split"), count(1200, "cell")
    ('1 split', '1,200 cells')
    """
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
