"""How networks learn from epoch to epoch, and when they have converged: tables."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.epochs import NEAR, NOTED, SMOOTHED, converged
from tscbench.analysis.repeats import summaries
from tscbench.report.names import Names
from tscbench.report.table import Column, Table, Tables
from tscbench.results.arms import ARM, size_order

CAPTION = (
    "epochs of networks, mean ± standard error over repeats. Converged: the first epoch at which "
    f"validation accuracy, as the mean of {SMOOTHED} epochs, is within {NEAR:g} of its highest. An "
    "epoch is judged on up to 10,000 rows of each part; those for testing are noted, and nothing "
    "is chosen by them: the best of all epochs is what a paper reports that does. Losses of "
    "different objectives do not compare"
)

COLUMNS = [
    Column("student", wanted=9),
    Column("method", wanted=9),
    Column("epochs", form=".3g", wanted=8),
    Column("converged", "converged after", ".3g", wanted=8),
    Column("train_loss", "last loss", ".4f", error="train_loss_standard_error", wanted=6),
    Column(
        "test_accuracy",
        "last test accuracy",
        ".4f",
        error="test_accuracy_standard_error",
        wanted=7,
    ),
    Column(
        "chosen_on_test",
        "best of all epochs, no result",
        ".4f",
        error="chosen_on_test_standard_error",
        wanted=5,
    ),
]


def history_tables(history: pd.DataFrame, names: Names) -> Tables:
    """One table per dataset, a row per arm and student; none of what has no epochs."""
    history = history[history["figure"].isin(NOTED)]
    if history.empty:
        return Tables()
    each = converged(history).groupby("dataset", sort=True)
    return Tables(_table(str(dataset), rows, names) for dataset, rows in each)


def _table(dataset: str, rows: pd.DataFrame, names: Names) -> Table:
    key = ["student", *ARM]
    found = pd.DataFrame(index=pd.MultiIndex.from_frame(rows[key].drop_duplicates()))
    for name in ("epochs", "converged", "train_loss", "test_accuracy", "chosen_on_test"):
        stats = summaries(rows.assign(value=rows[name]), key).reindex(found.index)
        found[name], found[f"{name}_standard_error"] = stats["mean"], stats["standard_error"]
    order = sorted(found.index, key=lambda row: (size_order(row[0]), row[1:]))
    frame = found.loc[order].reset_index()
    frame.insert(0, "dataset", dataset)
    frame.insert(1, "method", names.of(frame))
    return Table(dataset, CAPTION, COLUMNS, frame, [names.note], dataset=dataset)
