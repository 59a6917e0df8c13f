"""Small results to draw: scores and speeds of two datasets, made without chance."""

import numpy as np
import pandas as pd

from tscbench.analysis.by_dataset import difference_frame, on_each_dataset
from tscbench.analysis.cells import cells_of, valued
from tscbench.analysis.epochs import NOTED, VARIANCE
from tscbench.analysis.relations import relations
from tscbench.contracts.kinds import AXES
from tscbench.results.arms import ARM
from tscbench.results.frames import SPEEDS

ARMS = [  # teacher, query, generator, mix, objective, level
    ("forest", "inbag", "none", "real", "probabilities", 0.80),
    ("forest", "inbag", "munge", "fake(ratio=9)", "probabilities", 0.84),
    ("forest", "inbag", "munge(p=0.1, s=2)", "both(ratio=9)", "probabilities", 0.83),
    ("forest", "oob", "<script>alert('&')</script>", "both(ratio=9)", "probabilities", 0.79),
    ("forest", "inbag", "kde", "stream(p_fake=0.5)", "probabilities", 0.81),
    ("-", "-", "none", "real", "labels", 0.70),
]
TREES = [1, 5, 20]
DATASETS = ["magic", "<b>adult & co</b>"]


def scores(datasets=DATASETS, arms=ARMS, trees=TREES, splits=3, seeds=2) -> pd.DataFrame:
    """Scores that rise with the number of trees, on valid and test rows, and the teacher's."""
    rows = []
    for d, dataset in enumerate(datasets):
        for split in range(splits):
            base = {"dataset": dataset, "split": str(split), "status": "ok"}
            off = 0.01 * np.sin(7 * split + d)
            teacher = dict.fromkeys(AXES[3:], "-") | {"teacher": "forest", "student": "teacher"}
            rows += [base | teacher | {"part": part, "value": 0.9 + off} for part in PARTS]
            for a, (*arm, level) in enumerate(arms):
                axes = dict(
                    zip(("teacher", "query", "generator", "mix", "objective"), arm, strict=True)
                )
                for n in trees:
                    for seed in range(seeds):
                        value = (
                            level
                            + 0.02 * np.log(n)
                            + off
                            + 0.003 * np.sin(a + n + 3 * seed + split)
                        )
                        cell = base | axes | {"student": f"forest(n_trees={n})", "seed": str(seed)}
                        rows += [
                            cell | {"part": part, "value": value + PARTS[part]} for part in PARTS
                        ]
    return pd.DataFrame(rows).assign(metric="auc")[[*AXES, "status", "part", "metric", "value"]]


PARTS = {"valid": 0.004, "test": 0.0}


def speeds(frame: pd.DataFrame) -> pd.DataFrame:
    """Speeds and sizes of the cells of scores, at two batch sizes; teachers are of 500 trees."""
    cells = frame[list(AXES)].drop_duplicates(ignore_index=True)
    trees = cells["student"].str.extract(r"n_trees=(\d+)")[0].astype(float).fillna(500)
    wobble = 1 + 0.01 * np.cos(np.arange(len(cells)))
    both = []
    for batch, share in ((1, 0.01), (30_000, 1.0)):
        rate = share * wobble * 4e6 / trees
        up = (500 * wobble / trees).where(cells["student"] != "teacher", 1.0)
        facts = {"batch": batch, "threads": 1, "rows_per_second": rate, "speed_up": up}
        size = {"bytes": 2e5 * trees, "nodes": 3e3 * trees, "hardware": "one", "why": ""}
        both.append(cells.assign(**facts, **size, contended=False, repeats=9))
    return pd.concat(both, ignore_index=True).reindex(columns=list(SPEEDS)).astype(SPEEDS)


def sweep_scores() -> pd.DataFrame:
    """Scores of munge over p and s; the test rows prefer another setting than the validation rows.
    The defaults p=0.5 and s=1 are left out of labels, as labels do."""
    rows = []
    for p in (0.1, 0.5, 0.9):
        for s in (0.5, 1.0, 2.0):
            given = [f"p={p:g}"] * (p != 0.5) + [f"s={s:g}"] * (s != 1.0)
            label = f"munge({', '.join(given)})" if given else "munge"
            best = {"valid": (0.1, 0.5), "test": (0.5, 1.0)}
            for part, (best_p, best_s) in best.items():
                value = 0.9 - 0.05 * abs(p - best_p) - 0.01 * abs(s - best_s)
                arm = {"generator": label, "mix": "fake(ratio=9)", "objective": "probabilities"}
                rest = {"teacher": "forest", "query": "inbag", "student": "tree", "seed": "0"}
                base = {"dataset": "<i>magic</i>", "status": "ok", "part": part, "metric": "auc"}
                rows += [base | arm | rest | {"split": k, "value": value} for k in ("0", "1")]
    return pd.DataFrame(rows)[[*AXES, "status", "part", "metric", "value"]]


