"""A fit that is interrupted goes on, and each of its epochs is judged by the harness alone."""

import time

import numpy as np
import pytest

from tscbench import Link, Predictor, Rows, Schema
from tscbench.line import checkpoint
from tscbench.line.artefact import artefact
from tscbench.line.checkpoint import Checkpoint, accuracy
from tscbench.line.evaluator import Evaluator
from tscbench.line.splits import Parts
from tscbench.line.step import Step
from tscbench.line.store import Store


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(checkpoint, "KEPT_EVERY", 0.0)


def rows(y):
    y = np.asarray(y)
    return Rows(np.arange(len(y), dtype=float)[:, None], y, np.arange(len(y)))


def says(outputs):
    return Predictor(lambda rows: np.asarray(outputs, float)[: len(rows)])


def parts(valid, test, link=Link.SOFTMAX):
    return Parts(Schema((1,), (2,), link), rows(test), rows(valid), rows(test))


def test_accuracy_of_known_labels():
    schema = Schema((1,), (2,))
    z = np.array([[0, 1], [1, 0], [1, 0]])
    assert accuracy(np.array([1, 1, -1]), z, schema) == 0.5
    assert accuracy(np.array([-1, -1, -1]), z, schema) is None
    assert accuracy(np.zeros(0, int), z[:0], schema) is None
    several = np.array([[1.0, 0.0], [0.0, 1.0], [np.nan, 1.0]])
    z = np.array([[1, -1], [1, 1], [1, -1]])
    assert accuracy(several, z, Schema((1,), (2,), Link.SIGMOID)) == pytest.approx(3 / 5)


def test_curves_hold_what_the_fit_does_not_see():
    fit = Checkpoint(None, parts([0, 0], [1, 1, 0]))
    progress = fit.progress()
    assert progress.judge(says([[0, 1]] * 3)) is None
    progress.judge(says([[1, 0]] * 3))
    assert fit.curves == {
        "valid_accuracy": [0.0, 1.0],
        "test_accuracy": pytest.approx([2 / 3, 1 / 3]),
    }


def test_an_epoch_is_judged_on_no_more_rows_than_that():
    asked = []
    many = Predictor(lambda rows: asked.append(len(rows)) or np.zeros((len(rows), 2)))
    Checkpoint(None, parts(np.zeros(3, int), np.zeros(8, int)), judged=7).judge(many)
    assert asked == [3, 7]


def test_a_state_is_kept_now_and_then(tmp_path, monkeypatch):
    fit = Checkpoint(tmp_path / "state", parts([0], [0]))
    fit.save(lambda: b"too early")
    assert fit.saved() is None
    monkeypatch.setattr(checkpoint, "KEPT_EVERY", 0.0)
    fit.curves["test_accuracy"] = [0.5]
    fit.save(lambda: b"state")
    again = Checkpoint(tmp_path / "state", parts([0], [0]))
    assert again.saved() == b"state" and again.curves == {"test_accuracy": [0.5]}
    (tmp_path / "state").write_bytes(b"torn")
    assert Checkpoint(tmp_path / "state", parts([0], [0])).saved() is None


def test_a_step_goes_on_where_it_stopped(tmp_path, often):
    stops = [True, False]

    def count(artefact):
        fit = Checkpoint(artefact.checkpoint, parts([0], [0]))
        done = int(fit.saved() or b"0")
        fit.save(lambda: b"%d" % (done + 1))
        if stops.pop(0):
            raise KeyboardInterrupt
        return done + 1

    step = Step("long", count, 1, (), "", lambda here: {}, lambda here: True)
    evaluator, long = Evaluator(Store(tmp_path), {"long": step}), artefact("long", {})
    with pytest.raises(KeyboardInterrupt):
        evaluator.make(long)
    assert evaluator.store.checkpoint(long.key).exists() and not evaluator.store.has(long.key)
    assert evaluator.make(long) == 2
    assert not evaluator.store.checkpoint(long.key).exists()


def test_a_step_that_went_on_took_the_seconds_of_all_its_parts(tmp_path, often):
    stops = [True, True, False]

    def wait(artefact):
        fit = Checkpoint(artefact.checkpoint, parts([0], [0]))
        fit.saved()
        time.sleep(0.2)
        fit.save(lambda: b"state")
        if stops.pop(0):
            raise KeyboardInterrupt

    step = Step("long", wait, 1, (), "", lambda here: {}, lambda here: True)
    evaluator, long = Evaluator(Store(tmp_path), {"long": step}), artefact("long", {})
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            evaluator.make(long)
    evaluator.make(long)
    assert 0.6 <= evaluator.seconds[long.key] < 5


def test_a_student_that_is_interrupted_ends_the_same(lab, often, monkeypatch):
    grid = {"student": ["mlp(epochs=6, hidden=[4])"], "objective": ["logits"]}
    run = lab.run(grid, out="whole")
    (whole,) = [r for r in run.records() if r["cell"]["student"] != "teacher"]
    history = whole["facts"]["history"]
    assert [len(curve) for curve in history.values()] == [6] * 3
    assert set(history) == {"train_loss", "valid_accuracy", "test_accuracy"}

    monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / "another store"))
    judge, judged = Checkpoint.judge, []

    def stop(fit, predictor):
        judge(fit, predictor)
        judged.append(predictor)
        if len(judged) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "judge", stop)
    with pytest.raises(KeyboardInterrupt):
        lab.run(grid, out="again")
    again = lab.run(grid, out="again")
    (resumed,) = [r for r in again.records() if r["cell"]["student"] != "teacher"]
    assert len(judged) == 4 + 3, "of six epochs three had been kept"
    assert resumed["facts"]["history"] == history and resumed["scores"] == whole["scores"]
