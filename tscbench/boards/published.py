"""Published against measured: each number of the ledger beside the cells that repeat it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.analysis.student_t import one_more
from tscbench.boards.boards import Board, Boards, plus_minus
from tscbench.boards.cells import finder
from tscbench.boards.claims import claims_frame, without_score
from tscbench.boards.ledger import Number
from tscbench.boards.partners import Baselines
from tscbench.boards.read_ledger import read_ledger
from tscbench.boards.relations import facts, relations
from tscbench.contracts.errors import NothingSelected
from tscbench.contracts.types import Array

LONG = 60
"""A board with more numbers than this counts those that were not run, and does not list them."""

COLUMNS = [
    *("id", "what", "source", "status", "metric", "printed", "published", "measured"),
    *("standard_error", "n", "asked", "difference", "tolerance", "verdict", "why", "note"),
]

HOW = (
    "reached: the difference is within the tolerance, which is half a unit of the last printed "
    "digit and the 95 % prediction interval of one more repeat of ours, unless it was set before"
)


def published_board(
    scores: pd.DataFrame,
    suite: str,
    speeds: pd.DataFrame | None = None,
    *,
    test_share: float = 0.3,
    baselines: Baselines | None = None,
) -> Boards:
    """The numbers and claims that `suite` is there to repeat, beside what a run of it measured.

    scores: as `scores()` gives them; relations between cells are computed from them. speeds: as
    `Run.speeds()` gives them, for claims about throughput. test_share: of all rows, for the
    intervals of claims. baselines: as `relations` takes them.

    Raises:
        NothingSelected: the ledger has nothing for this suite.
    """
    ledger = read_ledger().of(suite)
    if not ledger.numbers and not ledger.claims:
        raise NothingSelected(
            f"no published number or claim is there for suite {suite!r} to repeat"
        )
    related, scores = relations(scores, baselines), facts(scores)
    scores = pd.concat([scores, related[[name for name in related if name in scores]]])
    numbers = numbers_frame(scores, ledger.numbers)
    claims = claims_frame(scores, speeds, ledger.claims, test_share=test_share)
    boards = [
        *([_numbers_board(suite, numbers)] if len(numbers) else []),
        *([_claims_board(suite, claims)] if len(claims) else []),
    ]
    return Boards(boards)


def numbers_frame(scores: pd.DataFrame, numbers: Iterable[Number]) -> pd.DataFrame:
    """One row per number, and one for each generator that is set beside it, whose id ends in
    @generator. Cells are compared on test rows, by their labels.

    Returns id, what, source, status, metric, printed (as text, with its spread), published,
    measured and standard_error (over repeats, as `summaries` has them), n, asked (planned repeats),
    difference (measured - published), tolerance, verdict, why and note.

    verdict: "reached", "not reached: above" or "…: below"; "undecided: …" where a score is
    undefined or one repeat has no spread; "not run here"; "not replayable: …".
    """
    find = finder(scores)
    asked: list[tuple[Number, str, str, dict[str, str]]] = []
    for number in numbers:
        asked.append((number, number.id, number.what, number.cell))
        for generator in number.beside if number.cell else ():
            cell = {**number.cell, "generator": generator}
            name, what = f"{number.id}@{generator}", f"{number.what}, by {generator}"
            asked.append((number, name, what, cell))
    found = [find(cell) for *_, cell in asked]
    mine = [rows[rows["metric"] == one[0].metric] for one, rows in zip(asked, found, strict=True)]
    measured = _measured(mine)
    rows = [_row(*one) for one in zip(asked, found, mine, measured, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _measured(scores: list[pd.DataFrame]) -> list[tuple[float, float]]:
    """Mean and standard error of each frame of scores, NaN where one is not there or undefined."""
    whole = {n: frame for n, frame in enumerate(scores) if frame["value"].notna().all()}
    kept = {n: frame[["split", "seed", "value"]] for n, frame in whole.items() if len(frame)}
    if not kept:
        return [(float("nan"), float("nan"))] * len(scores)
    table = summaries(pd.concat(kept, names=["place"]).reset_index("place"), ["place"])
    pairs = table[["mean", "standard_error"]].reindex(range(len(scores)))
    return [(float(mean), float(error)) for mean, error in pairs.to_numpy()]


def _row(
    named: tuple[Number, str, str, dict[str, str]],
    rows: pd.DataFrame,
    mine: pd.DataFrame,
    measured: tuple[float, float],
) -> dict[str, Any]:
    (number, name, what, cell), (mean, error) = named, measured
    values = mine["value"].to_numpy(np.float64)
    asked = len(rows.drop_duplicates(["split", "seed"]))
    difference = mean - number.printed.number
    tolerance = tolerance_of(number, values)
    return {
        "id": name,
        "what": what,
        "source": number.source,
        "status": number.status,
        "metric": number.metric,
        "printed": number.value + (f" ± {number.spread}" if number.spread else ""),
        "published": number.printed.number,
        "measured": mean,
        "standard_error": error,
        "n": len(values),
        "asked": asked,
        "difference": difference,
        "tolerance": tolerance,
        "verdict": _verdict(number, cell, rows, values, difference, tolerance),
        "why": number.why,
        "note": number.note,
    }


def tolerance_of(number: Number, values: Array) -> float:
    """How far the mean of our repeats may be from a published number. NaN where it is not known.

    A number that was set before stands. "redraw": a published number is one more run of the same
    experiment, rounded, so it lies within half a unit of its last digit and
    t_{.975, n - 1}·s·√(1 + 1/n) of the mean of n repeats with standard deviation s. Repeats that
    share a split are counted as if they did not, which makes it smaller.
    """
    n = len(values)
    if isinstance(number.tolerance, float) and n:
        return number.tolerance
    if number.tolerance != "redraw" or n < 2 or np.isnan(values).any():
        return float("nan")
    return number.printed.half_unit + one_more(values)


def _verdict(
    number: Number,
    cell: dict[str, str],
    rows: pd.DataFrame,
    values: Array,
    difference: float,
    tolerance: float,
) -> str:
    if number.status == "not replayable":
        return f"not replayable: {number.why}"
    if not cell:
        return f"not run here: {number.why}"
    if not len(values):
        why = without_score(rows, number.metric)
        return f"not run here: {why}" if len(rows) else "not run here"
    if np.isnan(values).any():
        return f"undecided: {np.isnan(values).sum()} of {len(values)} scores are undefined"
    if np.isnan(tolerance):
        return "undecided: one repeat has no spread"
    if abs(difference) <= tolerance:
        return "reached"
    return "not reached: above" if difference > 0 else "not reached: below"


def _numbers_board(suite: str, frame: pd.DataFrame) -> Board:
    listed = frame if len(frame) <= LONG else frame[frame["n"] > 0]
    verdicts, notes = _with_notes(listed["verdict"])
    table = pd.DataFrame(
        {
            "id": listed["id"],
            "what": listed["what"],
            "published": listed["printed"],
            "measured": [_mean(*row) for row in listed[["measured", "standard_error"]].to_numpy()],
            "repeats": [_of(*row) for row in listed[["n", "asked"]].to_numpy()],
            "difference": [_signed(x) for x in listed["difference"]],
            "tolerance": ["" if np.isnan(x) else f"{x:.4f}" for x in listed["tolerance"]],
            "verdict": verdicts,
        }
    )
    left = f"; {len(frame) - len(listed)} that were not run are not listed" * (len(frame) > LONG)
    caption = f"{len(frame)} published numbers: {_tally(frame)}{left}; {HOW}{notes}"
    numbers = frame.drop(columns="printed")
    return Board(f"{suite}: published against measured", caption, table, numbers=numbers)


def _claims_board(suite: str, frame: pd.DataFrame) -> Board:
    listed = _folded(frame)
    verdicts, notes = _with_notes(listed["verdict"])
    table = pd.DataFrame(
        {
            "claim": listed["what"],
            "case": listed["case"],
            "estimate": [_signed(x) for x in listed["estimate"]],
            "interval": [_between(*row) for row in listed[["low", "high"]].to_numpy()],
            "repeats": [_of(*row) for row in listed[["n", "asked"]].to_numpy()],
            "verdict": verdicts,
        }
    )
    caption = (
        f"{frame['id'].nunique()} published claims in {len(frame)} cases: {_tally(frame)}; "
        "95 % intervals of paired differences over splits, corrected for the rows that splits "
        f"share (Nadeau & Bengio 2003){notes}"
    )
    return Board(f"{suite}: published claims", caption, table, numbers=frame)


def _folded(claims: pd.DataFrame) -> pd.DataFrame:
    """Cases of a claim without an estimate, for one and the same reason, as one row."""
    bare = claims[claims["estimate"].isna()]
    same = bare.groupby(["id", "verdict"], sort=False)["case"].transform("size")
    several = bare.assign(case=bare["case"].where(same == 1, same.astype(str) + " cases"))
    kept = claims.assign(case=several["case"].reindex(claims.index).fillna(claims["case"]))
    return kept[claims["estimate"].notna() | ~kept.duplicated(["id", "verdict", "case"])]


def _tally(frame: pd.DataFrame) -> str:
    """How often there is which kind of verdict."""
    kinds = frame["verdict"].str.split(":").str[0].value_counts(sort=False)
    return ", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "none"


def _with_notes(verdicts: pd.Series[str]) -> tuple[list[str], str]:
    """Verdicts with their reasons as numbered notes, and the notes."""
    reasons: dict[str, int] = {}
    short = []
    for verdict in verdicts:
        kind, _, reason = verdict.partition(": ")
        if len(reason) > 30:
            short.append(f"{kind} ({reasons.setdefault(reason, len(reasons) + 1)})")
        else:
            short.append(verdict)
    return short, "".join(f"\n({number}) {reason}" for reason, number in reasons.items())


def _mean(mean: float, error: float) -> str:
    return "" if np.isnan(mean) else plus_minus(mean, error)


def _of(n: float, asked: float) -> str:
    if not asked:
        return ""
    return f"{n:.0f}" if n == asked else f"{n:.0f} of {asked:.0f}"


def _signed(x: float) -> str:
    return "" if np.isnan(x) else f"{x:+.4f}"


def _between(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"[{low:+.4f}, {high:+.4f}]"
