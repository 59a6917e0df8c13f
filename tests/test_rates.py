"""The rates of the slides' two constructed examples, at repeats 0, 1, 2, … of each n."""

import numpy as np
import pytest
from tscbench_plugins.datasets.constant_truth import constant_truth
from tscbench_plugins.datasets.smooth_truth import smooth_truth
from tscbench_plugins.metrics.truth_error import truth_error
from tscbench_plugins.objectives.semiparametric import semiparametric
from tscbench_plugins.queries.crossfit import crossfit
from tscbench_plugins.students.constant import constant
from tscbench_plugins.teachers.nadaraya_watson import nadaraya_watson
from tscbench_plugins.teachers.ridge import ridge

from tscbench import CompressionSet
from tscbench.line.splits import draw_folds

VANILLA = {"gamma_alpha": 0.0, "scale": "logp"}
CORRECTED = {"gamma": "orthogonal", "scale": "logp"}
FOLDS = 5


def errors(make, fit, queries, n, repeats):
    """(f̂ - f₀)² of a constant student, `(repeats,)` for each of the queries: in-bag and vanilla,
    or cross-fit with a correction or without."""
    found = {name: [] for name in queries}
    for repeat in range(repeats):
        data = make(np.random.default_rng([n, repeat]), n_rows=n)
        train, test = data.rows.take(~data.test), data.rows.take(data.test)
        for name, (crossed, objective) in queries.items():
            outputs = answers(fit, train, data.schema, crossed)
            real = np.ones(n, bool)
            targets = semiparametric(outputs, train.y, real, data.schema, **objective)
            student = constant(CompressionSet(train, outputs, train.y, (targets,), n), data.schema)
            z = student.predict(test.unlabelled())
            error = truth_error(z, data.schema, test.truth, scale="logp", to="mean")
            found[name].append(error)
    return {name: np.array(values) for name, values in found.items()}


def answers(fit, train, schema, crossed):
    if not crossed:
        return fit(train, schema).predict(train.unlabelled())
    fold = draw_folds(train, FOLDS, 0)
    teachers = [fit(train.take(fold[train.id] != i), schema) for i in range(FOLDS)]
    return crossfit(teachers, fold, train, schema, folds=FOLDS)


def slope(means):
    return np.polyfit(np.log(list(means)), np.log(list(means.values())), 1)[0]


def underfitted(train, schema):
    return ridge(train, schema, degree=0)


@pytest.fixture(scope="module")
def ridge_errors():
    arms = {"vanilla": (False, VANILLA), "enhanced": (True, CORRECTED)}
    return {n: errors(constant_truth, underfitted, arms, n, 200) for n in (100, 200, 400, 800)}


def test_an_underfitted_teacher_keeps_vanilla_distillation_from_the_fast_rate(ridge_errors):
    for n, found in ridge_errors.items():
        assert found["vanilla"].mean() >= n**-0.5 / 4
    assert slope({n: e["vanilla"].mean() for n, e in ridge_errors.items()}) > -0.7


def test_enhanced_distillation_has_the_fast_rate_all_the_same(ridge_errors):
    assert slope({n: e["enhanced"].mean() for n, e in ridge_errors.items()}) <= -0.8


def test_cross_fitting_repairs_an_interpolating_teacher_at_its_rate():
    arms = {"vanilla": (False, VANILLA), "crossfit": (True, VANILLA)}
    found = {n: errors(smooth_truth, nadaraya_watson, arms, n, 60) for n in (100, 200, 400, 800)}
    vanilla = {n: e["vanilla"].mean() for n, e in found.items()}
    assert abs(slope(vanilla)) < 0.05 and min(vanilla.values()) > 1
    d = 2
    rate = slope({n: e["crossfit"].mean() for n, e in found.items()})
    assert rate == pytest.approx(-4 / (4 + d), abs=0.2)


def test_the_interpolating_teacher_errs_on_training_rows_and_not_on_fresh_ones():
    seen, fresh = {}, {}
    for n in (100, 400, 1600):
        data = smooth_truth(np.random.default_rng(n), n_rows=n)
        train, test = data.rows.take(~data.test), data.rows.take(data.test)
        model = nadaraya_watson(train, data.schema)
        for found, rows in ((seen, train), (fresh, test)):
            found[n] = truth_error(model.predict(rows.unlabelled()), data.schema, rows.truth)
    p0 = 0.25 - 0.4**2 / 2  # the mean of p₀(1 - p₀)
    assert all(value == pytest.approx(p0, abs=0.02) for value in seen.values())
    assert slope(fresh) == pytest.approx(-4 / 6, abs=0.2)
