"""Several suites as one table, from which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tscbench.report.table import Column, Table, Tables
from tscbench.results.arms import ARM
from tscbench.results.pack import Pack


def suites_table(packs: Sequence[Pack]) -> Tables:
    """A row per suite: its question, and how many methods and cells it has."""
    rows = []
    for pack in packs:
        cells = [r["cell"] for r in pack.records if r["cell"]["student"] != "teacher"]
        arms = {tuple(cell[axis] for axis in ARM) for cell in cells}
        row = {"suite": pack.suite_name, "question": pack.title, "methods": len(arms)}
        rows.append({**row, "cells": len(cells)})
    columns = [
        Column("suite", wanted=9),
        Column("question", wanted=7),
        Column("methods", form=".0f", wanted=5),
        Column("cells", form=".0f", wanted=3),
    ]
    caption = (
        "one of them by its name, such as published:tabular. Methods: all that were asked for; a "
        "ranking is of those that were asked for the same cells"
    )
    return Tables([Table("Suites", caption, columns, pd.DataFrame(rows))])
