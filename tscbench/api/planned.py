"""The line of a cell as somebody names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES
from tscbench.harness.lines import Line
from tscbench.harness.session import Session
from tscbench.results.cell import Cell


def planned(session: Session, folder: Path, cell: Cell | Mapping[str, Any]) -> Line:
    """The line of a cell, given as one, as a mapping of its axes or as a row of `scores()`.

    Raises:
        SpecError: no cell, or none that the session plans.
    """
    row = isinstance(cell, Mapping | pd.Series) and all(axis in cell for axis in AXES)
    if not row and not isinstance(cell, Cell):
        raise SpecError(
            f"{cell!r} is no cell; give a row of scores(), such as scores().iloc[0], or a "
            f"mapping with {', '.join(AXES)}"
        )
    given = cell.axes if isinstance(cell, Cell) else [cell[axis] for axis in AXES]
    wanted = [str(choice) for choice in given]
    for line in session.plan.lines:
        if [str(choice) for choice in line.cell.axes] == wanted:
            return line
    here = f" (not here: {', '.join(session.unknown)})" if session.unknown else ""
    raise SpecError(f"{folder} plans no cell {' · '.join(wanted)}{here}")
