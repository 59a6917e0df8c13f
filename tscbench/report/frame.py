"""A frame of numbers that is read as its table."""

from __future__ import annotations

import pandas as pd

from tscbench.report.table import Table


class Frame(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    """The numbers of a table; printed, it is the table where that has columns of its own."""

    _metadata = ["_table"]  # noqa: RUF012 - what pandas asks for

    def __init__(self, table: Table) -> None:
        super().__init__(table.frame.copy())
        self._table = table

    def __repr__(self) -> str:
        return repr(self._table) if self._is_whole else self.to_string()

    def _repr_html_(self) -> str | None:
        html: str | None = super()._repr_html_()
        return self._table._repr_html_() if self._is_whole else html

    @property
    def _is_whole(self) -> bool:
        """Whether the table still shows this frame."""
        return len(self._table.columns) > 0 and self.equals(self._table.frame)

    @property
    def _constructor(self) -> type:
        found: type = pd.DataFrame
        return found
