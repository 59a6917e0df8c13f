"""Axis options: names, globs, `no:`, specs that join in, and mistakes."""

import pytest

from tscbench import NothingSelected, SpecError
from tscbench.harness.select import select
from tscbench.harness.suite import parse_suite

SUITE = """\
name = "s"
splits = 2
seeds = 2

[alias]
mine = "toy(n=40)"

[[grid]]
dataset = ["toy", "mine", "three_labels"]
query = ["inbag", "crossfit(folds=3)"]
generator = ["none", "munge(p=0.5, s=1)", "munge(p=0.1, s=1.5)", "smoothed_bootstrap"]
mix = ["real", "fake", "both(ratio=1)"]
student = ["forest(n_trees=1)", "forest(n_trees=10)", "mlp(hidden=[8, 8])"]

[[grid]]
dataset = ["marked"]
student = ["tree"]
"""
ALL = ["none", "munge(p=0.5, s=1)", "munge(p=0.1, s=1.5)", "smoothed_bootstrap"]


@pytest.fixture
def suite(plugins):
    return parse_suite(SUITE, "s", plugins)


def chosen(suite, plugins, axis, option, **more):
    narrowed, _ = select(suite, {axis: option}, plugins, **more)
    return getattr(narrowed.grid[0], axis)


@pytest.mark.parametrize(
    ("axis", "option", "left"),
    [
        ("generator", "smoothed_bootstrap", ["smoothed_bootstrap"]),
        ("generator", "smoothed_bootstrap,none", ["none", "smoothed_bootstrap"]),
        ("generator", "munge", ALL[1:3]),
        ("generator", "mun*", ALL[1:3]),
        ("generator", "*", ALL),
        ("generator", "no:munge", ["none", "smoothed_bootstrap"]),
        ("generator", "no:mun*,no:none", ["smoothed_bootstrap"]),
        ("generator", "mun*,no:munge(p=0.5, s=1)", ["munge(p=0.1, s=1.5)"]),
        ("generator", "munge(s=1.50, p=.1)", ["munge(p=0.1, s=1.5)"]),
        ("mix", "both", ["both(ratio=1)"]),
        ("mix", "fake(ratio=9)", ["fake"]),
        ("student", "mlp(hidden=[8,8])", ["mlp(hidden=[8, 8])"]),
        ("query", "crossfit", ["crossfit(folds=3)"]),
        ("dataset", "mine", ["mine"]),
        ("dataset", "no:mine", ["toy", "three_labels"]),
        ("generator", "none,kde", ["none", "kde"]),
        ("generator", "far(shift=2)", ["far(shift=2)"]),
        ("student", "forest(n_trees=5)", ["forest(n_trees=5)"]),
        ("mix", "both(ratio=2)", ["both(ratio=2)"]),
        ("teacher", "nearest", ["nearest"]),
    ],
)
def test_an_option_stands_for_its_axis(suite, plugins, axis, option, left):
    assert chosen(suite, plugins, axis, option) == left


@pytest.mark.parametrize(
    ("axis", "option", "said"),
    [
        ("generator", "crossfit", "crossfit is a query: --query crossfit"),
        ("generator", "crossfit(folds=3)", "--query crossfit"),
        ("generator", "no:crossfit", "crossfit is a query: --query crossfit"),
        ("query", "mine", "mine is a dataset: --dataset mine"),
        (
            "generator",
            "smothed_bootstrap",
            "no generator 'smothed_bootstrap' here; did you mean 'smoothed_bootstrap'?",
        ),
        ("generator", "no:smothed_bootstrap", "did you mean 'smoothed_bootstrap'?"),
        ("generator", "xyz*", "no generator 'xyz*'"),
        ("generator", "munge(q=1)", "no parameter 'q'"),
        ("generator", "munge(p=", "ends where"),
        ("mix", "fakes", "did you mean 'fake'"),
        ("seed", "one", "must be whole numbers"),
        ("seed", "0-3", "must be whole numbers"),
        ("seed", "no:7", "7"),
    ],
)
def test_anything_else_is_an_error_with_the_cure(suite, plugins, axis, option, said):
    with pytest.raises(SpecError) as caught:
        select(suite, {axis: option}, plugins)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("option", "seeds"), [("0", [0]), ("1,0", [1, 0]), ("no:0", [1]), ("7", [7]), ("0,0", [0])]
)
def test_numbers_are_chosen_left_out_and_joined(suite, plugins, option, seeds):
    assert select(suite, {"seed": option}, plugins)[0].seeds == seeds


def test_a_grid_that_has_nothing_left_goes(suite, plugins):
    assert len(select(suite, {"student": "tree"}, plugins)[0].grid) == 1
    assert len(select(suite, {"dataset": "toy"}, plugins)[0].grid) == 1


@pytest.mark.parametrize(
    "options",
    [{"dataset": "marked", "student": "mlp"}, {"generator": "no:*"}, {"seed": "no:0,no:1"}],
)
def test_nothing_left_is_said_so(suite, plugins, options):
    with pytest.raises(NothingSelected):
        select(suite, options, plugins)


def test_a_plugin_that_the_suite_lacks_joins_every_grid_and_datasets_are_marked(suite, plugins):
    narrowed, joined = select(suite, {"dataset": "toy,digits"}, plugins)
    assert [grid.dataset for grid in narrowed.grid] == [["toy", "digits"], ["digits"]]
    assert joined == {"digits"}
    assert select(suite, {"dataset": "mine,toy"}, plugins)[1] == frozenset()


def test_nothing_joins_a_run_that_is_over(suite, plugins):
    assert chosen(suite, plugins, "generator", "smoothed_bootstrap", join=False) == [
        "smoothed_bootstrap"
    ]
    with pytest.raises(SpecError, match="no generator 'kde'"):
        select(suite, {"generator": "kde"}, plugins, join=False)
    with pytest.raises(SpecError, match="--seed 7: not in this run"):
        select(suite, {"seed": "7"}, plugins, join=False)
