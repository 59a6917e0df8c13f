"""How networks learn from epoch to epoch: accuracy and loss, and when they have converged."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import ARM, REPEATS, Board, Boards, plus_minus, size_order
from tscbench.boards.figures.frames import KEY
from tscbench.boards.figures.layout import WIDTH
from tscbench.boards.figures.learning import learning_curves
from tscbench.boards.figures.names import method_names

NEAR = 0.01
"""A network has converged at the first epoch that comes this near its best validation accuracy."""

FIGURES = {
    "train_loss": "loss on the compression set",
    "valid_accuracy": "accuracy on validation rows",
    "test_accuracy": "accuracy on test rows",
}


def history_frame(history: pd.DataFrame, figure: str) -> pd.DataFrame:
    """One row per dataset, arm, student and epoch, the x: mean, standard_error and n of a figure.
    A teacher has the accuracy of its last epoch, without an x, and no loss, for it learnt something
    else. history: as a run gives it."""
    here = history[(history["figure"] == figure) & history["value"].notna()]
    here = here.rename(columns={"epoch": "x"}).sort_values([*REPEATS, "value"], kind="stable")
    teachers = here["student"] == "teacher"
    last = here["x"] == here.groupby([*KEY, *REPEATS])["x"].transform("max")
    here = here.assign(x=here["x"].where(~teachers, -1))  # a group needs a number
    here = here[~teachers | (last & (figure != "train_loss"))]
    found = summaries(here, [*KEY, "x"]).reset_index()
    found["x"] = found["x"].where(found["x"] > 0)
    return found[[*KEY, "x", "mean", "standard_error", "n"]].sort_values(
        [*KEY, "x"], ignore_index=True
    )


def converged(history: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: its epochs, the first that came within NEAR of the best validation accuracy
    of all, the loss of the last, and accuracy on test rows at the last. NaN where none was noted.
    """
    cell = [*KEY, *REPEATS]
    wide = history.pivot_table("value", [*cell, "epoch"], "figure").reindex(columns=list(FIGURES))
    wide = wide.sort_index().reset_index("epoch")
    groups = wide.groupby(level=cell)
    best = groups["valid_accuracy"].transform("max")
    near = wide["epoch"].where(wide["valid_accuracy"] >= best - NEAR)
    last = groups[["epoch", "train_loss", "test_accuracy"]].last()
    found: pd.DataFrame = last.assign(converged=near.groupby(level=cell).min())
    return found.rename(columns={"epoch": "epochs"}).reset_index()


def history_boards(history: pd.DataFrame) -> Boards:
    """One board per dataset, a row per arm and student; none of what has no epochs."""
    history = history[history["figure"].isin(FIGURES)]
    if history.empty:
        return Boards()
    found = converged(history)
    return Boards(_board(str(name), rows) for name, rows in found.groupby("dataset", sort=True))


def _board(dataset: str, rows: pd.DataFrame) -> Board:
    means = {
        name: summaries(rows.assign(value=rows[name]), ["student", *ARM])
        for name in ("epochs", "converged", "train_loss", "test_accuracy")
    }
    index = sorted(means["epochs"].index, key=lambda row: (size_order(row[0]), row[1:]))
    arms = pd.DataFrame(list(index), columns=["student", *ARM])
    names, note = method_names(arms)
    table = pd.DataFrame({"student": arms["student"], "method": names})
    keys = pd.DataFrame(index=table.index)
    for name, title in {
        "epochs": "epochs",
        "converged": "converged after",
        "train_loss": "last loss",
        "test_accuracy": "last test accuracy",
    }.items():
        pairs = means[name].loc[index, ["mean", "standard_error"]].to_numpy()
        keys[title] = pairs[:, 0]
        table[title] = [
            _said(mean, error, whole=name in ("epochs", "converged")) for mean, error in pairs
        ]
    caption = (
        "epochs of networks, mean ± standard error over repeats. Converged: the first epoch within "
        f"{NEAR:g} of the best validation accuracy. An epoch is judged on up to 10,000 rows of "
        "each part; those for testing are noted, and nothing is chosen by them. Losses of "
        "different objectives do not compare"
    )
    every = pd.concat([means[name].loc[index].assign(figure=name) for name in means])
    numbers = every.rename(columns={"mean": "value"}).reset_index()
    numbers.insert(0, "dataset", dataset)
    return Board(dataset, caption, table, keys, (note,) if note else (), numbers)


def _said(mean: float, error: float, *, whole: bool) -> str:
    if pd.isna(mean):
        return "–"
    return f"{mean:.1f}".removesuffix(".0") if whole else plus_minus(mean, error)


def history_figures(history: pd.DataFrame, width: float = WIDTH) -> Mapping[str, str]:
    """A figure, as SVG, of each of FIGURES against epochs, by name; one epoch is no line."""
    several = history.groupby([*KEY, *REPEATS])["epoch"].transform("max") > 1
    history = history[several] if several.any() else history
    frames = {name: history_frame(history, name) for name in FIGURES}
    return {
        name: learning_curves(
            frame,
            along="epoch",
            metric=FIGURES[name],
            direction="lower" if name == "train_loss" else "higher",
            width=width,
        )
        for name, frame in frames.items()
        if frame["x"].notna().any()
    }
