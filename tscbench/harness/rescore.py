"""A metric that comes after a pack was made, worked out from the predictions that it stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.harness.lower import lower_metrics
from tscbench.harness.verify import planned_here, scored
from tscbench.results.agree import scores_by_name
from tscbench.results.cell import Cell
from tscbench.results.pack import Pack
from tscbench.results.pack_file import load_pack
from tscbench.results.pack_predictions import stored_in


def rescored(file: Path, metrics: list[str], plugins: Iterable[str] = ()) -> tuple[Pack, str]:
    """A pack with these metrics on every cell whose predictions it stores, and how many have them,
    in words. Nothing is fitted; scores that are there stay as they are.

    Raises:
        StoreError: the pack stores no predictions, or none that these metrics are defined on.
        SpecError: no such metric.
    """
    pack, records = load_pack(file), []
    with stored_in(file) as stored:
        if not (ids := set(stored.cells)):
            raise StoreError(
                f"{file} stores no predictions, which a new metric is worked out from: pack the "
                "run with tscbench pack RUN --predictions"
            )
        here = planned_here(pack, plugins, metrics)
        known = {line.cell.id: line for line, _ in here.finished if line.cell.id in ids}
        for record in here.pack.records:
            line = known.get(Cell(**record["cell"]).id)
            records.append(
                record if line is None else _more(record, scored(stored, here, line), metrics)
            )
    asked, words = set(metrics), ", ".join(metrics)
    have = sum(asked <= {name for _, name in scores_by_name(record)} for record in records)
    missing = f"; not here: {', '.join(here.unknown)}" if here.unknown else ""
    if not have:
        raise StoreError(f"no cell of {file} can be scored by {words}{missing}")
    lower = sorted({*here.pack.lower, *lower_metrics(here.session.registry, asked)})
    said = f"{have} of {len(records)} cells have {words}{missing}"
    return replace(here.pack, records=records, lower=lower), said


def _more(
    record: Mapping[str, Any], new: Mapping[str, Mapping[str, Any]], metrics: Sequence[str]
) -> dict[str, Any]:
    """A record with these metrics beside the scores that it has."""
    scores = dict(record["scores"])
    for part, values in new.items():
        scores[part] = {n: values[n] for n in metrics if n in values} | scores.get(part, {})
    asked = dict.fromkeys([*record.get("asked", ()), *metrics])
    return {**record, "scores": scores, "asked": list(asked)}
