"""Parity is counted, not assumed; and what students hand over is what they answer with."""

from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from tscbench_plugins.students.boosting import boosting
from tscbench_plugins.students.forest import forest
from tscbench_plugins.students.tree import tree

from tscbench import (
    CompressionSet,
    ContractError,
    Loss,
    Predictor,
    Rows,
    Schema,
    Targets,
    decide,
    to_logits,
    to_probabilities,
)
from tscbench.export.formats import Made, attempt
from tscbench.export.parity import compare

SCHEMA = Schema((3,), (2,), numeric=np.ones(3, bool), cardinality=np.zeros(3, int))


def rows_of(n: int = 300) -> Rows:
    return Rows(np.random.default_rng(n).normal(size=(n, 3)), None, np.arange(n))


def student(z) -> Predictor:
    return Predictor(lambda rows: np.stack([0 * rows.x[:, 0], z(rows.x)], axis=1))


def made(answer) -> Made:
    return Made(b"", {}, "", lambda path: answer)


def answers(given: Predictor):
    def answer(x):
        z = given.predict(Rows(x, None, np.arange(len(x))))
        return to_probabilities(z, SCHEMA), decide(z, SCHEMA)

    return answer


def test_rows_that_are_decided_otherwise_are_counted(tmp_path):
    ours, other = student(lambda x: x[:, 0]), student(lambda x: x[:, 0] + 0.25)
    rows = rows_of(9000)
    parity = compare(ours, made(answers(other)), tmp_path, rows, SCHEMA)
    turned = int(((rows.x[:, 0] < 0) & (rows.x[:, 0] >= -0.25)).sum())
    assert parity.other_decisions == turned > 0 and parity.rows == 9000
    assert f"{turned} of 9000" in str(parity)
    assert parity.facts()["share_of_other_decisions"] == turned / 9000
    half = 0.125  # where the logistic curve is steepest
    steepest = 1 / (1 + np.exp(-half)) - 1 / (1 + np.exp(half))
    assert parity.largest_difference == pytest.approx(steepest, abs=1e-4)


def test_ties_among_them_are_told_apart(tmp_path):
    """A file takes the larger of two numbers that differ by rounding; here they are equal."""
    ours = student(lambda x: np.where(x[:, 0] > 1, 1e-16, x[:, 1]))
    other = student(
        lambda x: np.where(x[:, 0] > 1, -1e-16, np.where(x[:, 0] < -2, -x[:, 1], x[:, 1]))
    )

    def answer(x):
        z = other.predict(Rows(x, None, np.arange(len(x))))
        return to_probabilities(z, SCHEMA), (z[:, 1] >= z[:, 0]).astype(int)

    rows = rows_of(500)
    parity = compare(ours, made(answer), tmp_path, rows, SCHEMA)
    ties, wrong = (rows.x[:, 0] > 1).sum(), (rows.x[:, 0] < -2).sum()
    assert (parity.ties, parity.other_decisions) == (ties, ties + wrong) and wrong > 0
    assert f"({ties} of them ties)" in str(parity)


def test_decisions_that_float32_turns_are_counted(tmp_path):
    ours = student(lambda x: np.where(x[:, 0] > 0.1, 1.0, -1.0))
    x = np.repeat([[0.1], [0.5], [0.3]], [3, 2, 1], axis=0) * np.ones((1, 3))
    parity = compare(ours, made(answers(ours)), tmp_path, Rows(x, None, np.arange(6)), SCHEMA)
    assert float(np.float32(0.1)) > 0.1
    assert (parity.other_decisions, parity.by_float32) == (0, 3)


def test_a_file_that_does_not_answer_is_one_sentence(tmp_path):
    def answer(x):
        raise ValueError("Input X contains NaN.\nand more")

    ours = student(lambda x: x[:, 0])
    with pytest.raises(ContractError, match="does not answer the test rows: ValueError: Input X"):
        compare(ours, made(answer), tmp_path, rows_of(), SCHEMA)


def test_a_model_that_is_not_what_the_student_answers_with_is_refused():
    rows = rows_of()
    y = 1 / (1 + np.exp(-3 * rows.x[:, 0]))
    model = LinearRegression().fit(10 * rows.x, y)
    given = Predictor(lambda rows: to_logits(model.predict(10 * rows.x), SCHEMA), model=model)
    for to in ("onnx", "skops"):
        assert "does not give the student's answers" in attempt(to, given, rows, SCHEMA)
        assert "neither of scikit-learn nor of torch" in attempt(
            to, replace(given, model={}), rows, SCHEMA
        )


def problem(k: int) -> tuple[CompressionSet, Schema]:
    rows = rows_of()
    z = rows.x[:, :1] * np.arange(k)
    schema = replace(SCHEMA, outputs=(k,))
    targets = (Targets(to_probabilities(z, schema), Loss.SQUARED),)
    return CompressionSet(rows, z, None, targets, len(rows)), schema


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("plugin", [forest, tree, boosting])
def test_students_hand_over_the_model_they_answer_with(plugin, k):
    given, schema = problem(k)
    fitted = plugin(given, schema, np.random.default_rng(0))
    few = [fitted.nested(n) for n in (1, 4)] if fitted.nested else []
    for one in [fitted, *few]:
        values = one.model.predict(given.rows.x)
        np.testing.assert_array_equal(
            one.predict(given.rows), to_logits(np.round(values, 10), schema)
        )
    for n, one in zip((1, 4), few, strict=False):
        assert n in (one.model.get_params().values()), "the model says its own size"


@pytest.mark.parametrize("plugin", [forest, tree, boosting])
def test_a_model_is_not_stored_twice(plugin):
    given, schema = problem(3)
    fitted = plugin(given, schema, np.random.default_rng(0))
    both, alone = (len(cloudpickle.dumps(p)) for p in (fitted, fitted.model))
    assert both < 1.1 * alone + 20_000
