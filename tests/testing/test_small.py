"""A plugin says how it is made small, and checks and tests try it so."""

import pytest
from click.testing import CliRunner

from tscbench import Rows, Sampler, generator
from tscbench.cli import group
from tscbench.registry import discover
from tscbench.testing import checks, run_checks
from tscbench.testing.find import find


@generator(source="a test", small={"turns": 2})
def slow(train: Rows, *, turns: int = 1000, scale: float = 1.0) -> Sampler:
    """Training rows.

    turns: how often it turns. scale: of nothing.
    """
    return Sampler(lambda n, rng: train.x[rng.integers(len(train), size=n)])


@generator(source="a test", small={"turn": 2})
def wrong(train: Rows, *, turns: int = 1000) -> Sampler:
    """Training rows.

    turns: how often it turns.
    """
    return Sampler(lambda n, rng: train.x[rng.integers(len(train), size=n)])


def test_checks_try_a_plugin_as_small_as_it_says():
    assert {str(case.trial.bound) for case in checks(slow)} == {"slow(turns=2)"}
    assert str(find("tscbench/acgan", "generator")[0].bound()) == (
        "acgan(discriminator_hidden=[8], epochs=2, hidden=[8])"
    )
    report = run_checks(slow, selection="n_one")
    assert report.ok and report.summary.endswith("with its small= of turns")


def test_what_is_written_comes_first():
    (found,) = find("acgan(epochs=3)", "generator")
    assert found.bound().params["epochs"] == 3 and found.bound().params["hidden"] == (8,)
    assert found.bound(hidden=(5,)).params["hidden"] == (5,)


def test_what_must_be_given_may_be_given_by_it():
    bound = discover().bind_small("student", "augmented")
    assert str(bound.params["student"]) == "mlp(epochs=2, hidden=[8])"


def test_small_is_no_part_of_what_a_cell_means():
    bound = discover().bind("generator", "acgan")
    assert str(bound) == "acgan" and bound.params["epochs"] == 80


def test_small_names_parameters_of_its_plugin():
    with pytest.raises(Exception, match=r"no parameter 'turn'; did you mean 'turns'\?"):
        checks(wrong)


def test_info_tells_it():
    said = CliRunner().invoke(group, ["info", "tscbench/acgan"]).output
    assert "checks try it with discriminator_hidden=[8], epochs=2, hidden=[8]" in said
