"""What students cost and earn back, and the most that each dataset's students speed up: tables."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.cost import CHARGED, break_even
from tscbench.analysis.speed_error import AT_MOST, PICKS, speed_error_frame
from tscbench.analysis.study import Study
from tscbench.report.names import Names
from tscbench.report.speeds import to_time
from tscbench.report.table import Column, Table, Tables
from tscbench.results.arms import size_order

PHASES = dict(zip(CHARGED, ("generator", "rows", "labels", "training"), strict=True))
SECONDS = {**PHASES, "total_seconds": "total", "teacher_seconds": "teacher"}
CHOSEN = {
    "most_accurate": "most accurate",
    "smallest": "smallest",
    "fastest": f"fastest that loses at most {100 * AT_MOST:g} points",
}
CAPTION = (
    "seconds to make a student, each step in full although others share it; its teacher's beside. "
    "Earned back: rows predicted until the time saved over the teacher is as long"
)
UNTIMED = "No speed was measured alone on its machine"


def cost_tables(study: Study, names: Names) -> Tables:
    """One table per dataset, a row per method and student: the seconds that each phase takes, as
    its arm would take them alone, and after how many rows predicted they are earned back, since the
    student answers faster than its teacher."""
    found = break_even(study.costs, study.speeds_shown)
    each = found.groupby("dataset", sort=True)
    return Tables(_costs(study, str(dataset), rows, names) for dataset, rows in each)


def _costs(study: Study, dataset: str, rows: pd.DataFrame, names: Names) -> Table:
    order = sorted(range(len(rows)), key=lambda i: size_order(str(rows["student"].iloc[i])))
    frame = rows.iloc[order].reset_index(drop=True)
    frame.insert(1, "method", names.of(frame))
    columns = [Column("student", wanted=9), Column("method", wanted=9)]
    columns += [Column(field, title, ".3g", wanted=6) for field, title in SECONDS.items()]
    columns += [
        Column("rows_per_second", "rows/s", ".3g", wanted=3),
        Column("queries", "earned back", ".3g", wanted=7, help="∞: no faster than its teacher"),
    ]
    untimed = [f"{UNTIMED}{to_time(study)}."] if rows["queries"].isna().all() else []
    table = Table(dataset, CAPTION, columns, frame, [names.note, *untimed], dataset=dataset)
    return table.compact(["student", "method", *SECONDS])


def speed_table(study: Study, names: Names, metric: str = "") -> Table:
    """Figure 1f of Liu, Fusi & Mackey as a table: of each dataset, with and without synthetic rows,
    the most accurate student, the smallest, and the fastest that loses little on its teacher; with
    what each loses, its speed-up and how much smaller it is. See `speed_error_frame`."""
    metric = metric or study.headline
    direction = study.direction(metric)
    found = speed_error_frame(study.scores, study.speeds, metric, direction=direction)
    picked = [found[found[pick]].assign(pick=pick) for pick in PICKS]
    rows = pd.concat(picked, ignore_index=True)
    rows = rows.sort_values(["dataset", "synthetic"], kind="stable", ignore_index=True)
    which = rows["synthetic"].map({True: "with synthetic rows", False: "without"})
    frame = rows.drop(columns=list(PICKS)).assign(
        compression_set=which, method=names.of(rows), pick=rows["pick"].map(CHOSEN)
    )
    columns = [
        Column("dataset", wanted=9),
        Column("compression_set", "compression set", wanted=8),
        Column("pick", "student that is", wanted=9),
        Column("method", wanted=9),
        Column("student", wanted=8),
        Column("excess", f"{metric} lost", ".4f", error="standard_error", wanted=8),
        Column("speed_up", "speed-up", ".3g", "×", wanted=8),
        Column("bytes_ratio", "times smaller", ".3g", "×", wanted=6),
        Column("bytes", form=".3g", wanted=3),
    ]
    caption = (
        f"{metric} lost on the teacher on test rows, by which students are chosen here as in the "
        "published figure; speed-up and bytes over the teacher"
    )
    within = (rows["pick"] == "fastest").groupby([rows["dataset"], which]).any()
    notes = [
        f"{dataset}, {of}: no student loses at most {100 * AT_MOST:g} points."
        for dataset, of in within.index[~within]
    ]
    return Table("Speed and size", caption, columns, frame, notes)
