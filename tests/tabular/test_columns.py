"""What is missing in a column stays missing, whichever dtype this pandas gives to text."""

import numpy as np
import pandas as pd
import pytest

from tscbench import DataError
from tscbench.tabular import from_frame

HOLES = ["a", None, "b", "a"]
KINDS = {
    **{
        str(hole): pd.Series(np.array(["a", hole, "b", "a"], object))
        for hole in (None, np.nan, pd.NA, pd.NaT)
    },
    "inferred": pd.Series(HOLES),
    "string": pd.Series(HOLES, dtype="string"),
    "pyarrow": pd.Series(HOLES, dtype="string[pyarrow]"),
    "category": pd.Series(pd.Categorical(HOLES)),
    "category of objects": pd.Series(pd.Categorical(np.array(HOLES, object))),
    "alike up to NUL": pd.Series(np.array(["\x00a", None, "\x00b", "\x00a"], object)),
    "text like a hole": pd.Series(np.array(["None", None, "nan", "None"], object)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hole_is_no_level_and_no_class(kind):
    frame = pd.DataFrame({"c": KINDS[kind], "y": list("uvuv")})
    data = from_frame(frame, "y")
    np.testing.assert_array_equal(data.rows.x[:, 0], [0, np.nan, 1, 0])
    assert data.schema.cardinality.tolist() == [2] and data.schema.missing
    with pytest.raises(DataError, match="missing"):
        from_frame(frame, "c")
