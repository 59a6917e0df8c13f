"""What stands in a figure is what its frame says, read back from the panels."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_run import made_run
from made_scores import gained, scores
from matplotlib.colors import to_hex
from report.figures.test_figures import FIGURES, HISTORY, NAMES, RANKED, drawn

from tscbench.analysis.by_dataset import difference_frame
from tscbench.analysis.epochs import history_frame
from tscbench.analysis.pareto import front, size_budgets
from tscbench.analysis.speed_error import PICKS
from tscbench.report.figures.differences import differences
from tscbench.report.figures.learning import learning
from tscbench.report.figures.style import COLOURS, INK, QUIET
from tscbench.report.names import names_of
from tscbench.report.site.dataset_page import methods_by_students
from tscbench.report.site.markup import Place
from tscbench.report.site.prepared import prepare
from tscbench.results.pack_file import load_pack

KEPT = sorted((Path(__file__).parents[3] / "leaderboard").glob("packs/*.tscpack"))


def points(axes, colour=None):
    """The places of the marks of collections, in order; of one colour of their edges."""
    found = []
    for marks in axes.collections:
        places, edges = np.asarray(marks.get_offsets()), marks.get_edgecolor()
        if len(marks.get_paths()) and "Path" in type(marks).__name__:
            edges = np.broadcast_to(edges, (len(places), 4))
            found += [(*p, to_hex(e)) for p, e in zip(places, edges, strict=True)]
    return sorted((x, y) for x, y, c in found if colour in (None, c))


def lines(axes, **having):
    """The data of lines with these properties, each (n, 2)."""
    return [
        np.column_stack(line.get_data())
        for line in axes.lines
        if all(getattr(line, f"get_{name}")() == value for name, value in having.items())
    ]


def said(axes):
    return [text.get_text() for text in axes.texts]


def pairs(frame, *columns):
    return sorted(frame[list(columns)].itertuples(index=False, name=None))


def test_a_difference_has_its_mean_its_bar_and_colour_where_zero_is_left_out():
    frame = gained(scores())
    panels = differences(frame, NAMES)
    order = [tick.get_text() for tick in panels[0].get_yticklabels()]
    assert order == list(
        frame.assign(n=NAMES.of(frame)).groupby("n")["mean"].mean().sort_values()[::-1].index
    )
    for axes, (dataset, mine) in zip(panels, frame.groupby("dataset"), strict=True):
        assert axes.get_title("left") == dataset
        mine = mine.assign(y=NAMES.of(mine).map(order.index))
        sure = (mine["low"] > 0) | (mine["high"] < 0)
        assert sure.any() and pairs(mine, "mean", "y") == points(axes)
        for sign, colour in ((1, COLOURS[0]), (-1, COLOURS[1])):
            assert points(axes, colour) == pairs(
                mine[sure & (sign * mine["mean"] > 0)], "mean", "y"
            )
        bars = [p.vertices for c in axes.collections for p in c.get_paths() if len(p.vertices) == 2]
        ends = [(*b[:, 0], b[0, 1]) for b in bars if b[0, 0] != axes.get_xlim()[0]]
        assert sorted(ends) == pairs(mine, "low", "high", "y")
    lower = differences(frame, NAMES, direction="lower")
    assert points(lower[0], COLOURS[1]) and not points(lower[0], COLOURS[0])


def test_an_interval_that_goes_on_has_an_arrow_and_none_is_a_hollow_mark():
    frame = gained(scores())
    frame.loc[0, ["low", "high"]] = [-9, 9]
    panels = differences(frame, NAMES)
    assert [axes.get_xlim() for axes in panels] == 2 * [panels[0].get_xlim()]
    arrows = [line for axes in panels for line in axes.lines if line.get_marker() in ("<", ">")]
    assert [(a.get_marker(), a.get_xdata()[0]) for a in arrows] == list(
        zip("<>", panels[0].get_xlim(), strict=True)
    )
    bare = differences(frame.assign(low=np.nan, high=np.nan), NAMES)
    assert not points(bare[0], COLOURS[0]) and len(points(bare[0], QUIET)) == 3
    assert "A mark without a bar has no interval." in [t.get_text() for t in bare.figure.texts]


SAID = re.compile(r"([+-][\d.]+)(?: \(([+-][\d.]+) to ([+-][\d.]+)\))?$")


def tabled(p, dataset):
    """Dataset, difference, low and high of each row of a dataset's tables."""
    for table in methods_by_students(p, dataset):
        names = [head.name for head in table.heads]
        for row in table.rows:
            places = dict(zip(names, row, strict=True))
            told = (places.get(name, Place("–")) for name in (f"Δ {p.headline}", "95 % interval"))
            change, between = (place.text.replace("−", "-") for place in told)
            if change != "–":
                yield (dataset, change, *(between.split(" to ") if between != "–" else ("", "")))


