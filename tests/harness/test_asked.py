"""A session as Python asks for it: texts, numbers, lists, suites as mappings."""

from pathlib import Path

import pytest

from tscbench import SpecError
from tscbench.harness.asked import open_asked, options_of

GRID = {"dataset": ["toy"], "teacher": ["nearest"], "generator": ["none", "far", "copies"]}
SUITE = {
    "name": "mine",
    "headline": "hits",
    "metrics": ["hits"],
    "seeds": 3,
    "alias": {"odd": "far(shift=3)"},
    "grid": [{**GRID, "mix": ["real", "fake(ratio=1)"], "student": ["linear"]}],
}


def cells(tiny, suite=SUITE, **axes):
    plan = open_asked(suite, [tiny], True, axes).plan
    return {(line.cell.generator, line.cell.seed) for line in plan.lines}


@pytest.mark.parametrize(
    ("axes", "options"),
    [
        ({"generator": ["munge", "gmm"]}, {"generator": "munge,gmm"}),
        ({"generator": "munge,gmm", "seed": 0}, {"generator": "munge,gmm", "seed": "0"}),
        ({"seed": [0, "1"], "split": (2,)}, {"seed": "0,1", "split": "2"}),
        ({"student": ["mlp(hidden=[8, 8])"]}, {"student": "mlp(hidden=[8, 8])"}),
        ({"generator": None}, {}),
        ({}, {}),
    ],
)
def test_axis_options_are_texts_numbers_or_lists(axes, options):
    assert options_of(axes) == options


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ({"generater": "x"}, "no keyword 'generater'; did you mean 'generator'"),
        ({"seed": 1.5}, r"seed=1.5: must be a text, a number, or a list of them"),
        ({"seed": [[1]]}, r"seed=\[\[1\]\]: must be"),
        ({"mix": {"real": 1}}, "mix={'real': 1}: must be"),
    ],
)
def test_what_is_no_option_is_one_sentence(axes, said):
    with pytest.raises(SpecError, match=said):
        options_of(axes)


def test_lists_choose_and_join_like_comma_texts(tiny):
    assert cells(tiny, generator=["none", "far"], seed=[0, 2]) == {
        (name, seed) for name in ("none", "far") for seed in (0, 2)
    }
    assert cells(tiny, generator="none,far", seed="0,2") == cells(
        tiny, generator=["none", "far"], seed=[0, 2]
    )
    joined = cells(tiny, generator=["none", "marginals"], seed=0)
    assert joined == {("none", 0), ("marginals", 0)}


def test_a_suite_is_a_mapping_a_name_a_file_or_a_path(tiny, lab):
    grid = {"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    path = lab.suite(grid)
    of_file = cells(tiny, str(path))
    assert of_file == cells(tiny, Path(path)) == {("none", 0), ("far", 0)}
    assert len(cells(tiny)) == 9
    session = open_asked(SUITE, [tiny], True, {})
    assert session.source.suite.name == "mine" and 'name = "mine"' in session.source.text


def test_a_mapping_with_mistakes_is_told_them(tiny):
    wrong = {**SUITE, "grid": [{**SUITE["grid"][0], "student": ["linaer"]}], "seedz": 2}
    with pytest.raises(ValueError, match="the suite: 2 mistakes(.|\n)*did you mean 'linear'"):
        open_asked(wrong, [tiny], True, {})
