"""LightGBM, XGBoost and CatBoost: fits as steps of a run beside the same fits alone, on one thread.

`python benchmarks/performance/library_threads.py` prints a table of mean seconds, and ends with 1
where a step takes more than twice those of a direct fit or a library's line reaches the terminal.
Both are fitted by two processes at a time; the direct fits come before the run and again after it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import mean

from sklearn.datasets import load_breast_cancer

import tscbench

TREES, FOLDS, ROWS, LIMIT = 300, 10, 305, 2.0
LIBRARIES = {
    "lightgbm.LGBMClassifier": {"n_jobs": 1, "verbose": -1},
    "xgboost.XGBClassifier": {"n_jobs": 1},
    "catboost.CatBoostClassifier": {"thread_count": 1, "verbose": 0, "allow_writing_files": False},
}


def direct(path: str) -> float:
    """Mean seconds of some fits in this process, on about the rows of a fold teacher."""
    module, _, name = path.rpartition(".")
    made_by = getattr(import_module(module), name)
    x, y = load_breast_cancer(return_X_y=True)
    start = time.perf_counter()
    for _ in range(FOLDS // 2):
        made_by(n_estimators=TREES, **LIBRARIES[path]).fit(x[:ROWS], y[:ROWS])
    return (time.perf_counter() - start) / (FOLDS // 2)


def alone(path: str) -> float:
    """Mean seconds of a direct fit in two processes side by side."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        return mean(pool.map(direct, [path, path]))


def in_run(path: str, folder: Path) -> tuple[float, int]:
    """Mean seconds of a fold teacher in a run with two workers, and its library's lines."""
    axes = "--generator none --mix real --objective probabilities --student tree --seed 0"
    teacher = f'sklearn(estimator="{path}", n_estimators={TREES})'
    words = ["run", "quick", "--dataset", "breast_cancer", "--teacher", teacher]
    words += ["--query", f"crossfit(folds={FOLDS})", *axes.split(), "--jobs", "2"]
    command = [sys.executable, "-m", "tscbench", *words, "--out", str(folder / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = [line for line in done.stderr.splitlines() if not line.startswith("tscbench: ")]
    seconds = tscbench.load(folder / "run").timings().query("step == 'fold_teacher'")["seconds"]
    return float(seconds.iloc[0]) / FOLDS, len(said)


def main() -> int:
    """0 where each library is fast and silent enough."""
    code = 0
    print(f"{'':30} direct  in a run  ratio  lines")
    for path in LIBRARIES:
        before = alone(path)
        with tempfile.TemporaryDirectory() as folder:
            step, lines = in_run(path, Path(folder))
        once = mean([before, alone(path)])
        print(f"{path:30} {once:6.2f}  {step:8.2f}  {step / once:5.2f}  {lines:5}", flush=True)
        code |= step > LIMIT * once or lines > 0
    return code


if __name__ == "__main__":
    sys.exit(main())
