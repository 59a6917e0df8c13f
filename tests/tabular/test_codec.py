"""The codec: scales against formulas, and every training row back again."""

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from tscbench import Schema
from tscbench.tabular import fit_codec

SCALINGS = ("standardise", "rank_gauss", "unit")


def schema_of(cardinality):
    cardinality = np.array(cardinality)
    return Schema((len(cardinality),), (2,), numeric=cardinality == 0, cardinality=cardinality)


def mixed():
    rng = np.random.default_rng(0)
    n = 60
    x = np.stack(
        [
            rng.normal(5, 3, n),
            rng.integers(0, 4, n),
            rng.integers(0, 3, n),
            rng.exponential(size=n),
            np.full(n, 0.3),
            np.full(n, np.nan),
            rng.integers(0, 2, n),
        ],
        axis=1,
    )
    x[:5, 0] = np.nan
    x[3:9, 2] = np.nan
    return x, schema_of([0, 0, 3, 0, 0, 0, 2])


@pytest.mark.parametrize("numeric", SCALINGS)
@pytest.mark.parametrize("draw", [False, True])
def test_training_rows_come_back(numeric, draw):
    x, schema = mixed()
    before = x.copy()
    codec = fit_codec(x, schema, np.random.default_rng(0), numeric=numeric)
    z = codec.encode(x)
    assert z.shape == (60, codec.width) == (60, 2 + 1 + 4 + 1 + 1 + 2 + 2)
    assert np.isfinite(z).all()
    back = codec.decode(z, np.random.default_rng(1), draw=draw)
    np.testing.assert_allclose(back, x, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(back[:, [1, 2, 6]], x[:, [1, 2, 6]])
    np.testing.assert_array_equal(x, before)


def test_blocks_tile_the_encoded_columns():
    x, schema = mixed()
    blocks = fit_codec(x, schema).blocks
    assert [b.column for b in blocks] == list(range(7))
    assert [b.numeric for b in blocks] == schema.numeric.tolist()
    assert [b.missing for b in blocks] == [True, False, True, False, False, True, False]
    assert [b.start for b in blocks] == [0] + [b.stop for b in blocks][:-1]


def test_scales_follow_their_formulas():
    x = np.random.default_rng(0).exponential(size=(200, 1))
    schema = schema_of([0])
    z = fit_codec(x, schema, numeric="standardise").encode(x)
    np.testing.assert_allclose(z, (x - x.mean()) / x.std())
    z = fit_codec(x, schema, numeric="unit").encode(x)
    np.testing.assert_allclose(z, (x - x.min()) / (x.max() - x.min()))
    z = fit_codec(x, schema, numeric="rank_gauss").encode(x)
    np.testing.assert_allclose(z[:, 0], norm.ppf((rankdata(x) - 0.5) / 200))


def test_rank_gauss_keeps_the_share_of_a_common_value():
    rng = np.random.default_rng(0)
    x = np.where(rng.random(4000) < 0.6, 0.0, rng.exponential(size=4000))[:, None]
    codec = fit_codec(x, schema_of([0]), numeric="rank_gauss")
    drawn = codec.decode(rng.standard_normal((20000, 1)), rng)
    assert np.mean(drawn == 0) == pytest.approx(np.mean(x == 0), abs=0.01)
    for q in (0.7, 0.9, 0.99):
        assert np.quantile(drawn, q) == pytest.approx(np.quantile(x, q), rel=0.1)
    assert drawn.max() <= x.max()


def test_missing_becomes_a_flag_and_the_mean():
    x = np.array([[1.0], [np.nan], [4.0]])
    z = fit_codec(x, schema_of([0])).encode(x)
    np.testing.assert_allclose(z, [[-1, 0], [0, 1], [1, 0]])


def test_missing_that_training_never_had():
    x = np.array([[1.0, 0], [3.0, 1], [5.0, 2]])
    codec = fit_codec(x, schema_of([0, 3]))
    np.testing.assert_array_equal(codec.encode(np.full((1, 2), np.nan)), [[0, 0, 0, 0]])


def test_levels_are_drawn_in_proportion():
    x = np.array([[0.0], [1.0], [2.0]])
    codec = fit_codec(x, schema_of([3]))
    z = np.tile([0.2, 0.5, 0.3], (20000, 1))
    assert (codec.decode(z, np.random.default_rng(0)) == 1).all()
    drawn = codec.decode(z, np.random.default_rng(0), draw=True)[:, 0].astype(int)
    np.testing.assert_allclose(np.bincount(drawn) / 20000, [0.2, 0.5, 0.3], atol=0.015)
    nothing = codec.decode(np.full((3000, 3), -1.0), np.random.default_rng(0), draw=True)
    np.testing.assert_allclose(np.bincount(nothing[:, 0].astype(int)) / 3000, 1 / 3, atol=0.04)


def test_whole_columns_are_rounded_and_others_not():
    x = np.array([[0.0, 0.0], [10.0, 10.5]])
    codec = fit_codec(x, schema_of([0, 0]), numeric="unit")
    np.testing.assert_allclose(
        codec.decode(np.full((1, 2), 0.42), np.random.default_rng(0)), [[4.0, 4.41]]
    )


@pytest.mark.parametrize("numeric", SCALINGS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_rows(numeric, n):
    x, schema = mixed()
    codec = fit_codec(x[:n], schema, numeric=numeric)
    z = codec.encode(x[:n])
    np.testing.assert_allclose(codec.decode(z, np.random.default_rng(0)), x[:n], atol=1e-12)
    assert np.isfinite(codec.encode(x[n : n + 1])).all()
