"""Numbers that are written as text: with units, signs, thousands marks or a decimal comma."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tscbench.contracts.spec import show

_MONEY = r"[$€£¥₹]|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CAD|AUD)\b"
_DIGITS = r"\d[\d.,'’_\u00a0\u202f ]*\d|\d|[.,]\d+"
_WRITTEN = re.compile(
    rf"(?P<sign>[-+−]?)\s*(?P<money>{_MONEY})?\s*(?P<inner>[-+−]?)"
    rf"(?P<digits>{_DIGITS})(?P<power>[eE][-+]?\d+)?\s*(?P<unit>[^\d\s.,][^\d]{{0,11}})?"
)
_MARKS = {".": ",'’_\u00a0\u202f ", ",": ".'’_\u00a0\u202f "}


@dataclass(frozen=True)
class Number:
    """A number as it is written: its sign, its digits with their marks, its power of ten, and what
    stands around it."""

    sign: str
    digits: str
    power: str
    unit: str

    def value(self, decimal: str) -> float | None:
        """What it means where `decimal` divides whole from fraction; None if it is not so."""
        whole, _, part = self.digits.partition(decimal)
        for mark in _MARKS[decimal]:
            if mark in whole:
                if not re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", whole):
                    return None
                whole = whole.replace(mark, "")
                break
        if not re.fullmatch(r"\d*", whole) or not re.fullmatch(r"\d*", part) or not whole + part:
            return None
        return float(f"{self.sign}{whole or 0}.{part or 0}{self.power}")

    def is_plain(self, decimal: str) -> bool:
        """Whether there is nothing to it but digits and the mark before the fraction."""
        mark = re.escape(decimal)
        digits = re.fullmatch(rf"\d*{mark}?\d+|\d+{mark}", self.digits)
        return not self.unit and digits is not None


def written(text: str) -> Number | None:
    """The number that a text writes, whatever its marks and unit; None if it writes none. What
    stands in brackets is negative, as in accounts."""
    text = text.strip()
    inside = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else ""
    found = _WRITTEN.fullmatch(inside or text)
    if found is None:
        return None
    sign = "-" if inside or set(found["sign"] + found["inner"]) & set("-−") else ""
    unit = f"{found['money'] or ''}{(found['unit'] or '').strip()}"
    return Number(sign, found["digits"], found["power"] or "", unit)


def numbers_in(texts: Sequence[str], decimal: str) -> tuple[list[float | None], Counter[str]]:
    """What each text means as a number, None where it means none, and the units that they have."""
    found = [written(text) for text in texts]
    units = Counter(number.unit for number in found if number is not None)
    return [None if n is None else n.value(decimal) for n in found], units


@dataclass(frozen=True)
class Likeness:
    """How far the values of a column of text are numbers.

    odd: those that are none. how: in which way the others are written, empty where they are plain.
    cure: the option that reads them, empty where none does.
    """

    odd: tuple[str, ...]
    how: str = ""
    cure: str = ""


def likeness(texts: Sequence[str], name: str, decimal: str = ".") -> Likeness | None:
    """How the distinct values of a column read as numbers; None where they do not: fewer than
    three do, or less than three in four."""
    found = {text: written(text) for text in texts}
    numbers = [n for n in found.values() if n is not None]
    odd = tuple(text for text, n in found.items() if n is None)
    if len(numbers) < 3 or len(numbers) < 3 * len(odd):
        return None
    if all(n.is_plain(decimal) for n in numbers):
        return Likeness(odd)
    units = Counter(n.unit for n in numbers)
    if len(units) > 1:
        shown = " and ".join(repr(u) if u else "none" for u, _ in units.most_common(2))
        return Likeness(odd, f"with several units ({shown})")
    (unit,) = units
    other = "," if decimal == "." else "."
    as_told = [n.value(decimal) for n in numbers]
    as_other = [n.value(other) for n in numbers]
    if None in as_told and None not in as_other:
        point = "comma" if other == "," else "point"
        cure = f'decimal="{other}"' + (f", numbers=[{show(name)}]" if unit else "")
        return Likeness(odd, f"with a decimal {point}", cure)
    if None not in as_other and as_told != as_other:
        cure = f'numbers=[{show(name)}] for thousands, decimal="{other}" for fractions'
        return Likeness(odd, f"with {other!r} in them, before thousands or a fraction", cure)
    if None in as_told:
        return Likeness(odd, "with marks that do not go together")
    words = "with a percent sign" if unit == "%" else f"with {unit!r} beside them"
    return Likeness(odd, words if unit else "with thousands marks", f"numbers=[{show(name)}]")
