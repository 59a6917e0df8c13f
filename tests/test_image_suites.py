"""The suites of images: each plans in full, and a cell of every kind of them runs, made small.

Those for a GPU are run here on a few made images of 16 × 16, by networks that are fitted for one
epoch, and by narrow ones where they are large.
"""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

import tscbench
from tscbench.analysis.relations import relations
from tscbench.contracts.spec import Spec, parse
from tscbench.registry import GROUPS, discover, find_suite

pytestmark = pytest.mark.slow

SUITES = {  # cells on one dataset
    "caltech256": 9,
    "cifar10": 105,
    "gan-quality": 39,
    "hints": 70,
    "images-mnist": 42,
    "images-quick": 12,
    "kdgan": 340,
    "kdgan-full": 1440,
    "kdgan-quick": 20,
    "kdgan-sweep": 75,
    "resnets": 174,
}

EPOCHS = {10: 1, 30: 2, 50: 2, 100: 3, 200: 4, 400: 5}
"""Epochs of a GAN, and what stands for them here."""

REGISTRY = discover()


def small_of(name):
    """What plugins of this name say makes them small, the plugins within them aside."""
    entries = [entry for kind in GROUPS for entry in REGISTRY.called(kind, name)]
    said = [REGISTRY.load(entry.kind, entry.qualified).small for entry in entries]
    return {n: value for small in said for n, value in small.items() if n not in GROUPS}


def shrunk(value):
    """A spec with small plugins in it."""
    spec = parse(value) if isinstance(value, str) else value
    inner = ("discriminator", "generator", "student")
    params = {name: shrunk(v) if name in inner else v for name, v in spec.params}
    asked = dict(params)
    params |= small_of(spec.name)
    if spec.name == "acgan_image":
        params["epochs"] = EPOCHS[asked["epochs"]]
        params["keep_epochs"] = tuple(EPOCHS[epoch] for epoch in asked.get("keep_epochs", ()))
    elif spec.name == "snapshot":
        params["epoch"] = EPOCHS[asked["epoch"]]
    return Spec(spec.name, tuple(sorted(params.items())))


def made_small(name, folder, dataset=""):
    """The file of a suite like the installed one of this name, on another dataset if one is given,
    with small plugins and one seed."""
    suite = tomllib.loads(find_suite(name).file.read_text())
    alias = suite.pop("alias")
    grids = suite.pop("grid")
    for grid in grids:
        for axis in ("teacher", "generator", "student"):
            for label in grid.get(axis, ()):
                alias.setdefault(label, label)
    alias = {n: str(shrunk(text)) for n, text in alias.items()}
    suite["seeds"] = 1
    suite["probes"] = [str(shrunk(probe)) for probe in suite.get("probes", ())]
    lines = [f"{key} = {json.dumps(value)}" for key, value in suite.items()]
    lines += ["[alias]", *(f"{json.dumps(n)} = {json.dumps(text)}" for n, text in alias.items())]
    for grid in grids:
        grid["dataset"] = [dataset] if dataset else grid["dataset"]
        lines += ["[[grid]]", *(f"{key} = {json.dumps(value)}" for key, value in grid.items())]
    path = folder / f"{name}.toml"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def pictures(isolated, in_process) -> Path:
    """A folder of three classes of colour, with the clutter of Caltech-256 beside them."""
    from PIL import Image

    folder = isolated / "here" / "caltech256"
    rng = np.random.default_rng(0)
    for code, name in enumerate(("001.red", "002.green", "003.blue", "257.clutter")):
        (folder / name).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(0, 100, (16, 16, 3), dtype=np.uint8)
            pixels[:, :, code % 3] += 100
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


@pytest.fixture
def made(pictures) -> str:
    """The same pictures as a dataset without clutter."""
    return "image_folder(drop=257.clutter, path=caltech256, per_class=[8, 2])"


def ran(path, **axes):
    """The accuracies on test rows of a run, in which no cell failed."""
    results = tscbench.run(str(path), out="run", jobs=1, offline=True, **axes)
    scores = results.scores()
    assert set(scores["status"]) == {"ok"}
    scores = scores[(scores["metric"] == "accuracy") & (scores["part"] == "test")]
    assert scores["value"].between(0, 1).all()
    return scores


