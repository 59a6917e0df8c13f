"""Arms: the ways that are compared, each a choice on every axis but dataset, student and repeat."""

from __future__ import annotations

import pandas as pd

ARM = ["teacher", "query", "objective", "generator", "mix"]
REPEATS = ["split", "seed"]
KEY = ["dataset", *ARM, "student"]
"""What repeats have in common."""


def arm_of(frame: pd.DataFrame) -> pd.Series:
    """The arm of each row as one text."""
    return frame[ARM[0]].str.cat(frame[ARM[1:]], sep=" · ")


def size_order(student: str) -> tuple[str, list[int], str]:
    """A key that sorts students by name and then by the numbers in their specs."""
    digits = "".join(c if c.isdigit() else " " for c in student).split()
    return student.partition("(")[0], [int(d) for d in digits], student
