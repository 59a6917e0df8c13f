"""The boards of a run as the command line and Python show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from tscbench.analysis.coverage import Policy
from tscbench.boards.asked import must_have, recorded_of, speed_rows
from tscbench.boards.boards import Board, Boards, leaderboard
from tscbench.boards.diagnosis import probe_board
from tscbench.boards.gaps import Reasons, gaps, with_gaps
from tscbench.boards.partners import Baselines
from tscbench.boards.relations import among, relations
from tscbench.boards.sources import Sources, sources_of
from tscbench.boards.standard import SCORES, WORTH, standard
from tscbench.boards.summary import TITLE, over_datasets
from tscbench.boards.synthetic import synthetic
from tscbench.boards.teacher_card import teacher_card
from tscbench.contracts.kinds import Direction

RATIOS = ("tsc_", "recovery")


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
    baselines: Baselines | None = None,
    same_source: Iterable[Sequence[str]] = (),
) -> Boards:
    """A board for each dataset, the standard one or that of one metric, with a note on the methods
    that lack cells there; boards over datasets; and without a metric, on test rows, of `beside`.
    scores: with or without the rows of `with_derived`, which are worked out again. direction: of
    the metric, or else of the headline. same_source: groups of datasets that count as one. For the
    rest see `relations`, `standard`, `leaderboard`, `over_datasets`; of probes alone `synthetic`.

    Raises:
        SpecError: no result has this metric.
    """
    if not metric and len(scores) and (scores["student"] == "generator").all():
        return synthetic(scores)
    sources = sources_of(same_source, scores["dataset"].unique())
    scores, every = recorded_of(scores), recorded_of(scores if within is None else within)
    related = pd.concat([relations(every, baselines), speed_rows(speeds)], ignore_index=True)
    if metric:
        scores, notes = _about(scores, related, metric, part)
        found = leaderboard(scores, metric, part=part, direction=direction, sources=sources)
    else:
        notes = _named(related, part)
        found = standard(scores, speeds, headline, part=part, related=related, direction=direction)
    lacking = gaps(scores, [metric] if metric else [*SCORES, headline], part=part, reasons=reasons)
    over = over_datasets(
        scores,
        metric or headline,
        part=part,
        policy=policy,
        direction=direction,
        within=every,
        related=related,
        reasons=reasons,
        sources=sources,
    )
    boards = Boards([*_noted(with_gaps(found, lacking), notes), *_noted(over, notes)])
    if not metric and part == "test":
        boards.extend(beside(scores, among(related, scores), headline, sources))
    return boards


def _about(
    scores: pd.DataFrame, related: pd.DataFrame, metric: str, part: str
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Of a metric that is worked out, the scores of the cells that it is of, with its own rows; and
    by dataset what is to be said of those. Of one that is recorded, the scores as they are."""
    must_have(pd.concat([scores, related]), metric)
    own = among(related[related["metric"] == metric], scores)
    if own.empty:
        return scores, []
    rows = own[own["status"] == "ok"]
    counts = rows[(rows["part"] == part) & (rows["why"] != "")].groupby("dataset")["why"]
    said = [
        (str(dataset), f"{metric}, {n} {'cell' if n == 1 else 'cells'}: {why}")
        for (dataset, why), n in counts.value_counts().sort_index().items()
    ]
    if metric.startswith(RATIOS):
        said.append((TITLE, f"{metric} of methods over datasets: the mean of its single repeats"))
    return pd.concat([among(scores, own), rows], ignore_index=True), said


def _named(related: pd.DataFrame, part: str) -> list[tuple[str, str]]:
    """By dataset what the TSC Scores on its board are called, where that is not `tsc_score`."""
    scored = related[(related["part"] == part) & related["value"].notna()]
    names = scored[scored["metric"].str.fullmatch(r"tsc_score@.+")].groupby("dataset")["metric"]
    return [(str(d), f"{WORTH}: {', '.join(sorted(of.unique()))}") for d, of in names]


def _noted(boards: Iterable[Board], notes: list[tuple[str, str]]) -> Iterable[Board]:
    """Boards with the notes that go by their titles."""
    for board in boards:
        more = [note for title, note in notes if title == board.title]
        yield replace(board, notes=(*board.notes, *more))


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
