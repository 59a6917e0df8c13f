"""A fitted student as its user sees it: asked with rows, or with frames like the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.scales import decide, to_probabilities
from tscbench.contracts.types import Array, Link, Predictor, Rows, Schema
from tscbench.tabular.exchange import class_names, to_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Student:
    """A fitted student with the schema of the data that it was fitted on."""

    predictor: Predictor
    schema: Schema

    def predict(self, rows: Rows) -> Array:
        """Logits `(m, *k)` of rows as plugins see them."""
        return self.predictor.predict(rows)

    def predict_frame(self, frame: pd.DataFrame) -> pd.Series[Any] | pd.DataFrame:
        """The class of each row, by name, as the metric accuracy decides; of several labels a
        column of 0 and 1 each. Columns are found by name, others are ignored.

        Raises:
            DataError: the frame lacks a column, or holds a value that the data has not.
        """
        import pandas as pd

        names, chosen = (
            class_names(self.schema),
            decide(self._logits(frame), self.schema).astype(int),
        )
        if self.schema.link is Link.SIGMOID:
            return pd.DataFrame(chosen, index=frame.index, columns=names)
        return pd.Series(
            np.array(names, object)[chosen], index=frame.index, name=self.schema.target or "class"
        )

    def predict_proba(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Probabilities, a column for each class or label by its name.

        Raises:
            DataError: the frame lacks a column, or holds a value that the data has not.
        """
        import pandas as pd

        p = to_probabilities(self._logits(frame), self.schema)
        return pd.DataFrame(p, index=frame.index, columns=class_names(self.schema))

    def _logits(self, frame: pd.DataFrame) -> Array:
        if len(self.schema.inputs) != 1:
            raise DataError("the student takes images; give it rows: predict(rows)")
        x = to_rows(frame, self.schema, "the frame")
        return self.predict(Rows(x, None, np.full(len(x), -1)))
