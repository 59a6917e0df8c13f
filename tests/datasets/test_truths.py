"""The constructed examples: their truth is known, their rows are drawn from it."""

import numpy as np
import pytest
from tscbench_plugins.datasets.constant_truth import constant_truth
from tscbench_plugins.datasets.smooth_truth import smooth_truth

from tscbench import to_probabilities


def parts(data):
    p = to_probabilities(data.rows.truth, data.schema)[:, 1]
    return p, data.rows.y, data.test


def test_a_constant_truth_is_what_labels_are_drawn_by():
    data = constant_truth(np.random.default_rng(0), p=0.7, n_rows=20_000, n_test=50)
    p, y, test = parts(data)
    assert np.allclose(p, 0.7) and test.sum() == 50 and test[-50:].all()
    error = np.sqrt(0.7 * 0.3 / 20_000)
    assert abs(y[~test].mean() - 0.7) < 4 * error
    above = data.rows.x[~test, 0] > 0.5
    assert abs(y[~test][above].mean() - y[~test][~above].mean()) < 4 * 2 * error


@pytest.mark.parametrize(("d", "amplitude"), [(1, 0.4), (3, 0.3)])
def test_a_smooth_truth_has_the_mean_logarithm_that_its_docstring_says(d, amplitude):
    data = smooth_truth(np.random.default_rng(0), d=d, amplitude=amplitude, n_rows=20_000)
    p, y, test = parts(data)
    f0 = np.log((0.5 + np.sqrt(0.25 - amplitude**2)) / 2)
    assert np.log(p[test]).mean() == pytest.approx(f0, abs=1e-12)
    assert data.rows.x.shape == (21_000, d)
    z = (y[~test] - p[~test]) / np.sqrt(p[~test] * (1 - p[~test]))
    assert abs(z.mean()) < 4 / np.sqrt(20_000) and abs(z.std() - 1) < 0.05
