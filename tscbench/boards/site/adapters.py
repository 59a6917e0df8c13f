"""Everything that the site takes from the other boards, a function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from tscbench.analysis.ranks import critical_difference
from tscbench.boards.boards import ARM, Board
from tscbench.boards.diagnosis import probe_board
from tscbench.boards.figures.critical import critical_difference as draw_ranks
from tscbench.boards.figures.differences import difference_frame, differences
from tscbench.boards.figures.learning import learning_curves, learning_frame
from tscbench.boards.figures.names import method_names, short_specs
from tscbench.boards.figures.pareto import pareto, pareto_frame
from tscbench.boards.figures.rates import rate_frame, rates, teacher_rate_frame
from tscbench.boards.figures.speed_error import speed_against_error, speed_error_frame
from tscbench.boards.figures.sweep import sweep, sweep_frame
from tscbench.boards.history import history_figures
from tscbench.boards.overview import Field
from tscbench.boards.relations import relations
from tscbench.boards.site.figures import Figure, both
from tscbench.boards.site.view import RunView
from tscbench.boards.standard import standard
from tscbench.boards.teacher_card import teacher_card

__all__ = [
    "critical_figure",
    "dataset_figures",
    "display_names",
    "history_drawings",
    "overview_figures",
    "probe_board",
    "relations",
    "short_specs",
    "standard_boards",
    "sweep_figure",
    "teacher_card_of",
]


def display_names(arms: pd.DataFrame) -> Mapping[str, str]:
    """What each arm (the index) is called: generator and mix, and what else tells it apart."""
    names, _ = method_names(arms)
    return {str(arm): str(name) for arm, name in names.items()}


def standard_boards(view: RunView, related: pd.DataFrame) -> list[Board]:
    """The standard board of each dataset: a row per arm and student."""
    direction = view.direction
    return list(
        standard(view.scores, view.speeds, view.headline, related=related, direction=direction)
    )


def teacher_card_of(view: RunView, related: pd.DataFrame) -> Board:
    """The teacher card, of accuracy or else of the headline."""
    there = set(view.scores["metric"].dropna())
    return teacher_card(view.scores, related, "accuracy" if "accuracy" in there else view.headline)


def overview_figures(view: RunView, by_dataset: pd.DataFrame, arms: pd.DataFrame) -> dict[str, Any]:
    """The figures of a run: quality against speed, and each method's difference by dataset.
    by_dataset: as `on_each_dataset` gives it. arms: their axes."""
    frame = difference_frame(by_dataset, arms)
    return {
        "pareto": _pareto(view),
        "differences": both(lambda width: differences(frame, metric=view.headline, width=width)),
        "figures": [*_speed_error(view), *_curves(view)],
        "rates": _rates(view),
    }


def _rates(view: RunView) -> list[Figure]:
    """Errors against training rows, where datasets differ in nothing but n_train: of students by
    the headline, if less of it is better, and of teachers by their distance to a known truth."""
    found = []
    if view.direction == "lower":
        found.append((rate_frame(view.scores, view.headline), f"Students: {view.headline}"))
    found.append((teacher_rate_frame(view.scores, "truth_error"), "Teachers: truth_error"))
    several = [(frame, what) for frame, what in found if frame["x"].nunique() > 2]
    return [both(_rate(frame, what)) for frame, what in several]


def _rate(frame: pd.DataFrame, what: str) -> Callable[[int], str]:
    return lambda width: rates(frame, metric=what, width=width)


def critical_figure(one: Field, names: Mapping[str, str]) -> Figure | None:
    """Average ranks with their critical difference; None where there are too few datasets."""
    ranks = one.methods["rank"].dropna()
    n = one.n_sources
    far = critical_difference(len(ranks), n) if len(ranks) > 1 else None
    if not isinstance(far, float):
        return None
    named = {names[str(arm)]: float(rank) for arm, rank in ranks.items()}
    return both(lambda width: draw_ranks(named, far, datasets=n, width=width))


def sweep_figure(view: RunView) -> Figure | None:
    """Munge's two parameters against each other, on validation rows and on test rows; None where
    they do not vary."""
    direction = view.direction
    frame = sweep_frame(view.scores, view.headline, direction=direction)
    if len(frame[["x", "y"]].drop_duplicates()) < 2:
        return None
    return both(lambda width: sweep(frame, metric=view.headline, width=width))


def dataset_figures(view: RunView, dataset: str) -> dict[str, Any]:
    """The figures of one dataset."""
    scores = view.scores[view.scores["dataset"] == dataset]
    here = replace(view, scores=scores, speeds=view.speeds[view.speeds["dataset"] == dataset])
    return {"pareto": _pareto(here), "figures": _curves(here)}


def history_drawings(history: pd.DataFrame) -> list[Figure]:
    """The loss and the accuracies of networks against epochs, of one dataset."""
    return [both(_epochs(history, name)) for name in history_figures(history)]


def _epochs(history: pd.DataFrame, name: str) -> Callable[[int], str]:
    return lambda width: history_figures(history, width)[name]


def _pareto(view: RunView) -> Figure | None:
    if view.speeds.empty:
        return None
    frame = pareto_frame(view.scores, view.speeds, view.headline)
    direction = view.direction
    if frame.empty:
        return None
    return both(lambda width: pareto(frame, metric=view.headline, direction=direction, width=width))


def _speed_error(view: RunView) -> list[Figure]:
    """Speed-up and bytes ratio against what a student loses on its teacher."""
    if view.speeds.empty:
        return []
    direction = view.direction
    frame = speed_error_frame(view.scores, view.speeds, view.headline, direction=direction)
    if frame["speed_up"].notna().sum() == 0:
        return []
    return [both(lambda width: speed_against_error(frame, metric=view.headline, width=width))]


def _curves(view: RunView) -> list[Figure]:
    """Curves over whatever count the students or the mixes of the run differ in."""
    found = []
    for along in ("n_trees", "max_leaf_nodes", "ratio"):
        frame = learning_frame(view.scores, view.headline, along)
        lines = frame.groupby(["dataset", *ARM, "student"])["x"].nunique()
        if len(lines) and lines.max() > 1:
            found.append(both(_curve(frame, along, view.headline)))
    return found


def _curve(frame: pd.DataFrame, along: str, metric: str) -> Callable[[int], str]:
    return lambda width: learning_curves(frame, along=along, metric=metric, width=width)