def with_ratios():
    """A made run of two datasets, whose ratios of test rows to training rows are far apart."""
    pack = made_run(n_rows=2500, splits=3, seeds=1)
    for record in pack.records:
        few = str(record["cell"]["dataset"]) == "dataset_0"
        record["rows"] = {"train": 1000, "valid": 100, "test": 100 if few else 9000}
    return pack


@pytest.mark.parametrize(
    "pack", [*map(load_pack, KEPT), with_ratios()], ids=[*(d.name for d in KEPT), "made"]
)
def test_figure_and_tables_say_the_same(pack):
    p = prepare(pack, "index.html")
    by_dataset = p.study.by_dataset(p.headline)
    panels = differences(difference_frame(by_dataset, p.arms), p.names)
    told = panels.figure.get_label().partition(". ")[2]
    drawn = Counter(
        (dataset, *SAID.search(one).groups(""))
        for one in told.split("; ")
        for dataset in p.datasets
        if one.startswith(f"{dataset}, ")
    )
    assert drawn == Counter(row for dataset in p.datasets for row in tabled(p, dataset))
    mixes = set(p.study.cells["mix"])
    paired = "real" in mixes and len(mixes) > 1
    assert bool(drawn) == paired, "with and without synthetic rows"
    coloured = [mark for axes in panels for c in COLOURS[:2] for mark in points(axes, c)]
    sure = (by_dataset["low"] > 0) | (by_dataset["high"] < 0)
    assert len(coloured) == sure.sum()


def test_models_stand_at_speed_and_quality_and_fronts_are_steps():
    frame = FIGURES["pareto"][0]
    panels = drawn("pareto")
    notes = " ".join(text.get_text() for text in panels.figure.texts)
    for axes, (dataset, mine) in zip(panels, frame.groupby("dataset"), strict=True):
        students = mine[mine["student"] != "teacher"]
        limits = size_budgets(frame.loc[frame["student"] != "teacher", "bytes"])
        steps = lines(axes, drawstyle="steps-pre")
        for step, limit in zip(steps[::-1], limits, strict=True):
            best = front(students[students["bytes"] <= limit]).sort_values("rows_per_second")
            assert step[1:].tolist() == best[["rows_per_second", "mean"]].to_numpy().tolist()
        (star,) = lines(axes, marker="*")
        assert star[0, 1] == mine.loc[mine["student"] == "teacher", "mean"].item()
        assert "teacher forest" in said(axes)
        marks = np.vstack([x for x in lines(axes, linestyle="None") if len(x)])
        left_out = set(pairs(mine, "rows_per_second", "mean")) - set(map(tuple, marks))
        assert len(marks) + len(left_out) == len(mine) and max(left_out)[1] < marks[:, 1].min()
        assert f"{len(left_out)} of {dataset}" in notes, "far worse ones are counted"


def test_a_line_is_an_arm_and_references_are_dashed():
    frame = FIGURES["trees"][0].assign(name=lambda f: NAMES.of(f))
    panels = drawn("trees")
    keys = [text.get_text() for text in panels.figure.legends[0].get_texts()]
    assert {"munge · fake", "none", "student alone", "teacher"} < set(keys)
    for axes, (_, mine) in zip(panels, frame.groupby("dataset"), strict=True):
        whole = mine[mine["x"].notna()].groupby("name")
        wanted = sorted(part[["x", "mean"]].to_numpy().tolist() for _, part in whole)
        got = [line.tolist() for line in lines(axes) if len(line) == 3]
        assert sorted(got) == wanted
        assert len(lines(axes, linestyle="--")) == 2
        (level,) = lines(axes, color=INK, linestyle="-")
        assert level[0, 1] == mine.loc[mine["student"] == "teacher", "mean"].item()
        for band in axes.collections:
            of = keys[COLOURS.index(to_hex(band.get_facecolor()[0]))]
            one = mine[mine["name"] == of]
            edge = one["mean"] + one["standard_error"]
            assert set(edge) < set(band.get_paths()[0].vertices[:, 1]), "± 1 standard error"


