"""The scores of a run as files for any tool."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from tscbench.analysis.study import Study
from tscbench.results.frames import score_frame


def write_scores(study: Study, folder: Path) -> int:
    """Writes every score, with what is worked out between cells, as parquet, CSV and JSON, a row
    per cell, part and metric; returns how many rows there are."""
    related = study.related[study.related["value"].notna()]
    scores = score_frame(pd.concat([study.every, related[study.every.columns]]))
    files = [folder / f"scores.{kind}" for kind in ("parquet", "csv", "json")]
    scores.to_parquet(files[0], index=False)
    table = pa.Table.from_pandas(scores, preserve_index=False)
    pyarrow.csv.write_csv(table, files[1], pyarrow.csv.WriteOptions(quoting_style="needed"))
    columns = {name: table[name].to_pylist() for name in table.column_names}
    text = json.dumps(
        {"columns": list(columns), "rows": list(zip(*columns.values(), strict=True))},
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    files[2].write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return len(scores)