def rate_scores() -> pd.DataFrame:
    """Errors of students and teachers at several n, powers of n times a factor of the split."""
    rows = []
    for dataset, power in (("<b>flat</b>(n_train={})", 0.0), ("steep(d=2, n_train={})", -2 / 3)):
        for n in (100, 200, 400):
            for split, factor in enumerate((0.9, 1.0, 1.1)):
                at = {"dataset": dataset.format(n), "split": str(split), "teacher": "ridge"}
                at |= {"generator": "none", "mix": "real", "status": "ok", "part": "test"}
                cell = at | {"objective": "vanilla", "student": "constant", "seed": "0"}
                for query, slope in (("inbag", 0.0), ("crossfit(folds=5)", power)):
                    value = factor * n**slope
                    rows.append(cell | {"query": query, "metric": "error", "value": value})
                own = at | dict.fromkeys(("query", "generator", "mix", "objective", "seed"), "-")
                own |= {"student": "teacher"}
                seen = {"inbag.error": factor, "crossfit(folds=5).error": 2 * factor / n}
                rows.append(own | {"metric": "error", "value": factor / n})
                rows += [
                    own | {"part": "train", "metric": name, "value": value}
                    for name, value in seen.items()
                ]
    return pd.DataFrame(rows)[[*AXES, "status", "part", "metric", "value"]]


def gained(frame: pd.DataFrame, ratio: float = 0.4) -> pd.DataFrame:
    """What the forest plot is made of; ratio: test rows over training rows, of every dataset."""
    cells = cells_of(frame)
    full = pd.concat([frame, relations(frame)[list(frame)]], ignore_index=True)
    ratios = dict.fromkeys(frame["dataset"], ratio)
    pages = on_each_dataset(valued(cells, full, "auc", "test"), ratios)
    return difference_frame(pages, cells.drop_duplicates("arm").set_index("arm")[ARM])


CURVES = {
    ("none", "real"): {
        0: {
            "train_loss": [3, 2, 1],
            "valid_accuracy": [0.69, 0.70, 0.70],
            "test_accuracy": [0.6] * 3,
        },
        1: {"train_loss": [3, 2, 2], "valid_accuracy": [0.5, 0.6, 0.8], "test_accuracy": [0.8] * 3},
    },
    ("gan", "stream(p_fake=0.8)"): {0: {"train_loss": [5, None]}},
}


def network_history() -> pd.DataFrame:
    """What was noted of the epochs of two arms; of one the loss alone, not of its last."""
    rows = [
        [*("toy", 0, "nin", "inbag", generator, mix, "logits", "lenet", seed), epoch, figure, value]
        for (generator, mix), seeds in CURVES.items()
        for seed, figures in seeds.items()
        for figure, values in figures.items()
        for epoch, value in enumerate(values, 1)
    ]
    return pd.DataFrame(rows, columns=[*AXES, "epoch", "figure", "value"])


def watched_gradients() -> pd.DataFrame:
    """What two games noted of the gradients of two losses, in two repeats of two epochs."""
    rows = [
        [*("toy", split, "nin", "-", "-", "real", "labels", game, 0), epoch, f"{term}{VARIANCE}", v]
        for game, scale in [("kdgan", 1.0), ("kdgan(gradient=reinforce)", 100.0)]
        for term, value in [("c_adv", 1e-3), ("c_kd", 1e-6)]
        for split in (0, 1)
        for epoch, v in enumerate([scale * value, scale * value * (3 + 2 * split)], 1)
    ]
    return pd.DataFrame(rows, columns=[*AXES, "epoch", "figure", "value"])


def teacher_epochs() -> pd.DataFrame:
    """What was noted of two epochs of their teacher."""
    asked = ["toy", 0, "nin", "-", "-", "-", "-", "teacher", "-"]
    rows = [[*asked, epoch, f, v] for epoch, v in [(1, 0.7), (2, 0.9)] for f in NOTED]
    return pd.DataFrame(rows, columns=[*AXES, "epoch", "figure", "value"])