def test_beyond_six_arms_the_best_are_in_colour_and_the_others_are_grey_and_named():
    best = FIGURES["trees"][0].query("generator == 'munge'")
    arms = [best.assign(generator=f"g{k}", mean=best["mean"] - k / 100) for k in range(8)]
    frame = pd.concat(arms, ignore_index=True)
    panels = learning(frame, names_of(frame), along="n_trees")
    keys = [text.get_text() for text in panels.figure.legends[0].get_texts()]
    assert keys == [f"g{k} · fake" for k in range(6)]
    notes = [text.get_text().replace("\u00a0", " ") for text in panels.figure.texts]
    assert "Grey: g6 · fake, g7 · fake." in notes
    assert len(lines(panels[0], color=QUIET)) == 2


def test_a_line_along_the_ratio_is_named_with_the_ratio_open():
    keys = [text.get_text() for text in drawn("ratio").figure.legends[0].get_texts()]
    assert "munge · fake(ratio=…)" in keys and "kde · stream" not in keys


def test_epochs_are_passed_through_and_a_fit_of_one_is_no_line():
    frame = history_frame(HISTORY, "test_accuracy")
    once = HISTORY[HISTORY["epoch"] == 1].assign(student="one_pass")
    (axes,) = drawn("epochs", change=lambda f: pd.concat([f, once]))
    wanted = frame.loc[frame["student"] == "lenet", ["x", "mean"]].to_numpy().tolist()
    assert wanted in [line.tolist() for line in lines(axes)]
    assert axes.get_xscale() == "linear" and "epoch" in axes.get_xlabel()
    assert lines(axes, color=INK, linestyle="-")[0][0, 1] == 0.9, "the teacher's last"


def test_rates_have_their_points_and_the_power_that_fits():
    frame = FIGURES["rates"][0]
    panels = drawn("rates")
    flat, steep = ([t.get_text() for t in axes.get_legend().get_texts()] for axes in panels)
    assert steep == ["crossfit   n^−0.67 ± 0.00", "inbag   n^0.00 ± 0.00"] and len(flat) == 2
    marks = np.vstack([x for x in lines(panels[1], linestyle="None") if len(x)])
    assert sorted(map(tuple, marks)) == pairs(frame[frame["dataset"] == "steep(d=2)"], "x", "mean")
    (fit,) = lines(panels[1], color=COLOURS[0], linestyle="-")
    assert np.diff(np.log(fit[:, 1])) / np.diff(np.log(fit[:, 0])) == pytest.approx(-2 / 3)
    told = [t.get_text() for t in drawn("teachers")[1].get_legend().get_texts()]
    assert [one.partition("  ")[0] for one in told] == [
        "fresh rows",
        "training rows, crossfit",
        "training rows, inbag",
    ]


def test_ranks_stand_in_order_and_a_bar_joins_what_is_not_apart():
    (axes,) = drawn("ranks")
    assert points(axes) == [(1.25, 0), (2.0, 1), (3.5, 2)]
    ticks = [tick.get_text() for tick in axes.get_yticklabels()]
    assert ticks == NAMES.of(RANKED).tolist()
    ruler, *bars = lines(axes, linestyle="-")
    assert np.ptp(ruler[:, 0]) == pytest.approx(1.1)
    assert [bar[:, 1].round(1).tolist() for bar in bars] == [[-0.3, 1.3]]
    assert {"1.25", "2.00", "3.50", "CD 1.10"} == set(said(axes))


def test_speed_ups_stand_over_the_error_and_picks_are_marked():
    frame = FIGURES["speed"][0].assign(lost=lambda f: 100 * f["excess"])
    panels = drawn("speed")
    for k, (_, mine) in enumerate(frame.groupby("dataset")):
        for axes, quantity in zip(panels[2 * k :], ("speed_up", "bytes_ratio"), strict=False):
            near = mine[mine["lost"].between(*axes.get_xlim())]
            assert set(points(axes)) == set(pairs(near, "lost", quantity))
            assert len(lines(axes, drawstyle="steps-post")) == 2
        sizes = Counter(
            c.get_sizes()[0] for c in panels[2 * k].collections for _ in c.get_offsets()
        )
        assert sizes[60] == mine["most_accurate"].sum() == 2 and mine[PICKS].any().all()


def test_a_sweep_has_its_numbers_and_frames():
    frame = FIGURES["sweep"][0]
    for axes, part in zip(drawn("sweep"), ("valid", "test"), strict=True):
        mine = frame[frame["part"] == part]
        table = mine.pivot_table("mean", "y", "x").to_numpy()
        assert (axes.collections[0].get_array() == table).all()
        assert [float(text) for text in said(axes)] == pytest.approx(
            mine.sort_values(["x", "y"])["mean"], abs=5e-4
        )
        corners = [(box.get_x() // 1, box.get_y() // 1) for box in axes.patches]
        assert corners == [(0, 0), (1, 1)], "chosen is p 0.1 and s 0.5, best on test p 0.5 and s 1"
