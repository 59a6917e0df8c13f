"""What probes say of synthetic rows: a table per dataset and probe, a row per generator."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.analysis.study import Study
from tscbench.contracts.errors import SpecError
from tscbench.report.table import Column, Table, Tables

ROW = ["generator", "teacher", "query"]
REPEAT = ["split", "seed"]


def synthetic_tables(study: Study, wanted: str = "") -> Tables:
    """One table per dataset and probe: mean ± standard error over splits (over seeds where there is
    one split) of each number that the probe gives, by generator; and by teacher and query, where
    what they answer makes a difference. Mixes, objectives and students share synthetic rows.

    wanted: a probe, or one number of it such as `copy_rate.valid`; all of them if not given.

    Raises:
        SpecError: no probe has said anything, or not this one.
    """
    scores = study.scores
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
    return Tables(
        _table(str(dataset), str(probe), of_probe, asked[asked["dataset"] == dataset])
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


def _table(dataset: str, probe: str, found: pd.DataFrame, asked: pd.DataFrame) -> Table:
    answers = found.groupby(["generator", *REPEAT, "number"])["value"].nunique(dropna=False)
    row = ROW if answers.max() > 1 else ["generator"]
    found = found.drop_duplicates([*row, *REPEAT, "number"])
    stats = summaries(found, [*row, "number"])[["mean", "standard_error"]].unstack("number")
    numbers = sorted(found["number"].unique())
    sets = asked.drop_duplicates([*row, *REPEAT]).groupby(row).size().rename("asked").to_frame()
    sets.insert(0, "n", found.drop_duplicates([*row, *REPEAT]).groupby(row).size())
    sets = sets.fillna({"n": 0}).astype(int)
    frame = pd.DataFrame(index=sets.index)
    for number in numbers:
        frame[number] = stats["mean"][number].reindex(sets.index)
        frame[f"{number}_standard_error"] = stats["standard_error"][number].reindex(sets.index)
    frame = frame.join(sets).reset_index()
    frame.insert(0, "dataset", dataset)
    frame.insert(1, "probe", probe)
    columns = [Column(axis, wanted=9) for axis in row]
    columns += [Column(n, form=".4f", error=f"{n}_standard_error") for n in numbers]
    if (sets["n"] < sets["asked"]).any():
        columns.append(Column("n", "sets", ".0f", whole="asked"))
    caption = f"{probe} of synthetic rows, mean ± standard error; "
    caption += f"{sets['n'].sum()} of {sets['asked'].sum()} sets of them"
    return Table(dataset, caption, columns, frame, dataset=dataset)
