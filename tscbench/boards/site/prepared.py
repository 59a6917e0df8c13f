"""A run made ready for its pages: what several of them need, worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from tscbench.analysis.by_dataset import on_each_dataset
from tscbench.boards.boards import ARM, Board, Boards
from tscbench.boards.gaps import gaps, reasons_of, with_gaps
from tscbench.boards.overview import Field, arm_of, cells_of, fields_of, valued
from tscbench.boards.partners import baselines_of
from tscbench.boards.reasons import reasoned_differences
from tscbench.boards.row_counts import test_to_train
from tscbench.boards.site.adapters import display_names, relations, standard_boards, teacher_card_of
from tscbench.boards.site.names import slug
from tscbench.boards.site.speed_and_cost import cost_of, speed_of
from tscbench.boards.site.view import RunView, in_order, recorded
from tscbench.boards.standard import SCORES
from tscbench.contracts.kinds import Direction

TELLING = ["generator", "mix", "query", "objective", "teacher"]
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Prepared:
    """related: the relations between cells. scores: with those that have a value. cells: planned
    ones with status and arm, and whether they are there, with a value of the headline. names: of
    arms, for people; words: for their files, what tells them apart first. lacking: the methods that
    lack cells, see `gaps`. ratios: test rows over training rows of each dataset.
    by_dataset: see `on_each_dataset`, with why there is no interval.
    boards: the standard board of each dataset, its axes completed. coverage: of arm, dataset and
    student, cells that are there and cells asked for. cost, speed: by arm.
    card: of the teachers. records: by arm and
    dataset."""

    view: RunView
    folder: str
    home: str
    scores: pd.DataFrame
    related: pd.DataFrame
    cells: pd.DataFrame
    arms: pd.DataFrame
    names: Mapping[str, str]
    words: Mapping[str, str]
    lacking: pd.DataFrame
    ratios: Mapping[str, float]
    fields: Sequence[Field]
    by_dataset: pd.DataFrame
    boards: Mapping[str, Board]
    coverage: Mapping[tuple[str, str, str], tuple[int, int]]
    cost: pd.DataFrame
    speed: pd.DataFrame
    card: Board
    records: Mapping[tuple[str, str], Records]

    @property
    def name(self) -> str:
        return self.view.name

    @property
    def headline(self) -> str:
        return self.view.headline

    @property
    def direction(self) -> Direction:
        return self.view.direction

    @property
    def datasets(self) -> list[str]:
        return sorted(self.cells["dataset"].unique())

    @property
    def published_page(self) -> str:
        return f"{self.folder}/published.html"

    def field_on(self, dataset: str) -> Field:
        """The field with the most cells that this dataset is in."""
        return next(one for one in self.fields if dataset in one.datasets)

    def dataset_page(self, dataset: str) -> str:
        return f"{self.folder}/datasets/{slug(dataset)}.html"

    def method_page(self, arm: str) -> str:
        return f"{self.folder}/methods/{slug(self.words[arm])}.html"

    def cells_page(self, arm: str, dataset: str) -> str:
        return f"{self.folder}/cells/{slug(f'{dataset} · {self.words[arm]}')}.html"


@lru_cache(maxsize=16)
def prepare(view: RunView, home: str) -> Prepared:
    """home: the page with the run's overview. Kept, for a page of Markdown may follow the site."""
    view = recorded(in_order(view))
    cells = cells_of(view.scores)
    cells["there"] = valued(cells, view.scores, view.headline, "test")["value"].notna()
    arms = cells.drop_duplicates("arm").set_index("arm")[ARM].sort_index()
    related = relations(view.scores, baselines_of(view.records))
    there = related.loc[related["value"].notna(), view.scores.columns]
    scores = pd.concat([view.scores, there], ignore_index=True)
    headline = valued(cells, scores, view.headline, "test")
    ratios = test_to_train(view.scores, view.records)
    return Prepared(
        view=view,
        folder=slug(view.name),
        home=home,
        scores=scores,
        related=related,
        cells=cells,
        arms=arms,
        names=display_names(arms),
        words={str(arm): " · ".join(axes) for arm, *axes in arms[TELLING].itertuples()},
        lacking=_lacking(view, [view.headline]),
        ratios=ratios,
        fields=fields_of(
            scores,
            view.headline,
            direction=view.direction,
            sources=view.sources,
        ),
        by_dataset=reasoned_differences(on_each_dataset(headline, ratios), ratios),
        boards=_boards(view, related, cells),
        coverage=_coverage(cells),
        cost=cost_of(view, arms.index),
        speed=speed_of(view),
        card=teacher_card_of(view, related),
        records=_by_group(view.records),
    )


def prepare_all(views: Sequence[RunView]) -> list[Prepared]:
    """The runs of a site, whose first page is about the first of them."""
    homes = ["index.html", *(f"{slug(view.name)}/index.html" for view in views[1:])]
    return [prepare(view, home) for view, home in zip(views, homes)]


def _boards(view: RunView, related: pd.DataFrame, cells: pd.DataFrame) -> dict[str, Board]:
    """Boards leave out an axis that does not vary; here every row has all of them."""
    found = {}
    absent = _lacking(view, [*SCORES, view.headline])
    plain = Boards(standard_boards(view, related))
    for board in with_gaps(plain, absent.assign(name=_where(absent))):
        own = cells[cells["dataset"] == board.title]
        lacking = [axis for axis in [*ARM, "student"] if axis not in board.table]
        constant = {axis: own[axis].iloc[0] for axis in lacking}
        table = board.table.assign(**constant)
        found[board.title] = Board(
            board.title, board.caption, table.assign(arm=arm_of(table)), board.keys, board.notes
        )
    return found


def _lacking(view: RunView, metrics: Sequence[str]) -> pd.DataFrame:
    return gaps(view.scores, metrics, reasons=reasons_of(view.records))


def _where(lacking: pd.DataFrame) -> pd.Series:
    """Names with the dataset, for a page may show the boards of several."""
    return lacking["name"].str.cat(lacking["dataset"], sep=" on ")


def _coverage(cells: pd.DataFrame) -> dict[tuple[str, str, str], tuple[int, int]]:
    counts = cells.groupby(["arm", "dataset", "student"])["there"].agg(["sum", "size"])
    return {key: (int(done), int(asked)) for key, done, asked in counts.itertuples()}


def _by_group(records: Records) -> dict[tuple[str, str], Records]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        cell = record["cell"]
        if cell["student"] != "teacher":
            arm = " · ".join(str(cell[axis]) for axis in ARM)
            found.setdefault((arm, str(cell["dataset"])), []).append(record)
    return {key: found[key] for key in sorted(found)}
