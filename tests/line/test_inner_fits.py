"""What plugins go on from, train along, and read beside the rows: small plugins that do so."""

from __future__ import annotations

from dataclasses import field, make_dataclass, replace

import numpy as np
import pytest

from tscbench import (
    CompressionSet,
    Data,
    Loss,
    Predictor,
    Rows,
    Sampler,
    Schema,
    Spec,
    Targets,
    dataset,
    generator,
    one_hot,
    probe,
    student,
    teacher,
    to_logits,
)
from tscbench.line.keys import content_of

FITTED: list[tuple[str, tuple[int, ...]]] = []
PLAIN, NEAR, NETWORK = Spec("plain"), Spec("near"), Spec("mlp")
N = 120


@dataset(version="1")
def two_views() -> Data:
    """A first view that says little of the class, and a second that says nearly all."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, N)
    x, seen = rng.normal(size=(N, 2)) + 0.5 * y[:, None], rng.normal(size=(N, 1)) + 6 * y[:, None]
    facts = {"numeric": np.ones(2, bool), "cardinality": np.zeros(2, int), "privileged": (1,)}
    return Data(Schema((2,), (2,), **facts), Rows(x, y, np.arange(N), privileged=seen))


def means(x, target, schema: Schema) -> Predictor:
    """The nearer mean; target: `(n, 2)`, how much a row counts for each class."""
    centres = (target.T @ x) / target.sum(axis=0)[:, None]

    def predict(rows: Rows):
        return -((rows.x[:, None] - centres) ** 2).sum(axis=2)

    return Predictor(predict, model=centres)


@teacher(version="1")
def near(train: Rows, schema: Schema) -> Predictor:
    FITTED.append(("near", tuple(train.id)))
    return means(train.x, one_hot(train.y, schema), schema)


@student(version="1", offers={"squared", "cross_entropy"})
def plain(compression_set: CompressionSet, schema: Schema) -> Predictor:
    FITTED.append(("plain", tuple(compression_set.rows.id)))
    return means(compression_set.rows.x, compression_set.targets[0].values, schema)


@teacher(version="1")
def again(fitted: Predictor, *, student: Spec = PLAIN) -> Predictor:
    """Whatever the student answers that it goes on from."""
    FITTED.append(("again", ()))
    return fitted


@student(version="1", offers={"squared", "cross_entropy"})
def blend(fitted, *, student: Spec = PLAIN, teacher: Spec = NEAR):
    """The mean of a student and a teacher."""
    assert list(fitted) == ["student", "teacher"]
    return Predictor(lambda rows: sum(one.predict(rows) for one in fitted.values()) / 2)


@student(version="1", offers={"squared", "cross_entropy"})
def beside_a_network(fitted, *, student: Spec = PLAIN, network: Spec = NETWORK) -> Predictor:
    """Goes on from the student; an untrained network is no fit."""
    assert network.training.epochs and isinstance(fitted, Predictor)
    return fitted


@student(version="1", offers={"squared", "cross_entropy"})
def online(compression_set: CompressionSet, teacher: Predictor, schema: Schema, progress):
    """A student and a copy of its teacher, each drawn towards the other as it learns."""
    rows, labels = compression_set.rows, compression_set.targets[0].values
    theirs = teacher.model.copy()
    ours = means(rows.x, labels, schema).model
    models = {}
    for _ in progress(range(3)):
        ours, theirs = 0.9 * ours + 0.1 * theirs, 0.9 * theirs + 0.1 * ours
        for name, centres in (("student", ours), ("teacher", theirs)):
            models[name] = Predictor(
                lambda asked, c=centres: -((asked.x[:, None] - c) ** 2).sum(axis=2), model=centres
            )
            progress.judge(models[name], name)
    history = {"step": [1.0, 2.0, 3.0]}
    return replace(models["student"], history=history, beside={"teacher": models["teacher"]})


@teacher(version="1", needs={"privileged"}, offers={"reads_privileged"})
def sees_both(train: Rows, schema: Schema) -> Predictor:
    """Goes by the second view."""
    middle = train.privileged.mean()
    return Predictor(
        lambda rows: to_logits(np.eye(2)[(rows.privileged[:, 0] > middle).astype(int)], schema)
    )


@student(version="1", offers={"labels_only"})
def nearest(compression_set: CompressionSet, schema: Schema) -> Predictor:
    """The label of the nearest row."""
    x, y = compression_set.rows.x, compression_set.labels

    def predict(rows: Rows):
        at = ((rows.x[:, None] - x) ** 2).sum(axis=2).argmin(axis=1)
        return to_logits(np.eye(2)[y[at]], schema)

    return Predictor(predict)


@generator(version="1")
def noise(train: Rows) -> Sampler:
    """Normal rows, and a curve."""
    size, history = {"parameters": 4}, {"loss": [2.0, float("nan")]}
    return Sampler(lambda n, rng: rng.normal(size=(n, 2)), size=size, history=history)


@probe(version="1")
def spread(rows: Rows) -> dict[str, float]:
    """How far rows lie apart."""
    return {"spread": float(rows.x.std())}


ALL = [
    two_views,
    near,
    plain,
    again,
    blend,
    beside_a_network,
    online,
    sees_both,
    nearest,
    noise,
    spread,
]


def grid(**axes) -> str:
    axes = {"dataset": ["two_views"], "teacher": ["near"], "student": ["plain"]} | axes
    return "\n".join(f"{axis} = {values}" for axis, values in axes.items()).replace("'", '"')


def records(lab, top: str = "", **axes):
    FITTED.clear()
    run = lab.of_functions(ALL, grid(**axes), top)
    found = list(run.records())
    assert {r["status"] for r in found} == {"ok"}, found
    return run, found


def fits(name: str) -> list[tuple[int, ...]]:
    return [ids for fitted, ids in FITTED if fitted == name]


def test_what_several_go_on_from_is_fitted_once_and_to_labels(lab):
    run, found = records(
        lab, "seeds = 2", teacher=["again"], student=["plain", "blend"], objective=["probabilities"]
    )
    by_labels = {ids for ids in fits("plain") if fits("plain").count(ids)}
    assert len(by_labels) == 1 and len(fits("again")) == 1 and len(fits("near")) == 1
    assert (
        len(fits("plain")) == 1 + 2 + 2 - 1
    )  # again's and blend's of seed 0; cells; blend of seed 1
    scores = run.scores().query("metric == 'auc' and part == 'test'").set_index("student")["value"]
    assert len(scores) == 5 and scores["teacher"] > 0.6


def test_a_network_beside_it_is_not_fitted_first(lab):
    run, _ = records(lab, student=["beside_a_network"], objective=["labels"])
    assert len(fits("plain")) == 1 and len(run.scores()) == 2


def test_a_fold_teacher_goes_on_from_a_fit_without_the_fold(lab):
    records(lab, teacher=["again"], query=["crossfit(folds=3)"])
    whole = max(fits("plain"), key=len)
    parts = [ids for ids in fits("plain") if len(ids) < len(whole)]
    assert len(parts) == 3 and len(fits("again")) == 3 + 1
    left_out = [set(whole) - set(ids) for ids in parts]
    assert set().union(*left_out) == set(whole) and sum(map(len, left_out)) == len(whole)


def test_a_student_that_takes_the_teacher_has_it_whatever_the_objective(lab):
    run, found = records(
        lab,
        "judged = 5",
        teacher=["near", "again"],
        student=["online", "plain"],
        objective=["labels"],
    )
    cells = [(r["cell"]["teacher"], r["cell"]["query"], r["cell"]["student"]) for r in found]
    assert sorted(c for c in cells if c[2] != "teacher") == [
        ("-", "-", "plain"),
        ("again", "-", "online"),
        ("near", "-", "online"),
    ]
    of = next(r for r in found if r["cell"]["student"] == "online")
    assert (
        set(of["beside"]) == {"teacher"} and of["beside"]["teacher"]["scores"]["test"]["auc"] > 0.6
    )
    assert {"student_test_accuracy", "teacher_valid_accuracy", "step"} <= set(
        of["facts"]["history"]
    )
    assert all(v * 5 == round(v * 5) for v in of["facts"]["history"]["teacher_test_accuracy"])
    scores = run.scores().query("student == 'online'")
    assert {"auc", "teacher.auc"} == set(scores["metric"])


def test_a_privileged_teacher_teaches_real_rows_alone(lab):
    axes = {"teacher": ["sees_both"], "generator": ["noise"], "mix": ["real", "fake"]}
    plan = lab.open_functions(ALL, grid(**axes)).plan
    assert dict(plan.skipped) == {
        "teacher sees_both reads privileged inputs, which synthetic rows have not": 1
    }
    run, found = records(lab, teacher=["sees_both", "near"])
    scores = run.scores().query("metric == 'auc' and part == 'test'")
    best = scores.groupby(["teacher", "student"])["value"].mean()
    assert best["sees_both", "teacher"] > 0.95 > best["sees_both", "plain"] > 0.5


def test_what_learns_from_labels_alone_meets_labels_alone(lab):
    axes = {"student": ["nearest"], "objective": ["labels", "probabilities"]}
    plan = lab.open_functions(ALL, grid(**axes)).plan
    (reason,) = plan.skipped
    assert "nearest learns from labels alone" in reason and len(plan.lines) == 1
    records(lab, **axes)


def test_what_asks_a_teacher_has_no_fit_to_go_on_from(lab):
    axes = {"student": ["blend(student=online)"], "objective": ["labels"]}
    (reason,) = lab.open_functions(ALL, grid(**axes)).plan.skipped
    assert reason.endswith("goes on from student online, which asks a teacher itself")


def test_a_suite_of_probes_ends_at_synthetic_rows(lab):
    FITTED.clear()
    text = 'dataset = ["two_views"]\ngenerator = ["noise", "none"]'
    run = lab.of_functions(ALL, text, 'probes_only = true\nprobes = ["spread"]\nseeds = 2')
    found = list(run.records())
    assert not FITTED and [r["status"] for r in found] == ["ok", "ok"]
    assert found[0]["cell"] == {
        "dataset": "two_views",
        "split": 0,
        "teacher": "-",
        "query": "-",
        "generator": "noise",
        "mix": "-",
        "objective": "-",
        "student": "generator",
        "seed": found[0]["cell"]["seed"],
    }
    assert found[0]["facts"] == {"size": {"parameters": 4}, "history": {"loss": [2.0, None]}}
    scores = run.scores()
    assert set(scores["metric"]) == {"spread.spread"} and len(scores) == 2
    assert set(found[0]["provenance"]["plugins"]) == {"dataset", "generator"}


def test_a_student_s_record_has_the_facts_of_its_generator(lab):
    _, found = records(lab, generator=["noise"], mix=["fake(ratio=1)"])
    of = next(r for r in found if r["cell"]["student"] == "plain")
    assert of["facts"]["generator"]["size"] == {"parameters": 4}


@pytest.mark.parametrize("silent", [False, True])
def test_a_field_that_is_added_counts_unless_it_is_silent(silent):
    told = field(default=0.0, metadata={"silent": silent})
    grown = make_dataclass(
        "Grown", [("margin", float, told)], bases=(Targets,), frozen=True, eq=False
    )
    rows = Rows(np.zeros((2, 1)), None, np.arange(2))
    sets = [
        CompressionSet(rows, None, None, (grown(np.ones((2, 2)), Loss.SQUARED, margin=m),), 2)
        for m in (0.0, 1.0)
    ]
    assert (content_of(sets[0]) == content_of(sets[1])) == silent
