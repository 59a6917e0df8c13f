"""The boards of a run as the command line and Python show them."""

from __future__ import annotations

from dataclasses import replace

from tscbench.analysis.coverage import Policy
from tscbench.analysis.study import Study
from tscbench.contracts.kinds import AXES
from tscbench.report.by_dataset import dataset_tables
from tscbench.report.first_screen import first_table
from tscbench.report.methods import methods_tables
from tscbench.report.names import names_in
from tscbench.report.probe_board import probe_board
from tscbench.report.students import students_tables
from tscbench.report.synthetic import synthetic_tables
from tscbench.report.table import Tables
from tscbench.report.teacher_card import teacher_card


def is_of_probes(study: Study) -> bool:
    """Whether a run has no students, but generators that probes look at."""
    return len(study.scores) > 0 and bool((study.scores["student"] == "generator").all())


def short_board(
    study: Study, metric: str = "", *, part: str = "test", policy: Policy = "none"
) -> Tables:
    """The methods over all datasets, best first, with the verdict; where nothing can be ranked, or
    cells are made up for, what `full_board` has of it.

    Raises:
        SpecError: no result has this metric.
    """
    if is_of_probes(study) or part == "synthetic":
        return synthetic_tables(study, metric)
    if metric:
        study.of_metric(metric, part)
    table = first_table(study, metric, part=part) if policy == "none" else None
    return Tables([table]) if table else full_board(study, metric, part=part, policy=policy)


def full_board(
    study: Study, metric: str = "", *, part: str = "test", policy: Policy = "none"
) -> Tables:
    """Methods over datasets, students that learn in ways of their own, then each dataset, and
    without a metric, on test rows, what else a run has recorded: how well its probes foretell the
    TSC Score, and how well its teachers know their training rows by heart.

    Raises:
        SpecError: no result has this metric.
    """
    if is_of_probes(study) or part == "synthetic":
        return synthetic_tables(study, metric)
    names = names_in(study)
    each = dataset_tables(study, names, metric, part=part)
    over = methods_tables(study, names, metric, part=part, policy=policy)
    students = students_tables(study, names, metric) if part == "test" else Tables()
    found = Tables([*over, *students, *each])
    if not metric and part == "test":
        parts = set(study.scores["part"].dropna())
        found += [probe_board(study)] if "synthetic" in parts else []
        found += [teacher_card(study)] if "train" in parts else []
    return found


def board_by(study: Study, axis: str, metric: str = "", *, part: str = "test") -> Tables:
    """The methods of each choice on an axis by itself: of `dataset` with every student; of another
    axis the verdict on the cells of each of its entries.

    Raises:
        SpecError: no result has this metric.
    """
    if axis == "dataset":
        return dataset_tables(study, names_in(study), metric, part=part)
    assert axis in AXES
    if metric:
        study.of_metric(metric, part)
    tables = Tables()
    for entry in sorted(set(study.cells[axis]) - {"-"}):
        table = first_table(study.narrowed({axis: entry}), metric, part=part)
        if table is not None:
            tables.append(replace(table, title=f"{axis} {entry}"))
    return tables