@pytest.mark.parametrize(("name", "cells"), SUITES.items())
def test_every_combination_of_a_suite_is_planned(name, cells, made):
    own = {} if name == "caltech256" else {"dataset": made}
    plan = tscbench.plan(name, offline=True, **own)
    assert len(plan.lines) == cells and not plan.skipped
    assert find_suite(name).file.with_suffix(".lock").is_file()


def test_without_its_folder_caltech256_is_skipped_with_the_reason():
    plan = tscbench.plan("caltech256", offline=True)
    assert not plan.lines and list(plan.skipped.values()) == [SUITES["caltech256"]]
    assert "dataset caltech256: no file caltech256 here or in" in next(iter(plan.skipped))


def test_caltech256_runs_on_a_folder_of_images(pictures):
    found = ran(made_small("caltech256", pictures.parent))
    assert found.loc[found["student"] == "teacher", "value"].size == 1
    assert set(found["mix"]) == {"-", "real", "fake(ratio=1)"}
    classes = tscbench.load("run").scores().query("metric == 'mode_accuracy' and part == 'test'")
    assert classes["value"].iloc[0] == pytest.approx(1 / 3), "the clutter is left out"


def test_cifar10_runs_every_pair_objective_and_augmentation(pictures, made):
    mixes = "real,stream(p_fake=0.2)"
    found = ran(made_small("cifar10", pictures.parent, made), mix=mixes)
    students = found[found["student"] != "teacher"]
    kinds = students.groupby(["teacher", "objective", "student"])["mix"].nunique()
    assert (kinds.drop("-") == 2).all() and len(kinds.drop("-")) == 5
    alone = students[students["teacher"] == "-"]
    assert set(alone["student"]) == set(students["student"]) and len(set(alone["student"])) == 5


def test_gan_quality_tells_each_epoch_and_the_inferior_gan(pictures, made):
    found = ran(made_small("gan-quality", pictures.parent, made))
    epochs = {"gan_10", "gan_50", "gan_100", "gan_200", "gan"}
    by_student = found.groupby("student")["generator"].agg(set)
    assert by_student["lenet"] == epochs | {"none"}
    assert by_student["one_pass"] == epochs | {"none", "inferior_gan"}
    scores = tscbench.load("run").scores()
    probed = scores[scores["metric"] == "inception_score(n_steps=3).score"]
    assert set(probed["generator"]) == epochs | {"inferior_gan"}
    related = relations(scores)
    assert set(related.query("metric == 'tsc_score'")["generator"]) == epochs | {"inferior_gan"}


def test_resnets_cross_fits_and_corrects(pictures, made):
    path = made_small("resnets", pictures.parent, made)
    objectives = "alpha_0,alpha_1e-2,alpha_infinite,labels"
    found = ran(path, teacher="no:resnet_32,no:resnet_44,no:resnet_56", objective=objectives)
    kinds = found[found["student"] == "student_10"].groupby("teacher")["objective"].agg(list)
    assert sorted(kinds["resnet_14"]) == ["alpha_0"] * 2 + ["alpha_1e-2"] * 2
    assert sorted(kinds["resnet_20"]) == ["alpha_0"] * 2 + ["alpha_1e-2"] * 2 + ["alpha_infinite"]
    assert len(kinds["-"]) == 1


def test_networks_that_learn_together_by_every_method(pictures, made):
    found = ran(made_small("kdgan", pictures.parent, made), split=0)
    methods = {label.rpartition("_")[0] for label in found["student"]}
    assert methods >= {"alone", "nagan", "codis", "kdgan", "kdgan_reinforce", "kdgan_bce"}
    history = tscbench.load("run").history()
    learnt = history[history["student"] == "kdgan_100"]
    assert {"teacher_valid_accuracy", "c_adv_gradient_variance"} <= set(learnt["figure"])


def test_hints_and_critics_meet_gan_images(pictures, made):
    found = ran(made_small("hints", pictures.parent, made), split=0)
    assert set(found["student"]) >= {"plain", "hints", "critic", "critic_alone"}
    assert set(found["mix"]) >= {"real", "stream(p_fake=0.5)", "stream(p_fake=1)"}
