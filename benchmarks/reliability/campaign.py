"""A fault campaign: a real suite is run and disturbed until it has had so many faults of each kind,
and must come to the scores of an undisturbed run, to the last bit, without losing a cell.

`python benchmarks/reliability/campaign.py` does the long form, `--faults 2` a short one; `--kinds`
names some of the kinds. It prints a table, and ends with 1 where anything was lost or differs.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from faults import KINDS, Cluster, Kind, Trial
from tabulate import tabulate

import tscbench

PATIENCE = 40
"""Commands after which a trial that does not end is given up."""


@dataclass
class Row:
    """What came of the faults of a kind."""

    kind: str
    faults: int = 0
    runs: int = 0
    commands: int = 0
    cells: int = 0
    lost: int = 0
    differ: int = 0
    traces: int = 0
    seconds: float = 0.0


def disturbed(trial: Trial, kind: Kind, faults: int, pause: float) -> None:
    """Runs a suite to its end, with up to so many faults on the way."""
    while trial.commands < PATIENCE:
        process = trial.start()
        while process.poll() is None:
            time.sleep(trial.rng.uniform(0.2, pause))
            if trial.faults < faults and process.poll() is None:
                trial.faults += kind.do(trial)
        if kind.at_rest and trial.faults < faults and trial.rng.random() < 0.7:
            trial.faults += kind.do(trial)
        elif process.returncode == 0:
            return


def try_kind(kind: Kind, n: int, undisturbed: pd.DataFrame, pause: float) -> Row:
    """Runs that are disturbed by one kind of fault, until there were n of them."""
    row, began = Row(kind.name), time.monotonic()
    while row.faults < n:
        with tempfile.TemporaryDirectory(prefix="faults-") as folder, _place(kind, folder):
            trial = Trial(Path(folder), random.Random(f"{kind.name} {row.runs}"))
            with _on_cluster(kind, trial):
                disturbed(trial, kind, min(6, n - row.faults), pause)
            judge(trial, row, undisturbed)
    row.seconds = time.monotonic() - began
    return row


@contextlib.contextmanager
def _place(kind: Kind, folder: str) -> Iterator[None]:
    """A disk of its own for what fills one up."""
    if not kind.disk:
        yield
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96M", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def _on_cluster(kind: Kind, trial: Trial) -> Iterator[None]:
    if not kind.cluster:
        yield
        return
    trial.cluster = Cluster()
    trial.executor = f"dask:{trial.cluster.address}"
    try:
        yield
    finally:
        trial.cluster.end()


def judge(trial: Trial, row: Row, undisturbed: pd.DataFrame) -> None:
    """Counts what was lost, what differs, and the tracebacks that a user would have seen."""
    found = tscbench.load(trial.run).scores()
    row.runs += 1
    row.faults += trial.faults
    row.commands += trial.commands
    row.cells += len(found.drop_duplicates(found.columns[:9].tolist()))
    row.lost += int((found["status"] != "ok").sum())
    said = (trial.folder / "said.log").read_text("utf-8")
    if "Traceback" in said:
        row.traces += 1
        print(said[said.index("Traceback") :][:4000], file=sys.stderr)
    try:
        pd.testing.assert_frame_equal(found, undisturbed, check_exact=True)
    except AssertionError as unlike:
        row.differ += 1
        print(f"{row.kind}: {unlike}", file=sys.stderr)


def without_faults() -> tuple[pd.DataFrame, float]:
    """The scores of the suite, and the seconds that it takes."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        trial, began = Trial(Path(folder), random.Random(0)), time.monotonic()
        if trial.start().wait():
            raise SystemExit((trial.folder / "said.log").read_text("utf-8"))
        return tscbench.load(trial.run).scores(), time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=40, help="of each kind")
    parser.add_argument("--kinds", default="", help="a comma list; all by default")
    asked = parser.parse_args()
    names = [name.strip() for name in asked.kinds.split(",") if name.strip()]
    kinds = [kind for kind in KINDS if not names or kind.name in names]
    undisturbed, seconds = without_faults()
    rows = []
    for kind in kinds:
        rows.append(try_kind(kind, asked.faults, undisturbed, min(max(0.6, seconds / 3), 1.5)))
        print(f"{kind.name}: {rows[-1]}", file=sys.stderr, flush=True)
    heads = ["kind", "faults", "runs", "commands", "cells", "lost", "runs that differ"]
    heads += ["tracebacks", "seconds"]
    print(tabulate([list(vars(row).values()) for row in rows], heads, floatfmt=".0f"))
    total = sum(row.faults for row in rows)
    print(f"{total} faults; undisturbed the suite takes {seconds:.1f} s")
    return int(any(row.lost or row.differ or row.traces for row in rows))


if __name__ == "__main__":
    sys.exit(main())
