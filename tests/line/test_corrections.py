"""Corrected targets, split teachers and nested folds through the whole line, with every fit
counted."""

import numpy as np
import pytest

from tscbench import DataError, to_probabilities
from tscbench.line.evaluator import Evaluator
from tscbench.line.splits import draw_folds, draw_share

LABEL = "semiparametric(gamma=orthogonal)"  # on probabilities its target is the label
CV = "cv(student=linear, gamma_alpha=[0, 1], folds=3, metric=accuracy{})"


def made(session, nth=0):
    """The nth line's compression set and parts."""
    student = session.plan.lines[nth].model
    evaluator = Evaluator(session.store)
    return evaluator.get(student.inputs["compression_set"]), evaluator.get(student.inputs["parts"])


@pytest.mark.parametrize("mix", ["real", "both(ratio=2)", "fake(ratio=1)"])
@pytest.mark.parametrize("query", ["inbag", "crossfit(folds=3)"])
def test_training_rows_are_corrected_and_rows_of_a_generator_are_not(lab, mix, query):
    """This one copies training rows with their labels and ids, as if they were real."""
    grid = {"generator": ["copies"], "mix": [mix], "objective": [LABEL], "query": [query]}
    given, parts = made(lab.open(grid))
    real, n = given.real, len(parts.train)
    assert list(real) == [True] * (n * (mix != "fake(ratio=1)")) + [False] * (
        len(real) - real.sum()
    )
    plain = to_probabilities(given.outputs, parts.schema)
    values = given.targets[0].values
    np.testing.assert_allclose(values[real], np.eye(2)[given.labels[real]])
    np.testing.assert_allclose(values[~real], plain[~real])


def test_rows_of_a_live_set_are_not_corrected(lab):
    grid = {"generator": ["copies"], "mix": ["stream(p_fake=1)"], "objective": [LABEL]}
    given, parts = made(lab.open({**grid, "student": ["witness"], "query": ["crossfit(folds=3)"]}))
    fresh = given.fresh(np.random.default_rng(0))
    labels = {x.tobytes(): y for x, y in zip(parts.train.x, parts.train.y, strict=True)}
    theirs = np.eye(2)[[labels[x.tobytes()] for x in fresh.x]]
    assert not np.allclose(fresh.targets[0].values, theirs) and given.real.all()


def test_fold_teachers_are_fitted_once_however_many_cells_use_them(lab):
    grid = {
        "query": ["inbag", "crossfit(folds=3)"],
        "generator": ["far", "copies"],
        "mix": ["real", "both(ratio=2)", "fake(ratio=1)"],
        "objective": ["probabilities", "semiparametric", "semiparametric(gamma_alpha=1)", LABEL],
        "student": ["linear", "steps(n=2)", CV.format("")],
    }
    run = lab.run(grid, splits=2, seeds=2)
    assert len(run.scores()) > 100 and not [r for r in run.records() if r["status"] != "ok"]
    assert lab.fits["nearest"] == 2 * (1 + 3)


def test_a_split_teacher_answers_the_rows_that_it_never_saw(lab):
    session = lab.open({"query": ["split(share=0.7)"], "dataset": ["toy(n=200, copies=40)"]})
    given, parts = made(session)
    n = len(parts.train)
    assert abs(given.n_left_out - 0.7 * n) <= 1 and len(given.rows) == n - given.n_left_out
    fold = draw_share(parts.train, 0.7, 0)
    assert np.all(fold[given.rows.id] == 0) and lab.fits["nearest"] == 1
    seen = parts.train.take(fold[parts.train.id] == -1)
    assert not {x.tobytes() for x in seen.x} & {x.tobytes() for x in given.rows.x}
    lab.run({"query": ["split", "split(fold_seed=1)"]}, out="other", splits=2)
    assert lab.fits["nearest"] == 1 + 2 * (1 + 2)
    with pytest.raises(DataError, match="between 0 and 1"):
        draw_share(parts.train, 0.0001, 0)


@pytest.mark.parametrize(("query", "teachers"), [("inbag", 1), ("crossfit(folds=2)", 2)])
def test_nested_folds_refit_the_teachers_as_artefacts_of_the_plan(lab, query, teachers):
    students = ["linear", CV.format(", nested=true"), CV.format("")]
    grid = {"query": [query], "student": students, "mix": ["real"]}
    lab.run(grid, seeds=2)
    assert lab.fits["nearest"] == 1 + teachers * (query != "inbag") + 3 * teachers
    session = lab.open(grid)
    nested = next(line for line in session.plan.lines if "nested" in line.cell.student)
    evaluator = Evaluator(session.store)
    parts = evaluator.get(nested.parts)
    fold = draw_folds(parts.train, 3, 0)
    for i, artefact in enumerate(nested.model.inputs["fold_outputs"]):
        inner = evaluator.get(artefact.inputs["parts"])
        kept = parts.train.take(fold[parts.train.id] != i)
        np.testing.assert_array_equal(inner.train.id, kept.id)
        np.testing.assert_array_equal(inner.test.id, parts.test.id)
        assert evaluator.get(artefact).shape == (len(kept), 2)


def test_a_cell_without_a_teacher_has_nothing_to_choose_by(lab):
    plan = lab.open({"student": [CV.format("")], "objective": ["labels"]}).plan
    (reason,) = plan.skipped
    assert "takes outputs of the teacher, for which labels does not ask" in reason
