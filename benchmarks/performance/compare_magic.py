"""Plain script against harness on the MAGIC grid, one after the other on an empty store.

    TSCBENCH_DATA=DIR python compare_magic.py

Prints both times, their ratio, and the largest difference of mean test AUC in any arm and size.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tscbench
from tscbench.line.fetch import locate

HERE = Path(__file__).resolve().parent
ARM = {
    ("labels", "none", "real"): "student alone",
    ("probabilities", "none", "real"): "real",
    ("probabilities", "smoothed_bootstrap", "fake(ratio=9)"): "smoothed_bootstrap fake",
    ("probabilities", "smoothed_bootstrap", "both(ratio=9)"): "smoothed_bootstrap both",
    ("probabilities", "munge(p=0.1, s=1.5)", "fake(ratio=9)"): "munge(p=0.1, s=1.5) fake",
    ("probabilities", "munge", "fake(ratio=9)"): "munge(p=0.5, s=1) fake",
}


def plain() -> tuple[float, dict[str, float]]:
    """Seconds of the whole script, and its AUCs."""
    start = time.perf_counter()
    script = [sys.executable, str(HERE / "plain_magic.py")]
    path = locate("magic_gantsc_split.parquet")
    done = subprocess.run([*script, str(path)], check=True, capture_output=True, text=True)
    return time.perf_counter() - start, json.loads(done.stdout)["auc"]


def harness() -> tuple[float, dict[str, float]]:
    """Seconds of the whole command on an empty store, and its AUCs."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-m", "tscbench", "run", str(HERE / "magic-grid.toml")]
        subprocess.run(
            [*command, "--out", f"{folder}/run", "--offline"],
            env={**os.environ, "TSCBENCH_STORE": f"{folder}/store"},
            check=True,
            capture_output=True,
        )
        seconds = time.perf_counter() - start
        scores = tscbench.load(f"{folder}/run").scores()
    students = scores[scores["student"] != "teacher"]
    means = students.groupby(["objective", "generator", "mix", "student"])["value"].mean()
    found = {}
    for (objective, generator, mix, student), value in means.items():
        trees = student.removeprefix("forest(n_trees=").removesuffix(")")
        found[f"{ARM[objective, generator, mix]}, {trees}"] = value
    return seconds, found


def main() -> None:
    """Runs both and prints the comparison."""
    ours, our_auc = harness()
    theirs, their_auc = plain()
    print(f"plain script {theirs:.0f} s, tscbench {ours:.0f} s: {theirs / ours:.2f} times faster")
    apart = {name: abs(our_auc[name] - their_auc[name]) for name in their_auc}
    for name, value in their_auc.items():
        print(f"{name:30} {value:.4f} {our_auc[name]:.4f} {apart[name]:.4f}")
    worst = max(apart, key=lambda name: apart[name])
    print(f"largest difference of AUC: {apart[worst]:.4f} ({worst})")


if __name__ == "__main__":
    main()
