"""The boards of a run as the command line and Python show them."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.boards import Boards, leaderboard
from tscbench.boards.coverage import Policy
from tscbench.boards.gaps import Reasons, gaps, with_gaps
from tscbench.boards.standard import SCORES, standard
from tscbench.boards.summary import over_datasets


def run_boards(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    headline: str,
    *,
    metric: str = "",
    part: str = "test",
    policy: Policy = "none",
    higher_is_better: bool = True,
    within: pd.DataFrame | None = None,
    reasons: Reasons | None = None,
) -> Boards:
    """A board for each dataset, the standard one or that of one metric, with a note on the methods
    that lack cells there; then the boards over datasets.

    higher_is_better: of the metric, or else of the headline. For the rest see `standard`,
    `leaderboard` and `over_datasets`.

    Raises:
        SpecError: no result has this metric.
    """
    if metric:
        found = leaderboard(scores, metric, part=part)
        shown = [metric]
    else:
        found = standard(scores, speeds, headline, part=part, within=within)
        known = set(scores["metric"].dropna())
        shown = [name for name in dict.fromkeys([*SCORES, headline]) if name in known]
    over = over_datasets(
        scores,
        metric or headline,
        part=part,
        policy=policy,
        higher_is_better=higher_is_better,
        within=within,
        reasons=reasons,
    )
    lacking = gaps(scores, shown or [headline], part=part, reasons=reasons)
    return Boards([*with_gaps(found, lacking), *over])
