"""What a reader is told beforehand of teachers and of parts, and where."""

import json

from tscbench.harness.notices import of_parts
from tscbench.line.splits import SplitRule

GOOD = {"train": 400, "valid": 70, "test": 200, "absent": {"valid": [], "test": []}}


def test_good_parts_need_no_words():
    assert of_parts({("a", 0): GOOD, ("a", 1): {"train": 50, "test": 20}}) == []


def test_few_rows_and_absent_classes_are_said_once_for_all_splits():
    poor = GOOD | {"absent": {"valid": [], "test": ["b"]}}
    poorer = {"train": 11, "valid": 0, "test": 4, "absent": {"valid": list("abcde"), "test": []}}
    said = of_parts({("x", 0): poor, ("x", 2): poor, ("x", 1): GOOD, ("y", 0): poorer})
    assert said == [
        "dataset x, splits 0, 2: no test row is of class 'b'; auc is not defined there, or leaves "
        "it out",
        "dataset y, split 0: 11 training rows and 4 test rows: so few that scores are rough and "
        "differences between them mean nothing",
        "dataset y, split 0: no valid row is of classes 'a', 'b', 'c' and 2 more; what is chosen "
        "on them cannot know it",
    ]


def test_a_small_table_is_told_of_before_anything_runs_and_in_the_run(lab, tiny, cli):
    suite = lab.suite({"dataset": ["toy(n=30)"], "query": ["inbag"]})
    plugins = ["--plugin", tiny]
    planned = cli("plan", suite, *plugins)
    assert "so few that scores are rough" in planned.out
    ran = cli("run", suite, *plugins, "--out", lab.folder / "run")
    assert "so few that scores are rough" in ran.err
    asked = json.loads((lab.folder / "run" / "run.json").read_text(encoding="utf-8"))
    assert len(asked["notices"]) == 1
    assert "so few" in cli("status", lab.folder / "run").out


def test_a_split_that_cannot_be_drawn_is_told_of_with_its_cure(lab):
    session = lab.open({"dataset": ["toy(n=80, n_train=1)"], "query": ["inbag"]})
    assert len(session.notices) == 1
    assert "under n_train=1; raise that, or leave the class out" in session.notices[0]


def test_recipes_and_digests_of_suites_that_part_identical_rows_are_the_old_ones(lab):
    """Silence in a key is what it meant before suites could say how they part rows."""
    on = lab.open({"query": ["inbag"]})
    off = lab.open({"query": ["inbag"]}, group_identical=False)
    assert on.plan.suite.rule == SplitRule(
        on.plan.suite.test, on.plan.suite.valid, group_identical=True
    )
    (first,), (second,) = on.plan.parts.values(), off.plan.parts.values()
    assert first.params == second.params | {"group_identical": True}
    assert first.key != second.key
    assert on.source.suite.digest != off.source.suite.digest
