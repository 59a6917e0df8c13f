"""Every plugin is held to the contract of its kind, on tables of a few dozen rows."""

import joblib
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from tscbench.contracts.spec import Spec
from tscbench.line.threads import threads
from tscbench.registry import discover
from tscbench.registry.entries import HOME
from tscbench.testing import checks, run_checks
from tscbench.testing.data import make
from tscbench.testing.digest import digest
from tscbench.testing.fresh import Job, in_fresh_process
from tscbench.testing.parametrized import as_tests

REGISTRY = discover()
ROOMS = sorted(
    {(r.kind, r.name) for e in REGISTRY.entries if e.distribution == HOME for r in e.roles}
)

REQUIRED = {
    "openml": {"id": 1},
    "file": {"path": "rows.csv"},
    "image_folder": {"path": "photographs"},
    "samples": {"path": "rows.npz"},
    "tags": {"path": "tags.npz"},
    "pretrained": {"path": "model.joblib"},
}
"""Files and numbers without which a plugin does not bind."""

EMBEDDED = {"breast_cancer", "constant_truth", "digits", "smooth_truth", "tagged_truth"}
"""Datasets that are made here; of the others, which need data, the declaration alone is checked."""

HEAVY = {"lenet_slim", "lenet_tsc", "nin", "resnet18", "xception"}
"""Networks of millions of weights: they differ from the lighter ones in their layers alone, so that
one fit of each suffices."""

LIKE_MLP = {"cnn5", "resnet", "squeezenet", "wide_resnet"}
"""Networks that teach as `mlp` does, by the same code."""

DECLARATION = {
    "parameters_documented",
    "defaults_bind",
    "spec_reads_back",
    "facts_known",
    "exemptions_known",
}
ONE_FIT = {"works", "result_type", "shape", "finite"}


def write_rows(tiny):
    """The file for `samples`: rows like those that it is tried on."""
    np.savez("rows.npz", x=tiny.train.x)


def write_model(tiny):
    """The file for `pretrained`: a model that somebody might have fitted, of every class."""
    y, k = tiny.train.y, tiny.schema.outputs[0]
    y = np.arange(len(y)) % k if y.ndim == 1 else y
    model = ExtraTreesClassifier(4, max_depth=3, random_state=0).fit(tiny.train.x, y)
    joblib.dump(model, "model.joblib")


PREPARE = {"samples": write_rows, "pretrained": write_model}
"""What is written before a plugin is tried; each test has a working folder of its own."""


def bind(kind, name):
    """A plugin as small as it says."""
    given = tuple(sorted(REQUIRED.get(name, {}).items()))
    return REGISTRY.bind_small(kind, Spec(f"{HOME}/{name}", given))


def cases():
    """Every check of every plugin but `fresh_process`, which is tried on all of them at once."""
    for kind, name in ROOMS:
        more = {"prepare": PREPARE[name]} if name in PREPARE else {}
        for case in checks(bind(kind, name), registry=REGISTRY, **more):
            wanted = kind != "dataset" or name in EMBEDDED or case.check.name in DECLARATION
            if name in HEAVY or (kind == "teacher" and name in LIKE_MLP):
                wanted = case.check.name in DECLARATION | ONE_FIT
            if wanted and case.check.name != "fresh_process":
                yield case


CASES = list(cases())


@pytest.mark.parametrize("case", as_tests(CASES))
def test_rooms(case):
    case()


def test_a_fresh_process_gives_the_same_bytes():
    tried = [case.trial for case in CASES if case.check.name == "works"]
    for trial in tried:
        trial.prepare(make(trial.base))
    replies = [in_fresh_process(Job(trial.bound, trial.base)) for trial in tried]
    with threads(1):
        ours = {f"{t.kind} {t.bound}": digest(t.attempt(t.base).answer) for t in tried}
    theirs = {f"{t.kind} {t.bound}": reply.digest for t, reply in zip(tried, replies, strict=True)}
    assert ours == theirs and len(tried) > 30


@pytest.mark.parametrize("kind", ["teacher", "student"])
def test_a_whole_report_of_a_room(kind):
    report = run_checks(bind(kind, "boosting"), selection="rng")
    assert report.ok and list(report.having("expected")) == ["another_rng"]
    assert not report.hints
