"""The MAGIC grid as a plain script: what one writes without a harness, on all cores.

The teacher is fitted once; each arm, size and seed draws its rows, labels them and fits its forest.
Prints one JSON object: seconds, and the mean test AUC over seeds by arm and number of trees.

    python plain_magic.py magic_gantsc_split.parquet [--trees 1,5,10,15,20] [--seeds 3]
"""

import argparse
import json
import time

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import roc_auc_score

RATIO = 9


def smoothed_bootstrap(x, rng, scale=0.1):
    """Resampled rows plus noise."""
    rows = np.concatenate([x[rng.integers(len(x), size=len(x))] for _ in range(RATIO)])
    return rows + scale * x.std(axis=0) * rng.standard_normal(rows.shape)


def munge_pass(x, low, span, seed, p, s):
    """One pass of MUNGE over a copy of x, row by row."""
    rng = np.random.default_rng(seed)
    table = (x - low) / span
    for i in range(len(table)):
        distance = ((table - table[i]) ** 2).sum(axis=1)
        distance[i] = np.inf
        j = distance.argmin()
        a, b = table[i].copy(), table[j].copy()
        spread = np.abs(a - b) / s
        change = rng.random(len(a)) < p
        table[i] = np.where(change, rng.normal(b, spread), a)
        table[j] = np.where(change, rng.normal(a, spread), b)
    return table * span + low


def munge(x, rng, p, s):
    """Nine passes of MUNGE, as many at once as there are cores."""
    low, span = x.min(axis=0), np.ptp(x, axis=0)
    seeds = rng.integers(2**31, size=RATIO)
    passes = Parallel(n_jobs=-1)(delayed(munge_pass)(x, low, span, k, p, s) for k in seeds)
    return np.concatenate(passes)


ARMS = {
    "student alone": lambda x, rng: None,
    "real": lambda x, rng: x[:0],
    "smoothed_bootstrap fake": smoothed_bootstrap,
    "smoothed_bootstrap both": smoothed_bootstrap,
    "munge(p=0.1, s=1.5) fake": lambda x, rng: munge(x, rng, 0.1, 1.5),
    "munge(p=0.5, s=1) fake": lambda x, rng: munge(x, rng, 0.5, 1.0),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--trees", default="1,5,10,15,20")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    frame = pd.read_parquet(options.path)
    train = frame["split"].eq("train").to_numpy()
    x = frame.drop(columns=["label", "split"]).to_numpy(np.float64)
    y = frame["label"].to_numpy()

    start = time.perf_counter()
    teacher = RandomForestClassifier(500, n_jobs=-1, random_state=0).fit(x[train], y[train])
    answers = teacher.predict_proba(x[train])[:, 1]
    auc = {}
    for name, arm in ARMS.items():
        for trees in map(int, options.trees.split(",")):
            scores = []
            for seed in range(options.seeds):
                made = arm(x[train], np.random.default_rng(seed))
                if made is None:
                    rows, target = x[train], y[train]
                else:
                    rows, target = made, teacher.predict_proba(made)[:, 1] if len(made) else []
                    if name in ("real", "smoothed_bootstrap both"):
                        rows = np.concatenate([x[train], rows])
                        target = np.concatenate([answers, target])
                forest = RandomForestRegressor(trees, n_jobs=-1, random_state=seed)
                forest.fit(rows, target)
                scores.append(roc_auc_score(y[~train], forest.predict(x[~train])))
            auc[f"{name}, {trees}"] = float(np.mean(scores))
    print(json.dumps({"seconds": time.perf_counter() - start, "auc": auc}))


if __name__ == "__main__":
    main()
