"""The harness's own speed, by pytest-benchmark: `pytest benchmarks/performance/bench_harness.py`.

Nothing here asserts a time; the figures are to be read, compared and kept (`--benchmark-autosave`).
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tscbench.harness.graph import build_graph
from tscbench.harness.session import open_session
from tscbench.line.store import Store

CELLS = """
name = "many"
splits = 10
seeds = 25
metrics = ["auc"]
[[grid]]
dataset = ["breast_cancer", "digits"]
query = ["inbag", "oob"]
generator = ["smoothed_bootstrap", "marginals"]
mix = ["fake(ratio=1)"]
student = ["forest(n_trees=1)", "forest(n_trees=2)", "forest(n_trees=3)", "tree", "boosting"]
"""
FINISHED = """
name = "finished"
splits = 5
seeds = 20
metrics = ["auc"]
[[grid]]
dataset = ["breast_cancer"]
teacher = ["forest(n_trees=5)"]
generator = ["smoothed_bootstrap"]
mix = ["real", "fake(ratio=1)"]
student = ["tree(max_leaf_nodes=2)", "tree(max_leaf_nodes=4)", "tree(max_leaf_nodes=8)", "tree(max_leaf_nodes=16)", "tree(max_leaf_nodes=32)"]
"""  # noqa: E501


def tscbench(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "tscbench", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.mark.parametrize("verb", ["--help", "list"])
def test_light_verbs(benchmark: Any, verb: str) -> None:
    benchmark.pedantic(tscbench, args=(verb,), rounds=7, warmup_rounds=1)


def test_quick_on_an_empty_store(benchmark: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "store"))
    out = str(tmp_path / "run")
    benchmark.pedantic(tscbench, args=("run", "quick", "--out", out), rounds=1)


def test_plan_of_10000_cells(benchmark: Any, tmp_path: Path) -> None:
    suite = tmp_path / "many.toml"
    suite.write_text(CELLS)
    store = Store(tmp_path / "store")
    open_session(str(suite), store=store)  # datasets are read once per store

    def plan() -> int:
        session = open_session(str(suite), store=store)
        build_graph(session.plan.lines, store)
        return len(session.plan.lines)

    assert benchmark.pedantic(plan, rounds=3) == 10000


def test_finished_run_of_1000_cells(benchmark: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "store"))
    suite = tmp_path / "finished.toml"
    suite.write_text(FINISHED)
    words = ("run", str(suite), "--out", str(tmp_path / "run"))
    tscbench(*words)
    again = benchmark.pedantic(tscbench, args=words, rounds=3)
    assert "nothing to do: 1000 of 1000 cells are done" in again.stderr


def test_munge_static_of_100000_rows(benchmark: Any) -> None:
    from tscbench.contracts.types import Rows, Schema
    from tscbench.registry import discover

    rng = np.random.default_rng(0)
    x = rng.standard_normal((100_000, 28))
    train = Rows(x, None, np.arange(len(x)))
    schema = Schema((28,), (2,), numeric=np.ones(28, bool), cardinality=np.zeros(28, int))
    munge = discover().bind("generator", "munge(static=true)")

    def nine_passes() -> None:
        sampler = munge(train=train, schema=schema)
        for block in range(9):
            sampler.sample(len(x), np.random.default_rng(block))

    benchmark.pedantic(nine_passes, rounds=1)
