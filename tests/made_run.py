"""A run of any size, made from a seed: several datasets, generators, mixes, students and metrics.

What a cell scores follows its generator, so that methods can be told apart; nothing is fitted.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from tscbench.contracts.kinds import AXES
from tscbench.results.commands import commands_of
from tscbench.results.frames import SPEED_KEY, SPEEDS
from tscbench.results.pack import Pack, axes_of

METRICS = ("accuracy", "auc", "log_loss", "brier")
STUDENTS = ("forest(n_trees=1)", "forest(n_trees=10)", "tree(max_leaf_nodes=256)")
MIXES = ("fake(ratio=1)", "both(ratio=1)")
GENERATORS = ("munge", "kde", "gmm", "copula", "arf", "mixup")
MADE_WITH = {"python": "3.11.7", "cpu": "a processor"}
SUITE = 'name = "made"\nheadline = "auc"\nsplits = {splits}\nseeds = {seeds}\n'


def made_run(*, n_rows: int = 1000, seed: int = 0, splits: int = 5, seeds: int = 2) -> Pack:
    """A run whose frame of scores has `n_rows` rows or a few more: as many datasets as that takes,
    each with the same methods, students, splits and seeds."""
    rng = np.random.default_rng(seed)
    arms = [("none", "real"), *product(GENERATORS, MIXES)]
    of_dataset = splits * (len(arms) * len(STUDENTS) * seeds + 1) * 2 * len(METRICS)
    datasets = [f"dataset_{i}" for i in range(-(-n_rows // of_dataset))]
    records = []
    for dataset, split in product(datasets, range(splits)):
        hard = rng.normal(0.8, 0.03)
        for (generator, mix), student, nth in product(arms, STUDENTS, range(seeds)):
            cell = (dataset, split, "forest", "inbag", generator, mix, "probabilities", student)
            records.append(_record((*cell, nth), hard + _worth(generator, mix, student), rng))
        own = (dataset, split, "forest", "-", "-", "-", "-", "teacher", "-")
        records.append(_record(own, hard + 0.1, rng, mode_accuracy=0.55))
    return pack_of(records, splits=splits, seeds=seeds)


def pack_of(records: list[dict], *, splits: int, seeds: int) -> Pack:
    """The pack of these records."""
    return Pack(
        name="made",
        title="Which rows help?",
        headline="auc",
        home="tscbench",
        commands=commands_of({}),
        suite=SUITE.format(splits=splits, seeds=seeds),
        records=sorted(records, key=axes_of),
        speeds=_speeds(records),
        lower=("brier", "log_loss"),
    )


def _worth(generator: str, mix: str, student: str) -> float:
    """What a method and a student add to the score of a dataset and split."""
    method = 0.004 * ([*GENERATORS, "none"][::-1].index(generator)) if mix != "real" else 0.0
    return method + 0.02 * STUDENTS.index(student) - (0.01 if mix.startswith("fake") else 0.0)


def _record(cell: tuple, level: float, rng: np.random.Generator, **facts: float) -> dict:
    scores = {}
    for part in ("valid", "test"):
        noise = 0.005 * rng.standard_normal(len(METRICS))
        better = np.array([1, 1, -1, -1]) * level + np.array([0, 0, 1.2, 1.0])
        scores[part] = dict(zip(METRICS, (better + noise).tolist(), strict=True)) | facts
    return {
        "cell": dict(zip(AXES, cell, strict=True)),
        "status": "ok",
        "key": "0123456789abcdef",
        "scores": scores,
        "facts": {"size": {"nodes": 31}, "n_compression": 400},
        "rows": {"train": 700, "valid": 100, "test": 400},
        "ended": "2026-01-02T03:04:05Z",
        "seconds": {"student": 0.5 if cell[5] == "real" else 1.5, "predictions": 0.01},
        "made_with": MADE_WITH,
    }


def _speeds(records: list[dict]) -> pd.DataFrame:
    """Speeds of the students and teachers of the first split and seed."""
    rows = []
    for one in records:
        cell = one["cell"]
        if cell["split"] == 0 and cell["seed"] in (0, "-"):
            rate = 1e6 if cell["student"] == "teacher" else 2e7
            known = {"batch": 1000, "threads": 1, "rows_per_second": rate, "speed_up": rate / 1e6}
            more = {"bytes": 2e4, "nodes": 31, "contended": False, "hardware": "h", "why": ""}
            rows.append({**dict.fromkeys(SPEEDS, 0), **cell, **known, **more})
    frame = pd.DataFrame(rows, columns=list(SPEEDS)).astype(SPEEDS)
    return frame.sort_values(SPEED_KEY, ignore_index=True)
