"""The boards of a run as the command line and Python show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from tscbench.analysis.coverage import Policy
from tscbench.boards.boards import Board, Boards, leaderboard
from tscbench.boards.diagnosis import probe_board
from tscbench.boards.gaps import Reasons, gaps, with_gaps
from tscbench.boards.relations import among, relations
from tscbench.boards.sources import Sources, sources_of
from tscbench.boards.standard import SCORES, standard
from tscbench.boards.summary import over_datasets
from tscbench.boards.teacher_card import teacher_card
from tscbench.contracts.kinds import Direction


def run_boards(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    headline: str,
    *,
    metric: str = "",
    part: str = "test",
    policy: Policy = "none",
    direction: Direction = "higher",
    within: pd.DataFrame | None = None,
    reasons: Reasons | None = None,
    same_source: Iterable[Sequence[str]] = (),
) -> Boards:
    """A board for each dataset, the standard one or that of one metric, with a note on the methods
    that lack cells there; then the boards over datasets. Without a metric, on test rows, also what
    there is of `beside`.

    direction: of the metric, or else of the headline. same_source: groups of datasets that
    count as one. For the rest see `standard`, `leaderboard` and `over_datasets`.

    Raises:
        SpecError: no result has this metric.
    """
    sources = sources_of(same_source, scores["dataset"].unique())
    related = relations(scores if within is None else within)
    if metric:
        found = leaderboard(scores, metric, part=part, direction=direction, sources=sources)
    else:
        found = standard(scores, speeds, headline, part=part, related=related, direction=direction)
    shown = [metric] if metric else [*SCORES, headline]
    lacking = gaps(scores, shown, part=part, reasons=reasons)
    over = over_datasets(
        scores,
        metric or headline,
        part=part,
        policy=policy,
        direction=direction,
        within=within,
        related=related,
        reasons=reasons,
        sources=sources,
    )
    if metric or part != "test":
        return Boards([*with_gaps(found, lacking), *over])
    more = beside(scores, among(related, scores), headline, sources)
    return Boards([*with_gaps(found, lacking), *over, *more])


def beside(
    scores: pd.DataFrame, related: pd.DataFrame, headline: str, sources: Sources | None = None
) -> Iterable[Board]:
    """What else a run has recorded: how well its probes foretell the TSC Score, where it has any,
    and how well its teachers know their training rows by heart, where they were asked."""
    parts = set(scores["part"].dropna())
    if "synthetic" in parts:
        yield probe_board(scores, related, sources=sources)
    if "train" in parts:
        known = set(scores["metric"].dropna())
        yield teacher_card(scores, related, "accuracy" if "accuracy" in known else headline)
