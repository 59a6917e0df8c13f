"""Accuracy and loss of networks from epoch to epoch."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.epochs import NOTED, VARIANCE
from tscbench.contracts.kinds import Direction
from tscbench.report.figures import WIDTH
from tscbench.report.figures.learning import PASSED, learning
from tscbench.report.figures.sheet import Panels
from tscbench.report.names import Names

TITLES = {
    "train_loss": "loss on the compression set",
    "valid_accuracy": "accuracy on validation rows",
    "test_accuracy": "accuracy on test rows",
}


def epochs(
    frame: pd.DataFrame, names: Names, *, noted: str = "test_accuracy", width: float = WIDTH
) -> Panels:
    """A panel per dataset and student: what was noted of each epoch, one line per arm; a teacher is
    a level line of its last accuracy.

    frame: see `history_frame`.
    """
    direction: Direction = "higher" if noted.endswith("accuracy") else "lower"
    metric = TITLES.get(noted, noted.replace("_", " "))
    return learning(frame, names, along=PASSED, metric=metric, direction=direction, width=width)


def drawable(history: pd.DataFrame, *, few: bool = False) -> list[str]:
    """What was noted of the epochs of some student, what is noted of all networks first. few: of
    the rest only accuracies on test rows, such as those of a game's teacher."""
    here = history[(history["student"] != "teacher") & history["value"].notna()]
    beside = here[(here["epoch"] > 1) & ~here["figure"].isin(NOTED)]
    every = [noted for noted in NOTED if (here["figure"] == noted).any()]
    more = sorted(set(beside["figure"]))
    return [*every, *(name for name in more if not few or name.endswith("test_accuracy"))]


def watched(history: pd.DataFrame) -> bool:
    """Whether some student noted how much its gradients vary."""
    return bool(history["figure"].str.endswith(VARIANCE).any())
