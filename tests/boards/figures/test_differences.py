"""The forest plot has each interval and each verdict of the tables, on any results."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from boards.figures.cases import ARMS, gained, scores
from made_run import made_run

from tscbench.analysis.resampled_t import resampled_t
from tscbench.boards.figures.differences import differences
from tscbench.boards.site.adapters import overview_figures
from tscbench.boards.site.dataset_page import dataset_page
from tscbench.boards.site.prepared import prepare
from tscbench.boards.site.tables import NONE
from tscbench.boards.site.view import load_view

KEPT = sorted((Path(__file__).parents[3] / "leaderboard" / "site").glob("*/data"))
SAID = re.compile(r"([+-][\d.]+)(?: \(([+-][\d.]+) to ([+-][\d.]+)\))?$")


def with_ratios():
    """A made run of two datasets, whose ratios of test rows to training rows are far apart."""
    view = made_run(n_rows=2500, splits=3, seeds=1)
    for record in view.records:
        few = str(record["cell"]["dataset"]) == "dataset_0"
        record["rows"] = {"train": 1000, "valid": 100, "test": 100 if few else 9000}
    return view


def drawn(svg, datasets):
    """How often a figure has which dataset, difference, low and high, as it describes itself."""
    described = re.findall(r"<desc>Difference in \w+\. (.*)\.</desc>", svg, re.DOTALL)
    marks = Counter()
    for one in "; ".join(described).split("; "):
        marks.update(
            (d, *SAID.search(one).groups("")) for d in datasets if one.startswith(f"{d}, ")
        )
    return marks


def tabled(p, dataset):
    """The same of each row of a dataset's tables."""
    for table in dataset_page(p, dataset)["methods"]:
        names = [column.name for column in table.columns]
        for row in table.rows:
            cells = dict(zip(names, row, strict=True))
            said = (cells.get(name, NONE) for name in (f"Δ {p.headline}", "95 % interval"))
            change, between = (cell.text.replace("−", "-") for cell in said)
            if change:
                yield (dataset, change, *(between.split(" to ") if between else ("", "")))


@pytest.mark.parametrize(
    "view", [*map(load_view, KEPT), with_ratios()], ids=[*(d.parent.name for d in KEPT), "made"]
)
def test_figure_and_tables_say_the_same(view):
    p = prepare(view, "index.html")
    figure = str(overview_figures(view, p.by_dataset, p.arms)["differences"].wide)
    rows = Counter(row for dataset in p.datasets for row in tabled(p, dataset))
    assert drawn(figure, p.datasets) == rows
    assert bool(rows) == (view.name != "semiparametric"), "which has no synthetic rows"
    sure = p.by_dataset[(p.by_dataset["low"] > 0) | (p.by_dataset["high"] < 0)]
    coloured = re.findall(r'class="(fig-[01]) fig-fill"', figure)
    assert len(coloured) - len(set(coloured)) == len(sure), "each look once more in the legend"


def test_intervals_are_those_of_the_corrected_resampled_t():
    here = scores()
    frame = gained(here, ratio=0.3 / 0.7)
    mine = frame[(frame["dataset"] == "magic") & (frame["generator"] == "munge")].iloc[0]
    at = here[(here["dataset"] == "magic") & (here["part"] == "test") & (here["query"] == "inbag")]
    own, real = (
        at[at["generator"] == name].groupby("split")["value"].mean() for name in ("munge", "none")
    )
    peer = resampled_t(own - real, 300 / 700)
    assert mine[["mean", "low", "high"]].tolist() == pytest.approx([peer.mean, peer.low, peer.high])
    made = {(generator, mix) for _, _, generator, mix, *_ in ARMS if mix != "real"}
    assert set(map(tuple, frame[["generator", "mix"]].to_numpy())) <= made


def test_a_mark_without_an_interval_is_hollow_and_said_to_be():
    frame = gained(scores()).assign(low=np.nan, high=np.nan)
    svg = differences(frame)
    assert "A mark without a bar has no interval." in svg and not re.search(
        "fig-[01] fig-fill", svg
    )
    assert differences(pd.DataFrame()).count("no cell has a twin on training rows alone")
