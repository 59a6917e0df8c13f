"""Generators that fit a model: what they must keep of the training rows, against formulas."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import binom, ks_2samp, kstest, multivariate_normal, spearmanr, truncnorm
from sklearn.metrics import adjusted_rand_score
from tscbench_plugins.generators.arf import Normals, _cells, arf
from tscbench_plugins.generators.cart_gibbs import cart_gibbs
from tscbench_plugins.generators.copula import copula
from tscbench_plugins.generators.gmm import gmm
from tscbench_plugins.generators.kde import kde

from tscbench import DataError, Link, Rows, Schema

MODELS = {
    "arf": lambda train, schema, rng: arf(train, schema, rng, n_trees=5, max_rounds=4),
    "cart_gibbs": cart_gibbs,
    "copula": copula,
    "gmm": gmm,
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def table(x, y=None, levels=None, link=Link.SOFTMAX, k=2):
    """Rows and schema of `x`; `levels` is the cardinality of each column, 0 for numbers."""
    x = np.asarray(x, float)
    levels = np.zeros(x.shape[1], int) if levels is None else np.asarray(levels)
    names = tuple(f"c{j}" for j in range(x.shape[1]))
    missing = bool(np.isnan(x).any())
    schema = Schema(x.shape[1:], (k,), link, levels == 0, levels, names, missing=missing)
    return Rows(x, y, np.arange(len(x))), schema


def drawn(model, train, schema, n, seed=1):
    made = model(train, schema, np.random.default_rng(0)).sample(n, np.random.default_rng(seed))
    return made[0] if isinstance(made, tuple) else made


def ring(n, rng):
    """x₀² + x₁² ≈ 1, and a level that says the sign of x₀: uncorrelated but not independent."""
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = 1 + 0.03 * rng.standard_normal(n)
    x = radius * np.array([np.cos(angle), np.sin(angle)])
    return table(np.vstack([x, x[0] > 0]).T, rng.integers(0, 2, n), [0, 0, 2])


@every_model
def test_a_dependence_survives_that_marginals_would_break(model):
    train, schema = ring(3000, np.random.default_rng(5))
    permuted = np.random.default_rng(0).permuted(train.x, axis=0)
    x = drawn(model, train, schema, 3000)

    def off(x):
        return np.mean(np.abs(np.hypot(x[:, 0], x[:, 1]) - 1))

    assert off(x) < 0.5 * off(permuted)
    clear = np.abs(x[:, 0]) > 0.3
    assert np.mean((x[clear, 0] > 0) == x[clear, 2]) > 0.9
    assert ks_2samp(x[:, 0], train.x[:, 0]).statistic < 0.05


@every_model
def test_shares_of_levels_and_of_missing_values_are_kept(model):
    rng = np.random.default_rng(3)
    level = rng.choice(3, size=4000, p=[0.6, 0.3, 0.1])
    number = level + 0.3 * rng.standard_normal(4000)
    number[rng.random(4000) < 0.2] = np.nan
    train, schema = table(np.column_stack([level, number]), np.zeros(4000, int), [3, 0])
    x = drawn(model, train, schema, 4000)
    assert np.bincount(x[:, 0].astype(int)) / 4000 == pytest.approx([0.6, 0.3, 0.1], abs=0.05)
    assert np.isnan(x[:, 1]).mean() == pytest.approx(0.2, abs=0.05)
    there = ~np.isnan(x[:, 1])
    for code in range(3):
        assert np.median(x[there & (x[:, 0] == code), 1]) == pytest.approx(code, abs=0.1)


@every_model
@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_few_rows_constants_and_empty_columns(model, rows):
    rng = np.random.default_rng(rows)
    x = np.column_stack(
        [
            rng.standard_normal(rows),
            np.full(rows, 4.2),
            np.full(rows, np.nan),
            rng.integers(0, 2, rows),
        ]
    )
    train, schema = table(x, np.ones(rows, int), [0, 0, 0, 5])
    before = x.copy()
    for n in (0, 1, 7):
        made = drawn(model, train, schema, n)
        assert made.shape == (n, 4) and made.dtype == np.float64
        assert (made[:, 1] == 4.2).all() and np.isnan(made[:, 2]).all()
        assert np.isin(made[:, 3], x[:, 3]).all()
        assert ((made[:, 0] >= x[:, 0].min()) & (made[:, 0] <= x[:, 0].max())).all()
    np.testing.assert_array_equal(train.x, before)


@every_model
def test_one_column_alone_is_its_marginal(model):
    x = np.random.default_rng(4).exponential(size=(2000, 1))
    made = drawn(model, *table(x, np.zeros(2000, int)), 2000)
    assert ks_2samp(made[:, 0], x[:, 0]).pvalue > 1e-3


@every_model
def test_whole_numbers_and_heaped_zeros_stay(model):
    rng = np.random.default_rng(6)
    count = rng.poisson(3, 3000)
    amount = np.where(rng.random(3000) < 0.7, 0.0, rng.exponential(size=3000))
    made = drawn(model, *table(np.column_stack([count, amount]), np.zeros(3000, int)), 3000)
    np.testing.assert_array_equal(made[:, 0], np.round(made[:, 0]))
    assert np.mean(made[:, 1] == 0) == pytest.approx(0.7, abs=0.05)


def test_cart_gibbs_draws_only_training_values_and_more_sweeps_copy_less():
    train, schema = ring(1000, np.random.default_rng(7))
    made = {}
    for sweeps in (0, 1, 3):
        sampler = cart_gibbs(train, schema, np.random.default_rng(0), sweeps=sweeps)
        made[sweeps] = sampler.sample(1000, np.random.default_rng(1))
        for j in range(3):
            assert np.isin(made[sweeps][:, j], train.x[:, j]).all()
    known = {tuple(row) for row in train.x}
    assert all(tuple(row) in known for row in made[0])
    assert np.mean([tuple(row) in known for row in made[1]]) < 0.05


def test_cart_gibbs_with_whole_leaves_is_independent_marginals():
    train, schema = ring(1000, np.random.default_rng(8))
    sampler = cart_gibbs(train, schema, np.random.default_rng(0), min_leaf=1000)
    x = sampler.sample(2000, np.random.default_rng(1))
    agree = np.mean((x[:, 0] > 0) == x[:, 2])
    assert 2000 * agree == pytest.approx(1000, abs=5 * binom.std(2000, 0.5))


def test_arf_cells_are_boxes_around_their_rows_and_share_out_all_rows():
    from sklearn.ensemble import RandomForestClassifier

    rng = np.random.default_rng(9)
    x = rng.standard_normal((400, 3)).astype(np.float32).astype(float)
    both = np.concatenate([x, rng.permuted(x, axis=0) + 0.5])
    forest = RandomForestClassifier(3, min_samples_leaf=4, random_state=0)
    for tree in forest.fit(both, np.repeat([1, 0], 400)).estimators_:
        cells = _cells(tree, x, 1)
        assert cells.count.sum() == 400
        assert adjusted_rand_score(cells.of_row, tree.apply(x)) == 1
        assert ((x >= cells.low[cells.of_row]) & (x <= cells.high[cells.of_row])).all()
        inside = (x[:, None] >= cells.low) & (x[:, None] <= cells.high)
        np.testing.assert_array_equal(inside.all(axis=2).sum(axis=0), cells.count)
        merged = _cells(tree, x, 10)
        assert merged.count.min() >= 10
        for leaf in np.unique(merged.of_row):
            rows = merged.rows[merged.start[leaf] :][: merged.count[leaf]]
            assert set(np.flatnonzero(merged.of_row == leaf)) <= set(rows)


def test_arf_numbers_follow_the_truncated_normal():
    mean, sd, low, high = 3.0, 2.0, 2.5, 8.0
    normals = Normals(*(np.array([[value, 7.0]]) for value in (mean, sd, low, high)))
    normals.sd[0, 1] = 0.0
    x = normals.draw(np.zeros(5000, int), np.random.default_rng(16))
    peer = truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)
    assert kstest(x[:, 0], peer.cdf).pvalue > 1e-3
    assert (x[:, 1] == 7.0).all()


def test_arf_stays_within_the_training_range_and_copies_no_row():
    train, schema = ring(1000, np.random.default_rng(10))
    x = drawn(MODELS["arf"], train, schema, 1000)
    assert (x.min(axis=0) >= train.x.min(axis=0)).all()
    assert (x.max(axis=0) <= train.x.max(axis=0)).all()
    assert not np.isin(x[:, 0], train.x[:, 0]).any()


@pytest.mark.parametrize("bandwidth", [0.2, 1.0])
def test_copula_keeps_marginals_and_shrinks_the_normal_correlation_by_its_formula(bandwidth):
    rng = np.random.default_rng(11)
    z = multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]]).rvs(20_000, random_state=rng)
    train, schema = table(np.column_stack([np.exp(z[:, 0]), z[:, 1] ** 3]))
    sampler = copula(train, schema, np.random.default_rng(0), bandwidth=bandwidth)
    x = sampler.sample(20_000, np.random.default_rng(1))
    for j in range(2):
        assert ks_2samp(x[:, j], train.x[:, j]).pvalue > 1e-3
    shrunk = 0.8 / (1 + bandwidth**2)
    expected = 6 / np.pi * np.arcsin(shrunk / 2)  # Spearman's rho of a normal correlation
    assert spearmanr(x).statistic == pytest.approx(expected, abs=0.02)


def test_copula_without_bandwidth_is_the_bootstrap():
    rng = np.random.default_rng(12)
    x = np.column_stack([rng.integers(0, 4, 500), rng.poisson(2, 500)]).astype(float)
    train, schema = table(x, levels=[4, 0])
    sampler = copula(train, schema, np.random.default_rng(0), bandwidth=0.0)
    made = sampler.sample(500, np.random.default_rng(1))
    assert {tuple(row) for row in made} <= {tuple(row) for row in x}


def test_gmm_finds_the_classes_of_a_known_mixture():
    rng = np.random.default_rng(13)
    y = (rng.random(8000) < 0.25).astype(int)
    means = np.array([[0.0, 5.0], [10.0, -3.0]])
    covariances = np.array([[[1.0, 0.7], [0.7, 1.0]], [[1.0, -0.6], [-0.6, 2.0]]])
    noise = np.einsum("nij,nj->ni", np.linalg.cholesky(covariances)[y], rng.normal(size=(8000, 2)))
    train, schema = table(means[y] + noise, y)
    x, labels = gmm(train, schema, np.random.default_rng(0)).sample(8000, rng)
    assert labels.mean() == pytest.approx(0.25, abs=0.02)
    for c in range(2):
        assert x[labels == c].mean(axis=0) == pytest.approx(means[c], abs=0.1)
        assert np.cov(x[labels == c].T) == pytest.approx(covariances[c], abs=0.15)


def test_gmm_says_unknown_where_it_cannot_give_labels():
    rng = np.random.default_rng(14)
    x, y = rng.standard_normal((200, 2)), rng.integers(0, 2, (200, 3)).astype(float)
    made, labels = gmm(*table(x, y, link=Link.SIGMOID, k=3), rng).sample(50, rng)
    assert made.shape == (50, 2) and labels.shape == (50, 3) and np.isnan(labels).all()
    _, labels = gmm(*table(x), rng).sample(50, rng)
    assert (labels == -1).all()
    _, labels = gmm(*table(x, np.repeat([-1, 1], [20, 180])), rng).sample(1000, rng)
    assert np.mean(labels == -1) == pytest.approx(0.1, abs=0.05)
    assert set(labels) == {-1, 1}


FRESH = """
import hashlib, sys
import numpy as np
sys.path[:0] = {path!r}
import test_model_generators as t
train, schema = t.ring(300, np.random.default_rng(15))
made = [t.drawn(m, train, schema, 100) for m in t.MODELS.values()]
print([hashlib.sha256(x.tobytes()).hexdigest() for x in made])
"""


def test_a_fresh_process_draws_the_same_bytes_and_global_state_is_left_alone(request):
    train, schema = ring(300, np.random.default_rng(15))
    np.random.seed(1)  # noqa: NPY002
    state = np.random.get_state()[1].tobytes()  # noqa: NPY002
    here = [
        hashlib.sha256(drawn(m, train, schema, 100).tobytes()).hexdigest() for m in MODELS.values()
    ]
    assert np.random.get_state()[1].tobytes() == state  # noqa: NPY002
    script = FRESH.format(path=[str(request.path.parent), *sys.path])
    there = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == str(here)


@pytest.mark.parametrize(("plugin", "most"), [(cart_gibbs, 1000), (gmm, 2000)])
def test_more_columns_than_it_can_end_with_are_refused(plugin, most) -> None:
    schema = Schema(
        (most + 1,), (2,), numeric=np.ones(most + 1, bool), cardinality=np.zeros(most + 1, int)
    )
    x = np.random.default_rng(0).normal(size=(4, most + 1))
    with pytest.raises(DataError, match=rf"{most + 1:,} (encoded )?columns.*{most:,} or fewer"):
        plugin(Rows(x, np.arange(4) % 2, np.arange(4)), schema, np.random.default_rng(0))


def test_the_kernel_density_of_few_wide_rows_has_their_covariance() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6, 300)) * np.arange(1, 301)
    schema = Schema((300,), (2,), numeric=np.ones(300, bool), cardinality=np.zeros(300, int))
    made = kde(Rows(x, None, np.arange(6)), schema, bandwidth=1.0).sample(4000, rng)
    found, wanted = (np.cov(table[:, [0, 7, 299]].T, bias=True) for table in (made, x))
    np.testing.assert_allclose(found, 2 * wanted, rtol=0.2, atol=10)
