"""Numbers that single precision has not got are refused, with their column, before models fail."""

import numpy as np
import pytest

from tscbench import Data, DataError, Rows, Schema
from tscbench.line.load import load_data
from tscbench.line.splits import Parts
from tscbench.line.synthetic import checked_rows

SCHEMA = Schema(
    (2,),
    (2,),
    numeric=np.ones(2, bool),
    cardinality=np.zeros(2, int),
    columns=("mass", "charge"),
    classes=("a", "b"),
)


def data(value: float) -> Data:
    x = np.arange(24.0).reshape(12, 2)
    x[3, 1] = value
    return Data(SCHEMA, Rows(x, np.arange(12) % 2, np.arange(12)))


@pytest.mark.parametrize(
    ("value", "said"),
    [(1e300, "holds 1e[+]300"), (-4e38, "holds -4e[+]38"), (np.inf, "holds infinite values")],
)
def test_values_beyond_single_precision_are_refused(value: float, said: str) -> None:
    with pytest.raises(DataError, match=rf"column 'charge' {said} \(row 3.*within ±3.4e[+]38"):
        load_data(lambda fetch, rng: data(value), None)


def test_the_largest_single_number_is_taken() -> None:
    assert load_data(lambda fetch, rng: data(float(np.finfo(np.float32).max)), None)
    assert np.isnan(load_data(lambda fetch, rng: data(np.nan), None).rows.x[3, 1])


def test_synthetic_rows_beyond_it_are_refused() -> None:
    rows = data(0.0).rows
    parts = Parts(SCHEMA, rows, rows.take(np.arange(0)), rows)
    with pytest.raises(DataError, match="gave 1e[+]39 in column 'charge', beyond ±3.4e[+]38"):
        checked_rows(np.full((2, 2), [0.0, 1e39]), 2, parts)
