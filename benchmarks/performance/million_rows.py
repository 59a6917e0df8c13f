"""A million rows labelled by 500 trees: the peak memory of the whole process tree.

100,000 training rows of 28 columns, about as noisy as HIGGS, and fake(ratio=9), one worker.

    python million_rows.py [--rows 100000] [--trees 500]

Prints seconds, and the peak of the summed resident memory, up to the stored outputs.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

SUITE = """
name = "million-rows"
valid = 0.0
metrics = ["auc"]
[[grid]]
dataset = ["file(path={path}, test=split)"]
teacher = ["forest(n_trees={trees})"]
generator = ["smoothed_bootstrap"]
mix = ["fake(ratio=9)"]
student = ["tree(max_leaf_nodes=2)"]
"""


def table(rows: int) -> pd.DataFrame:
    """Rows of 28 columns whose best classifier errs on about a quarter; 1,000 more for testing."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows + 1000, 28)).astype(np.float32)
    score = x[:, :4].sum(axis=1) + x[:, 4] * x[:, 5]
    y = rng.random(len(x)) < 1 / (1 + np.exp(-score))
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(28)])
    split = np.where(np.arange(len(x)) < rows, "train", "test")
    return frame.assign(target=y.astype(int), split=split)


def resident(process: psutil.Process) -> int:
    """Bytes that a process and its children hold."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def main() -> None:
    """Runs the suite and watches it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--trees", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table(options.rows).to_parquet(folder / "rows.parquet")
        suite = SUITE.format(path=folder / "rows.parquet", trees=options.trees)
        (folder / "million.toml").write_text(suite)
        command = [sys.executable, "-m", "tscbench", "run", str(folder / "million.toml")]
        command += ["--jobs", "1", "--out", str(folder / "run")]
        start = time.perf_counter()
        run = psutil.Popen(command, env={**psutil.Process().environ(), "TSCBENCH_STORE": name})
        peak = 0
        while run.poll() is None:
            peak = max(peak, resident(run))
            time.sleep(0.2)
        seconds = time.perf_counter() - start
    print(f"exit {run.returncode}, {seconds:.0f} s, peak {peak / 2**30:.2f} GiB")


if __name__ == "__main__":
    main()
