"""The suites of compressed generators and of tags: each plans in full, has its lock, and the quick
ones run."""

import pytest

import tscbench
from tscbench.registry import find_suite

pytestmark = pytest.mark.slow

CELLS = {  # on data that is made here or ships with a library, and of all data
    "gan-compression": 42,
    "gan-compression-full": 150,
    "gan-compression-quick": 10,
    "tags": 1330,
    "tags-quick": 20,
}


@pytest.mark.parametrize(("name", "cells"), CELLS.items())
def test_every_combination_is_planned_or_its_data_is_not_there(name, cells):
    plan = tscbench.plan(name, offline=True)
    assert len(plan.lines) + sum(plan.skipped.values()) + plan.joined == plan.product
    assert len(plan.lines) == cells or plan.skipped
    assert all(reason.startswith("dataset ") for reason in plan.skipped)
    assert find_suite(name).file.with_suffix(".lock").is_file()


def test_generators_of_digits_are_compressed(isolated, in_process):
    wanted = "teacher,mse_1,joint_1,regular_1"
    results = tscbench.run(
        "gan-compression-quick", generator=wanted, out="run", jobs=1, offline=True
    )
    scores = results.scores()
    assert set(scores["status"]) == {"ok"} and set(scores["student"]) == {"generator"}
    sizes = scores[scores["metric"] == "generator_size.ratio"].set_index("generator")["value"]
    assert sizes["mse_1"] == sizes["joint_1"] == pytest.approx(27_705 / 3_240)
    far = scores[scores["metric"] == "distillation_error.share"].set_index("generator")["value"]
    assert far["mse_1"] < 1 and far[["teacher", "regular_1"]].isna().all()


def test_posts_are_tagged_by_every_method(isolated, in_process):
    results = tscbench.run("tags-quick", split="0", out="run", jobs=1, offline=True)
    scores = results.scores().query("metric == 'map' and part == 'test'")
    assert set(scores["status"]) == {"ok"} and scores["value"].between(0.3, 1).all()
    arms = scores.groupby("student")["value"].mean()
    assert {"knn", "tagvote", "tagprop", "tagfeature", "relexample", "linear"} <= set(arms.index)
    own = scores[scores["student"] == "teacher"].set_index("teacher")["value"]
    assert own["both_views"] > own["one_view"], "the text tells of a tag itself"
