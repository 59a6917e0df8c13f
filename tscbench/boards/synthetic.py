"""What probes say of synthetic rows: a board per dataset and probe, a row per generator."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import Board, Boards, plus_minus
from tscbench.contracts.errors import SpecError

NONE = "–"
ROW = ["generator", "teacher", "query"]
REPEAT = ["split", "seed"]


def synthetic(scores: pd.DataFrame, wanted: str = "") -> Boards:
    """One board per dataset and probe: mean ± standard error over splits (over seeds where there is
    one split) of each number that the probe gives, by generator; and by teacher and query, where
    what they answer makes a difference. Mixes, objectives and students share synthetic rows.

    wanted: a probe, or one number of it such as `copy_rate.valid`; all of them if not given.

    Raises:
        SpecError: no probe has said anything, or not this one.
    """
    rows = scores[scores["part"] == "synthetic"]
    if rows.empty:
        raise SpecError("no probe of synthetic rows was asked: a suite names them in probes = […]")
    keys = ["dataset", *ROW, *REPEAT, "metric"]
    each = rows.groupby(keys, sort=True)["value"].first().reset_index()
    parts = each["metric"].str.rpartition(".")
    each = each.assign(probe=parts[0], number=parts[2])
    shown = each[(wanted == "") | (each["probe"] == wanted) | (each["metric"] == wanted)]
    if shown.empty:
        known = ", ".join(sorted(set(each["probe"])))
        raise SpecError(f"no probe {wanted!r} in these results (has: {known})")
    asked = _asked(scores)
    return Boards(
        _board(str(dataset), str(probe), of_probe, asked[asked["dataset"] == dataset])
        for (dataset, probe), of_probe in _taught(shown).groupby(["dataset", "probe"], sort=True)
    )


def _asked(scores: pd.DataFrame) -> pd.DataFrame:
    """The planned sets of synthetic rows that probes look at; a stream has none to show."""
    of = ~scores["generator"].isin(["none", "-"]) & ~scores["mix"].str.startswith("stream")
    made = scores[of & (scores["student"] != "teacher") & (scores["mix"] != "real")]
    return _taught(made[["dataset", *ROW, *REPEAT]].drop_duplicates())


def _taught(sets: pd.DataFrame) -> pd.DataFrame:
    """Without those that no teacher answers, where a teacher answers the same rows."""
    bare = sets["teacher"] == "-"
    taught = (~bare).groupby([sets["dataset"], sets["generator"]]).transform("any")
    return sets[~(bare & taught)]


def _board(dataset: str, probe: str, found: pd.DataFrame, asked: pd.DataFrame) -> Board:
    answers = found.groupby(["generator", *REPEAT, "number"])["value"].nunique(dropna=False)
    row = ROW if answers.max() > 1 else ["generator"]
    found = found.drop_duplicates([*row, *REPEAT, "number"])
    stats = summaries(found, [*row, "number"])
    sets = asked.drop_duplicates([*row, *REPEAT]).groupby(row).size().rename("asked").to_frame()
    sets["n"] = found.drop_duplicates([*row, *REPEAT]).groupby(row).size()
    sets = sets.fillna({"n": 0}).astype(int)
    shown = [plus_minus(m, e) for m, e in stats[["mean", "standard_error"]].to_numpy()]
    text = stats.assign(text=shown)["text"].unstack("number").reindex(sets.index).fillna(NONE)
    keys = stats["mean"].unstack("number").reindex(sets.index)
    if (sets["n"] < sets["asked"]).any():
        text["sets"] = sets["n"].astype(str) + " of " + sets["asked"].astype(str)
    caption = f"{probe} of synthetic rows, mean ± standard error; "
    caption += f"{sets['n'].sum()} of {sets['asked'].sum()} sets of them"
    tables = [frame.reset_index().rename_axis(columns=None) for frame in (text, keys)]
    numbers = stats.rename(columns={"mean": "value"}).reset_index()
    numbers.insert(0, "probe", probe)
    return Board(dataset, caption, tables[0], tables[1], numbers=numbers)
