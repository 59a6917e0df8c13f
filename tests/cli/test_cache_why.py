"""tscbench cache why: what is kept of a cell, and which field tells the rest from what is."""

import pytest

from tscbench.harness.session import open_session
from tscbench.line.recipe import differences, nearest, recipe_of
from tscbench.results.run import Run

GRID = {"generator": ["none", "far(shift=5.0)"], "mix": ["real", "fake(ratio=1)"]}


def asked(lab, name: str, *grids, **keys) -> Run:
    """A run folder of a suite of which nothing is made."""
    session = lab.open(*grids, **keys)
    run = Run(lab.folder / name)
    planned = {line.cell.id: line.cell.axes for line in session.plan.all_lines()}
    run.write_asked({"suite": session.source.text, **session.command, "planned": planned})
    return run


def why(cli, run: Run, *words: str) -> str:
    said = cli("cache", "why", run.folder, *words)
    assert said.code == 0, said.err
    return said.out


def test_of_a_cell_that_was_made_all_is_in_the_store(cli, lab):
    run = lab.run(GRID)
    out = why(cli, run, "--generator", "far")
    assert "predictions: in the store" in out and "sampler far(shift=5): in the store" in out
    assert out.endswith("all is in the store\n") and "not in" not in out


@pytest.mark.parametrize(
    ("grid", "keys", "words", "said"),
    [
        (
            {**GRID, "generator": ["far(shift=6.0)"], "mix": ["fake(ratio=1)"]},
            {},
            ["--generator", "far"],
            "sampler far(shift=6): not in the store: generator: shift 6.0, kept with 5.0",
        ),
        (
            {**GRID, "student": ["linear(pause=0.01)"]},
            {},
            ["--mix", "real"],
            "predictions: not in the store: student: pause 0.01, kept with 0.0",
        ),
        (
            {**GRID, "student": ["steps(n=2)"]},
            {},
            ["--mix", "real"],
            "student steps, kept with linear",
        ),
        ({**GRID, "teacher": ["forgetful"]}, {}, ["--mix", "real"], "teacher forgetful, kept with"),
        (GRID, {"threads": 2}, ["--mix", "real"], "threads 2, kept with 1"),
        (GRID, {"splits": [1]}, ["--mix", "real"], "parts: not in the store: split 1, kept with 0"),
    ],
)
def test_what_differs_is_named(cli, lab, grid, keys, words, said):
    lab.run(GRID)
    out = why(cli, asked(lab, "next", grid, **keys), *words)
    assert said in out, out
    assert "will be made: " in out and out.splitlines()[-1].endswith("predictions")


def test_code_that_changed_is_named(cli, lab, tiny, monkeypatch):
    lab.run(GRID)
    changed = lab.folder / "tiny.py"
    text = tiny.read_text().replace(
        '@generator(version="1")\ndef far', '@generator(version="2")\ndef far'
    )
    changed.write_text(text)
    session = open_session(str(lab.suite(GRID)), {}, plugins=[changed], offline=True)
    line = next(one for one in session.plan.lines if one.cell.generator != "none")
    recipe = recipe_of(line.sampler)
    facts = [session.store.facts(key) or {} for key in sorted(session.store.keys())]
    kept = [of["recipe"] for of in facts if "recipe" in of]
    [told] = differences(recipe, nearest(recipe, kept))
    assert told.startswith("plugin far: its code changed (fingerprint ")


def test_of_an_empty_store_nothing_is_kept(cli, lab, monkeypatch):
    run = asked(lab, "next", GRID)
    out = why(cli, run, "--mix", "real")
    assert "none of its step is kept" in out and "data toy: in the store" in out


def test_a_cell_is_chosen_as_in_other_verbs(cli, lab):
    run = lab.run(GRID)
    said = cli("cache", "why", run.folder)
    assert said.code == 2 and "cells fit, and one is meant" in said.err
    cell = next(r for r in run.records() if r["cell"]["mix"] == "real")
    assert cli("cache", "why", run.folder, "--mix", "real").code == 0
    assert cell["status"] == "ok"


def test_equal_recipes_differ_in_nothing(lab):
    session = lab.open(GRID)
    for line in session.plan.lines:
        one = recipe_of(line.predictions)
        assert differences(one, recipe_of(line.predictions)) == []
    a, b = (recipe_of(line.predictions) for line in session.plan.lines)
    assert differences(a, b)
