"""Estimators and models from files through the whole harness, and the notice of the latter."""

import json

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import parse
from tscbench.line.evaluator import Evaluator

pytestmark = pytest.mark.usefixtures("in_process")
TREES = 'sklearn(estimator="sklearn.ensemble.ExtraTreesClassifier", n_estimators=20)'
LOGISTIC = (
    "sklearn(estimator=[sklearn.preprocessing.StandardScaler, "
    "sklearn.linear_model.LogisticRegression], logisticregression__C=0.1)"
)
FILES = ["model.joblib", "model.skops", "model.onnx"]
KEYS = {"headline": "auc", "metrics": ["auc", "log_loss"]}


@pytest.fixture
def files(lab) -> list[str]:
    """Specs of one model in three files."""
    from skl2onnx import to_onnx

    x, malignant = load_breast_cancer(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01)).fit(x, 1 - malignant)
    joblib.dump(model, lab.folder / FILES[0])
    skops.io.dump(model, lab.folder / FILES[1])
    graph = to_onnx(model, x[:1].astype(np.float32), options={"zipmap": False})
    (lab.folder / FILES[2]).write_bytes(graph.SerializeToString())
    return [f"pretrained(path={lab.folder / name})" for name in FILES]


def grid(*teachers: str, **axes) -> dict:
    return {"dataset": ["breast_cancer"], "teacher": list(teachers), "student": [LOGISTIC], **axes}


def test_an_estimator_teaches_a_pipeline_through_the_harness(lab) -> None:
    objectives = ["probabilities", "soft(temperature=1)", "soft", "logits"]
    session = lab.open(grid(TREES, objective=objectives), **KEYS)
    assert {line.cell.objective for line in session.plan.lines} == set(objectives[:2])
    reasons = " ".join(session.plan.skipped)
    assert "soft needs temperature" in reasons and "logits needs signed_targets" in reasons
    assert session.notices == []
    run = lab.run(grid(TREES, objective=objectives), **KEYS)
    scores = run.scores()
    assert set(scores["status"]) == {"ok"}
    assert (scores.query("metric == 'auc'")["value"] > 0.95).all()
    students = {parse(student) for student in scores["student"]}
    assert students == {parse("teacher"), parse(LOGISTIC)}, "written back as it was typed"
    record = next(r for r in run.records() if r["cell"]["student"] != "teacher")
    assert record["facts"]["size"] == {"parameters": 31}


def test_a_mistake_in_an_estimator_ends_the_plan(lab) -> None:
    wrong = "sklearn(estimator=sklearn.ensemble.ExtraTreesClassifier, n_estimator=20)"
    with pytest.raises(SpecError, match="no parameter 'n_estimator'; did you mean 'n_estimators'"):
        lab.open(grid(wrong), **KEYS)


def test_one_model_in_three_files_is_one_teacher(lab, files) -> None:
    run = lab.run(grid(*files, objective=["probabilities"]), **KEYS)
    own = run.scores().query(
        "student == 'teacher' and part == 'test' and metric not in ['nodes', 'parameters']"
    )
    wide = own.pivot_table(index="metric", columns="teacher", values="value")
    np.testing.assert_array_equal(wide.iloc[:, 0], wide.iloc[:, 2])  # joblib and skops
    np.testing.assert_allclose(wide.iloc[:, 1], wide.iloc[:, 0], rtol=1e-5)  # single precision


def test_a_files_content_is_in_the_recipe(lab, files) -> None:
    before = lab.open(grid(files[0]), **KEYS).plan.teachers[0].key
    x = np.random.default_rng(0).standard_normal((30, 30))
    joblib.dump(LogisticRegression().fit(x, np.arange(30) % 2), lab.folder / FILES[0])
    session = lab.open(grid(files[0]), **KEYS)
    line = session.plan.teachers[0]
    assert line.key != before
    assert isinstance(Evaluator(session.store).get(line.model).model, LogisticRegression)


def test_unknown_training_rows_are_said_by_plan_run_and_board(lab, files, cli) -> None:
    suite = lab.suite(grid(files[0], TREES), **KEYS)
    said = f"notice: teacher {files[0]}: nobody knows which rows it was trained on"
    out = ("--out", lab.folder / "run")
    assert said in cli("plan", suite, *out).out
    facts = json.loads(cli("plan", suite, *out, "--json").out)
    assert len(facts["notices"]) == 1
    done = cli("run", suite, *out)
    assert done.code == 0 and done.err.count(said) == 2, "before the first cell, under the board"
    narrow = cli("run", suite, *out, "--teacher", "sklearn")
    assert narrow.err.count(said) == 1, "the board still has the other teacher's cells"
    assert said in cli("board", lab.folder / "run").err
