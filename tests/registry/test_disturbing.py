"""Plugins that disturb: what they print, where they go, how they end, and names that are taken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tscbench
from tscbench import ContractError, SpecError
from tscbench.line.keys import fingerprint
from tscbench.registry import discover

ROWS = "@generator()\ndef {name}(train):\n    '''Training rows.'''\n"
ROWS += "    return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)])\n"
QUICK = ("quick", "--dataset", "breast_cancer", "--student", "tree", "--seed", "0")
QUICK += ("--query", "inbag")


def write(path, body):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("from tscbench import Sampler, generator\n" + body)
    return path


def test_what_an_import_prints_is_no_result_and_the_folder_stays(cli):
    body = "import os\nprint('HELLO')\nos.chdir('/')\n" + ROWS.format(name="loud")
    here = Path.cwd()
    said = cli("plan", *QUICK, "--plugin", write("loud.py", body), "--generator", "loud", "--json")
    assert said.code == 0 and json.loads(said.out)["runnable"] > 0
    assert Path.cwd() == here


def test_a_fit_that_ends_the_program_is_a_failed_cell(cli):
    body = "@generator()\ndef quits(train):\n    '''Quits.'''\n    raise SystemExit(3)\n"
    said = cli("run", *QUICK, "--plugin", write("quits.py", body), "--generator", "none,quits")
    assert said.code == 1 and "SystemExit: 3" in said.err and "3 of 4" not in said.err
    assert "methods" in said.out or "cells have it" in said.out


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    for folder in ("a", "b"):
        write(tmp_path / folder / "mine.py", ROWS.format(name="mine"))
    found = discover([tmp_path / "a" / "mine.py", tmp_path / "b"])
    with pytest.raises(SpecError, match=r"write a/mine.py/mine or b/mine.py/mine"):
        found.load("generator", "mine")
    assert str(found.bind("generator", "b/mine.py/mine")) == "b/mine.py/mine"


def test_two_functions_of_one_name_in_a_file_are_named_with_their_lines(tmp_path):
    file = write(tmp_path / "mine.py", 2 * ROWS.format(name="mine"))
    with pytest.raises(SpecError, match=r"mine.py:3\) and by .*mine.py:7\); give one another name"):
        discover([file]).load("generator", "mine")


def test_a_default_that_no_spec_can_write_is_refused(tmp_path):
    body = "import numpy as np\n" + ROWS.format(name="mine").replace(
        "(train)", "(train, *, p=np.zeros(2))"
    )
    with pytest.raises(ContractError, match="the default of 'p' is a ndarray"):
        discover([write(tmp_path / "mine.py", body)]).bind("generator", "mine")


def made(shift):
    @tscbench.generator(version=None)
    def shifted(train):
        """Training rows, moved."""
        return tscbench.Sampler(lambda n, rng: train.x[:n] + shift)

    return shifted


def test_a_function_from_python_is_known_by_its_closure_too():
    prints = [
        fingerprint(discover(functions=[made(shift)]).load("generator", "shifted"))
        for shift in (1.0, 2.0, 1.0)
    ]
    assert prints[0] == prints[2] != prints[1]


def test_generator_none_means_cells_on_real_rows():
    plan = tscbench.plan("quick", generator="none", student="tree", seed="0", query="inbag")
    found = {(line.cell.objective, line.cell.generator, line.cell.mix) for line in plan.lines}
    assert found == {("probabilities", "none", "real"), ("labels", "none", "real")}


def test_a_store_that_cannot_be_is_one_sentence(cli, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "file" / "store"))
    said = cli("plan", *QUICK)
    assert said.code == 2 and "Traceback" not in said.err and said.err.count("\n") == 1


def test_files_that_are_named_like_libraries_hurt_no_run(tmp_path):
    for name in ("random.py", "numpy.py", "json.py"):
        (tmp_path / name).write_text("raise RuntimeError('not the library')\n")
    surroundings = {**os.environ, "TSCBENCH_STORE": str(tmp_path / "store")}
    script = Path(sys.executable).with_name("tscbench")
    done = subprocess.run(
        [script, "run", *QUICK, "--generator", "none", "--jobs", "2"],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
