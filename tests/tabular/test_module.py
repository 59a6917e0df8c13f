"""A codec as a torch module gives what the codec gives."""

import numpy as np
import pytest
import torch

from tscbench import Schema
from tscbench.tabular import codec_module, fit_codec


def table(n: int = 300):
    """Numbers with and without gaps, few values, one value, no value, and two kinds of levels."""
    rng = np.random.default_rng(n)
    x = np.stack(
        [
            rng.normal(size=n),
            rng.integers(0, 4, n),
            np.round(3 * rng.normal(size=n)),
            np.full(n, 2.0),
            rng.integers(0, 3, n),
            np.full(n, np.nan),
            1e9 + rng.random(n),
        ],
        axis=1,
    )
    x[::7, 0] = x[::5, 1] = np.nan
    numeric = np.array([1, 0, 1, 1, 0, 1, 1], bool)
    return x, Schema((7,), (2,), numeric=numeric, cardinality=np.where(numeric, 0, 4))


@pytest.mark.parametrize("numeric", ["standardise", "rank_gauss", "unit"])
def test_it_encodes_as_the_codec(numeric):
    x, schema = table()
    codec = fit_codec(x, schema, numeric=numeric)
    shifted = x + np.random.default_rng(1).normal(size=x.shape)
    far = np.outer([1e12, -1e12, np.nan, 0.0], np.ones(7))
    rows = np.concatenate([x, x[:, ::1] * 3, shifted, far])
    with np.errstate(over="ignore"):
        expected = codec.encode(rows).astype(np.float32)
    np.testing.assert_array_equal(codec_module(codec)(torch.as_tensor(rows)).numpy(), expected)


def test_tables_of_one_kind_of_column():
    x, schema = table()
    for columns in ([0, 2], [1, 4]):
        part = Schema((2,), (2,), numeric=schema.numeric[columns], cardinality=np.array([0, 0]))
        part = Schema((2,), (2,), numeric=part.numeric, cardinality=np.where(part.numeric, 0, 4))
        codec = fit_codec(x[:, columns], part)
        made = codec_module(codec)(torch.as_tensor(x[:, columns])).numpy()
        np.testing.assert_array_equal(made, codec.encode(x[:, columns]).astype(np.float32))
