"""Plugins that misbehave: each comes to its own status, and no other cell notices."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import psutil
import pytest

from tscbench.harness.reopen import reopen
from tscbench.line.store import Store
from tscbench.results.run import Run

pytestmark = pytest.mark.slow

STATUS = {
    "sleeps": "timeout",
    "deaf": "timeout",
    "in_c": "timeout",
    "detaches": "timeout",
    "hog": "oom",
    "huge": "oom",
    "crashes": "failed",
    "exits": "failed",
    "nan": "invalid_output",
    "wide": "invalid_output",
    "writes": "invalid_output",
    "lacks": "missing_dependency",
    "talks": "ok",
    "moves": "ok",
    "leaves": "ok",
    "good": "ok",
}
GRID = {
    "dataset": ["breast_cancer"],
    "teacher": ["forest(n_trees=3)"],
    "generator": [*STATUS],
    "mix": ["fake(ratio=1)"],
    "student": ["tree"],
}


def _command(process):
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The run of all of them by two workers, and one of `good` alone."""
    folder = tmp_path_factory.mktemp("naughty")
    suite = folder / "naughty.toml"
    head = ['name = "naughty"', 'headline = "accuracy"', 'metrics = ["accuracy"]', "[[grid]]"]
    grid = [f"{axis} = {json.dumps(specs)}" for axis, specs in GRID.items()]
    suite.write_text("\n".join([*head, *grid]))
    plugins = str(Path(__file__).parents[1] / "naughty.py")
    command = [sys.executable, "-m", "tscbench", "run", str(suite), "--plugin", plugins]
    before = {process.pid for process in psutil.process_iter()}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TSCBENCH_STORE", str(folder / "store"))
        limits = ["--timeout", "10", "--memory", "700M", "--jobs", "2"]
        done = subprocess.run(
            [*command, *limits, "--out", "all"], capture_output=True, text=True, timeout=300
        )
        patch.setenv("TSCBENCH_STORE", str(folder / "other"))
        alone = ["--generator", "good", "--in-process", "--out", "alone"]
        subprocess.run([*command, *alone], capture_output=True, check=True, timeout=300)
    left = [p for p in psutil.process_iter() if p.pid not in before and "54321" in _command(p)]
    run = Run(folder / "all")
    records = {r["cell"]["generator"]: r for r in run.records()}
    return SimpleNamespace(run=run, records=records, left=left, folder=folder, done=done)


@pytest.mark.parametrize("name", STATUS)
def test_each_comes_to_its_own_status(ran, name):
    record = ran.records[name]
    assert record.get("cause", record["status"]) == STATUS[name], record.get("error")
    if STATUS[name] != "ok":
        assert name in record["place"] or record["step"] == "synthetic"


def test_other_cells_are_as_if_it_had_not_been(ran):
    frame = ran.run.scores()
    alone = frame[(frame["generator"] == "good") | (frame["student"] == "teacher")]
    expected = Run(ran.folder / "alone").scores()
    pd.testing.assert_frame_equal(alone.reset_index(drop=True), expected, check_exact=True)
    for same in ("talks", "moves", "leaves"):
        assert ran.records[same]["scores"] == ran.records["good"]["scores"]


def test_nothing_of_it_is_left(ran):
    assert ran.left == []
    assert sum(file.stat().st_size for file in ran.folder.rglob("*.log")) < 1 << 20
    assert ran.done.returncode == 1 and "Traceback" not in ran.done.stderr


def test_one_that_took_too_long_says_where_it_was(ran):
    assert "in sleeps" in ran.records["sleeps"]["traceback"]


def test_the_next_command_repeats_none_of_what_is_known(ran):
    session = reopen(ran.run.folder, store=Store(ran.folder / "store"))
    again = {line.cell.generator for line in session.pending(ran.run)}
    assert again == {"lacks"}
    asked = {line.cell.generator for line in session.pending(ran.run, ["timeout", "failed"])}
    assert asked == {n for n, s in STATUS.items() if s in ("timeout", "failed")} | {"lacks"}
