"""A run made ready for its pages: what is known of it, and where its pages lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from tscbench.analysis.study import Study, study_of
from tscbench.analysis.verdict import Ranking, Verdict, rankings_by_dataset, verdict_of
from tscbench.report.by_dataset import dataset_tables, whole_table
from tscbench.report.cost_board import cost_tables
from tscbench.report.history import history_tables
from tscbench.report.methods import methods_tables
from tscbench.report.names import Names, names_in
from tscbench.report.reasons import reasoned_differences
from tscbench.report.site.markup import Link
from tscbench.report.site.names import slug
from tscbench.report.synthetic import synthetic_tables
from tscbench.report.table import Table, Tables
from tscbench.report.teacher_card import teacher_card
from tscbench.results.arms import ARM, arm_of
from tscbench.results.pack import Pack, axes_of

TELLING = ["generator", "mix", "query", "objective", "teacher"]
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Prepared:
    """home: the page with the run's overview. names: of its methods. arms: the axes of each arm.
    words: of each arm for its files, what tells it apart first. records: by arm and dataset."""

    pack: Pack
    study: Study
    home: str
    names: Names
    arms: pd.DataFrame
    words: Mapping[str, str]
    records: Mapping[tuple[str, str], Records]

    @property
    def name(self) -> str:
        return self.pack.name

    @property
    def headline(self) -> str:
        return self.pack.headline

    @cached_property
    def folder(self) -> str:
        return slug(self.name)

    @cached_property
    def datasets(self) -> list[str]:
        return sorted(self.study.cells["dataset"].unique())

    @cached_property
    def name_of(self) -> dict[str, str]:
        """The name of each arm."""
        return self.names.named(self.arms)

    @cached_property
    def verdict(self) -> Verdict | None:
        return verdict_of(self.study)

    @cached_property
    def rankings(self) -> dict[str, Ranking]:
        """See `rankings_by_dataset`."""
        return rankings_by_dataset(self.study, self.verdict) if self.verdict else {}

    @cached_property
    def methods(self) -> Tables:
        """See `methods_tables`."""
        return methods_tables(self.study, self.names)

    @cached_property
    def each(self) -> pd.DataFrame:
        """A row per arm and dataset, with the columns of `reasoned_differences`, the name of its
        method and the arm's axes."""
        ratios = self.study.row_ratios
        found = reasoned_differences(self.study.by_dataset(self.headline), ratios).reset_index()
        found = found.join(self.arms, on="arm")
        return found.assign(method=self.names.of(found))

    @cached_property
    def mean_of(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The rows of `each` by arm and dataset."""
        return {(row["arm"], row["dataset"]): row for row in self.each.to_dict("records")}

    @cached_property
    def on_dataset(self) -> dict[str, Table]:
        """The table of each dataset; see `dataset_tables`."""
        return {table.dataset: table for table in dataset_tables(self.study, self.names)}

    @cached_property
    def every(self) -> Table:
        """The same as one."""
        return whole_table(self.study, list(self.on_dataset.values()))

    @cached_property
    def rows_of(self) -> dict[str, pd.DataFrame]:
        """The rows of that table of each arm."""
        frame = self.every.frame
        return {str(arm): rows for arm, rows in frame.groupby(arm_of(frame), sort=False)}

    @cached_property
    def costs(self) -> Tables:
        """See `cost_tables`."""
        return cost_tables(self.study, self.names)

    @cached_property
    def epochs(self) -> Tables:
        """See `history_tables`."""
        return history_tables(self.study.history, self.names)

    @cached_property
    def card(self) -> Table:
        """See `teacher_card`."""
        return teacher_card(self.study)

    @cached_property
    def synthetic(self) -> Tables:
        """What probes say of synthetic rows; see `synthetic_tables`."""
        asked = (self.study.scores["part"] == "synthetic").any()
        return synthetic_tables(self.study) if asked else Tables()

    @property
    def published_page(self) -> str:
        return f"{self.folder}/published.html"

    def dataset_page(self, dataset: str) -> str:
        return f"{self.folder}/datasets/{slug(dataset)}.html"

    def method_page(self, arm: str) -> str:
        return f"{self.folder}/methods/{slug(self.words[arm])}.html"

    def cells_page(self, arm: str, dataset: str) -> str:
        return f"{self.folder}/cells/{slug(f'{dataset} · {self.words[arm]}')}.html"

    @property
    def links(self) -> dict[str, Link]:
        """By field of a frame, the page that its rows lead to."""
        return {"dataset": self._to_dataset, "method": self._to_method, "n": self._to_cells}

    def _to_dataset(self, row: Mapping[str, Any]) -> str:
        return self.dataset_page(str(row["dataset"]))

    def _to_method(self, row: Mapping[str, Any]) -> str:
        arm = arm_in(row)
        return self.method_page(arm) if arm in self.words else ""

    def _to_cells(self, row: Mapping[str, Any]) -> str:
        key = arm_in(row), str(row.get("dataset", ""))
        return self.cells_page(*key) if key in self.records else ""


def arm_in(row: Mapping[str, Any]) -> str:
    """The arm of a row of a frame as one text; see `arm_of`. One that has no arm has no page."""
    return " · ".join(str(row.get(axis, "")) for axis in ARM)


@lru_cache(maxsize=16)
def prepare(pack: Pack, home: str) -> Prepared:
    """home: the page with the run's overview. Kept, for a page of Markdown may follow the site. The
    order in which records and speeds lie makes no difference."""
    speeds = pack.speeds.sort_values(list(pack.speeds.columns), kind="stable", ignore_index=True)
    pack = replace(pack, records=sorted(pack.records, key=axes_of), speeds=speeds)
    study = study_of(pack)
    arms = study.cells.drop_duplicates("arm").set_index("arm")[ARM].sort_index()
    return Prepared(
        pack=pack,
        study=study,
        home=home,
        names=names_in(study),
        arms=arms,
        words={str(arm): " · ".join(axes) for arm, *axes in arms[TELLING].itertuples()},
        records=_by_group(pack.records),
    )


def prepare_all(packs: Sequence[Pack]) -> list[Prepared]:
    """The runs of a site, whose first page is about the first of them."""
    homes = ["index.html", *(f"{slug(pack.name)}/index.html" for pack in packs[1:])]
    return [prepare(pack, home) for pack, home in zip(packs, homes)]


def _by_group(records: Records) -> dict[tuple[str, str], Records]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        cell = record["cell"]
        if cell["student"] != "teacher":
            found.setdefault((arm_in(cell), str(cell["dataset"])), []).append(record)
    return {key: found[key] for key in sorted(found)}
