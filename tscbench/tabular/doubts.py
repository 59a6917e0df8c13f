"""What may be misread in the values of a column, a sentence each."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tscbench.contracts.description import ColumnKind
from tscbench.contracts.types import Array

FEW_IDS = 50
_YES_NO = (("0", "1"), ("false", "true"), ("no", "yes"), ("n", "y"), ("off", "on"))


def of_numbers(distinct: Array, numbers: Array, kind: ColumnKind) -> list[str]:
    """Of numbers and their distinct values, sorted."""
    if len(distinct) < 2:
        return []
    n, whole = len(numbers), kind is ColumnKind.WHOLE
    said = _stand_ins(distinct, numbers)
    each = whole and len(distinct) == n >= FEW_IDS
    if each and distinct[-1] - distinct[0] == n - 1:
        said.append(
            f"numbers the rows from {distinct[0]:.0f} to {distinct[-1]:.0f}: leave it out if it is "
            "a row number"
        )
    elif each:
        said.append("has another whole number in every row: leave it out if it is an id")
    single = distinct.astype(np.float32)
    same = np.flatnonzero(single[1:] == single[:-1])
    if len(same) and (whole or len(same) >= 0.01 * len(distinct)):
        a, b = distinct[same[0]], distinct[same[0] + 1]
        said.append(
            f"has values that single precision, in which trees and networks compute, cannot tell "
            f"apart, such as {a:.17g} and {b:.17g} ({len(same):,} of {len(distinct):,}): subtract "
            "a constant or leave it out"
        )
    return said + _as_days(distinct, whole=whole)


def _stand_ins(distinct: Array, numbers: Array) -> list[str]:
    """A number of nines away from the others, as programs write where nothing is known."""
    said = []
    for end, others in ((0, distinct[1:]), (-1, distinct[:-1])):
        value, low, high = distinct[end], others[0], others[-1]
        far = abs(others[end] - value) > 2 * (high - low) or value < 0 <= low
        count = int((numbers == value).sum())
        if re.fullmatch(r"-?99+", f"{value:.15g}") and far and count > 1 and len(others) > 2:
            said.append(
                f"holds {value:g} in {count:,} rows and else {low:g} to {high:g}: if it means "
                "missing, name it in missing=[…] or leave those cells empty"
            )
    return said


def _as_days(distinct: Array, *, whole: bool) -> list[str]:
    """Whole numbers that are dates written without marks, such as 20201231."""
    if not whole or len(distinct) < 10 or distinct[0] < 19000101 or distinct[-1] > 21001231:
        return []
    month, day = distinct // 100 % 100, distinct % 100
    if ((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)).all():
        example = f"{distinct[0]:.0f}"
        return [f"holds dates as whole numbers, such as {example}: turn them into days"]
    return []


def spellings(texts: Sequence[str]) -> list[str]:
    """Levels that may be one: they differ in nothing but case, blanks or the way letters are put
    together, or say yes and no in several ways."""
    from unicodedata import normalize

    words = [text.strip().casefold() for text in texts]
    ways = [{*pair} for pair in _YES_NO if {*pair} & {*words}]
    if len(ways) > 1 and {*words} <= set.union(*ways):
        shown = ", ".join(map(repr, texts))
        return [f"says yes and no in several ways ({shown}): write them in one"]
    first: dict[str, str] = {}
    for text in texts:
        key = " ".join(normalize("NFKC", text).casefold().split())
        before = first.setdefault(key, text)
        if before != text:
            return [
                f"has the levels {before!r} and {text!r}, which are two: write them alike if they "
                "are one"
            ]
    return ["has the level '', an empty text: leave the cell empty if it is missing"] * (
        "" in first
    )
