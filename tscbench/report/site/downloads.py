"""What a site offers of a run as files: its scores for any tool, and its pack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from tscbench.analysis.study import Study
from tscbench.contracts.errors import StoreError
from tscbench.report.site.prepared import Prepared
from tscbench.results.frames import score_frame
from tscbench.results.pack_file import save_pack, why
from tscbench.results.published import SUFFIX

SCORES = {
    "scores.parquet": "every score, and what is worked out between cells",
    "scores.csv": "the same, for any tool",
    "scores.json": "the same: columns, and rows of values",
}

PACK = "records, speeds, suite, plugins and datasets, in the file that tscbench reads"


def names_of(p: Prepared) -> list[str]:
    """The files of a run that a site may offer."""
    return [*SCORES, f"{p.folder}{SUFFIX}"]


@dataclass(frozen=True)
class Offered:
    """The files of a run, with their rows. lacks: why there is no pack among them, where names are
    such as a pack may not have."""

    rows: Mapping[str, int]
    lacks: str = ""


def write_downloads(p: Prepared, folder: Path) -> Offered:
    """Writes the files of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    *scores, pack = names_of(p)
    rows = dict.fromkeys(scores, write_scores(p.study, folder))
    try:
        save_pack(p.pack, folder / pack)
    except StoreError as error:
        cause = error.__cause__
        if cause is None or isinstance(cause, OSError):
            raise
        return Offered(rows, f"{p.name} has no pack: {why(cause)}")
    return Offered({**rows, pack: len(p.pack.records)})


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
