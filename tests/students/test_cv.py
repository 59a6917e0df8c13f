"""Cross-validation around a student: what is chosen, from which rows, and with which teachers."""

import numpy as np
import pytest
from tscbench_plugins.objectives.semiparametric import semiparametric
from tscbench_plugins.students.cv import _parts

from tscbench import (
    CompressionSet,
    ContractError,
    Loss,
    Rows,
    Schema,
    SpecError,
    Targets,
    to_logits,
    to_probabilities,
)
from tscbench.contracts.spec import parse
from tscbench.registry import discover
from tscbench.tabular import rows_in

REGISTRY = discover()
TWO = Schema((3,), (2,), numeric=np.ones(3, bool), cardinality=np.zeros(3, int))
NO_ROWS = Rows(np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, int))


def bind(text="", student="tree(max_depth=3)"):
    return REGISTRY.bind("student", parse(f"cv(student={student}{', ' * bool(text)}{text})"))


def problem(useful: bool, n=400, synthetic=0):
    """Rows whose teacher is right, or knows nothing of the class."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n + synthetic, 3))
    p = 1 / (1 + np.exp(-3 * x[:, 0]))
    y = (rng.random(n + synthetic) < p).astype(int)
    real = np.arange(n + synthetic) < n
    z = to_logits(p if useful else np.full(len(x), 0.5) + 0.1 * np.sin(9 * x[:, 1]), TWO)
    rows = Rows(x, np.where(real, y, -1), np.where(real, np.arange(len(x)), -1))
    targets = (Targets(to_probabilities(z, TWO), Loss.SQUARED),)
    return CompressionSet(rows, z, rows.y, targets, n, real=real)


def fit(bound, given, seed=0, **more):
    offered = {"fold": np.zeros(0, int), "fold_outputs": [], "valid": NO_ROWS, "schema": TWO}
    return bound(compression_set=given, rng=np.random.default_rng(seed), **offered | more)


def test_a_useless_teacher_is_passed_over_and_a_right_one_kept():
    grid = "gamma_alpha=[0, 1000]"
    assert fit(bind(grid), problem(useful=False)).history["gamma_alpha"] == [1000]
    assert fit(bind(grid, "tree(max_leaf_nodes=64)"), problem(useful=True)).history == {
        "gamma_alpha": [0]
    }


def test_one_choice_is_the_student_on_the_targets_of_the_objective():
    given = problem(useful=True, synthetic=50)
    alone = fit(bind("gamma_alpha=0.1"), given)
    real = given.real
    targets = semiparametric(given.outputs, given.labels, real, TWO, gamma_alpha=0.1)
    inner = REGISTRY.bind("student", "tree(max_depth=3)")
    aimed = CompressionSet(given.rows, given.outputs, given.labels, (targets,), 400, real=real)
    expected = inner(compression_set=aimed, schema=TWO, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(alone.predict(given.rows), expected.predict(given.rows))


def test_without_a_grid_it_is_the_authors_with_nought():
    cv = bind()
    fitted = fit(cv, problem(useful=False, n=60))
    grid = [0.0, *(10.0**k for k in range(-5, 4))]
    assert fitted.history["gamma_alpha"][0] in grid
    assert str(cv) == "cv(student=tree(max_depth=3))"


def test_smaller_students_are_cut_from_one_fit_with_a_choice_of_their_own():
    given, grid = problem(useful=False), "gamma_alpha=[0, 0.001, 10], folds=3"
    large = fit(bind(grid, "forest(n_trees=9)"), given)
    for n in (1, 2, 6, 9):
        small = fit(bind(grid, f"forest(n_trees={n})"), given)
        cut = large.nested(n)
        np.testing.assert_array_equal(cut.predict(given.rows), small.predict(given.rows))
        assert cut.history == small.history and cut.size["trees"] == n
    assert bind(grid, "forest(n_trees=9)").size == 9 and bind(grid).size is None


def test_a_lower_metric_is_better_where_it_is():
    given = problem(useful=False)
    chosen = fit(bind("gamma_alpha=[0, 1000], metric=log_loss"), given).history["gamma_alpha"]
    assert chosen == [1000]


def test_any_parameter_of_any_objective_may_be_chosen():
    text = "objective=mixed, kd_weight=[0, 0.5, 1]"
    assert fit(bind(text), problem(useful=False)).history["kd_weight"] in ([0], [0.5])


def test_an_objective_without_a_choice_is_taken_as_it_is():
    given = problem(useful=True)
    fitted = fit(bind("objective=probabilities"), given)
    plain = REGISTRY.bind("student", "tree(max_depth=3)")
    expected = plain(compression_set=given, schema=TWO, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(fitted.predict(given.rows), expected.predict(given.rows))
    assert fitted.history == {}


def test_test_rows_and_synthetic_rows_have_no_part_in_the_choice():
    """Synthetic rows are in the last fit alone; their labels are not known and not asked for."""
    given = problem(useful=True, synthetic=300)
    shifted = given.rows.x.copy()
    shifted[400:] += 50
    rows = Rows(shifted, given.rows.y, given.rows.id)
    moved = CompressionSet(rows, given.outputs, given.labels, given.targets, 400, real=given.real)
    grid = "gamma_alpha=[0, 0.01, 0.1, 1]"
    assert fit(bind(grid), given).history == fit(bind(grid), moved).history


def test_nested_outputs_replace_those_of_teachers_that_saw_the_fold():
    """The outer outputs are the labels, which promise a perfect teacher; those of teachers without
    the fold say nothing, so that the correction is what helps."""
    given = problem(useful=False)
    z = to_logits(np.where(given.labels == 1, 0.999, 0.001), TWO)
    told = CompressionSet(given.rows, z, given.labels, given.targets, 400, real=given.real)
    ids = given.rows.id
    fold = np.arange(400) % 5
    outputs = []
    for i in range(5):
        outputs.append(np.where((fold == i)[:, None], np.nan, given.outputs[ids]))
    grid = "gamma_alpha=[0, 1000]"
    nested = fit(bind(grid + ", nested=true"), told, fold=fold, fold_outputs=outputs)
    assert nested.history["gamma_alpha"] == [1000]
    assert bind("nested=true, folds=4").folds == 4 and bind().folds == 0


def test_needs_and_offers_are_those_of_what_is_inside():
    cv = bind("objective=semiparametric(scale=logp)")
    assert cv.needs == {"single_label"} and cv.offers == {"squared", "signed_targets"}
    assert bind("objective=semiparametric(scale=annealed)").needs >= {"cross_entropy"}
    assert bind(student="mlp").offers == {
        *("squared", "cross_entropy", "signed_targets", "temperature", "dropout", "features")
    }
    for text, said in [
        ("gamma_beta=[1]", "no parameter 'gamma_beta'"),
        ("folds=1", "2 or more"),
        ("metric=fidelity", "takes teacher_outputs"),
    ]:
        with pytest.raises(SpecError, match=said):
            _ = bind(text).needs


def test_a_set_without_a_teacher_is_refused():
    given = problem(useful=True)
    bare = CompressionSet(given.rows, None, given.labels, given.targets, 400)
    with pytest.raises(ContractError, match="asks the teacher"):
        fit(bind(), bare)


@pytest.mark.parametrize("other", [0.0, -0.0, np.nan])
def test_identical_rows_share_a_fold_whatever_their_bits_are(other):
    """Labels are coin flips, and rows come three times: a fold that leaked its labels to the other
    folds would be judged right by a student that remembers."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 3))
    x[:, 2] = other
    whole = np.concatenate([x, x * [1, 1, -1], x])
    y = np.tile(rng.integers(2, size=60), 3)
    rows = Rows(whole, y, np.arange(180))
    z = to_logits(np.full(180, 0.5), TWO)
    given = CompressionSet(rows, z, y, (), 180, real=np.ones(180, bool))
    for seed in range(3):
        parts = list(_parts(given, np.zeros(0, int), [], 5, np.random.default_rng(seed)))
        assert sum(len(held) for _, held in parts) == 180
        for others, held in parts:
            assert not rows_in(held.x, others.rows.x).any()
            assert 30 <= len(held) <= 42
