"""A record that is deleted, without a score, or failed, and a method with half its cells: each
changes the boards and the site of a real run as it should, and no number of another method."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from html_pages import Html, table_rows

from tscbench.api import Results
from tscbench.boards.boards import Boards
from tscbench.boards.site import write_site
from tscbench.boards.site.names import slug
from tscbench.boards.summary import over_datasets
from tscbench.contracts.errors import SpecError
from tscbench.results import Cell, Run

SUITE = """
name = "changes"
headline = "auc"
metrics = ["accuracy", "auc"]
splits = 2
[[grid]]
dataset = ["breast_cancer", "digits"]
teacher = ["forest(n_trees=5)"]
generator = ["marginals", "smoothed_bootstrap"]
mix = ["real", "fake(ratio=1)"]
student = ["tree(max_leaf_nodes=4)", "tree(max_leaf_nodes=16)"]
"""
TOUCHED, NAME = "marginals", "marginals · fake"
ERROR = "ValueError: no rows at all"
NONE = "–"
GROUP = "run/cells/{}-marginals"
RELATIVE = ("#", "rank", "first", "tier")
"""What says how a method stands among the others, and so changes with them."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A run of three methods and two students on two datasets: 24 cells, all of them there."""
    from tscbench.harness.session import open_session, run_session

    folder = tmp_path_factory.mktemp("changes")
    (folder / "changes.toml").write_text(SUITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TSCBENCH_STORE", str(folder / "store"))
        session = open_session(str(folder / "changes.toml"), offline=True)
        run = Run(folder / "run")
        run_session(session, run, jobs=1, start=lambda: ThreadPoolExecutor(1))
    return run.folder


def touched(run):
    """The cells of the method that is changed, in order: breast_cancer before digits."""
    cells = [Cell(**record["cell"]) for record in run.records()]
    return sorted(
        (c for c in cells if c.generator == TOUCHED), key=lambda c: list(map(str, c.axes))
    )


def delete(run, cells):
    for cell in cells:
        run.path(cell.id).unlink()


def no_score(run, cells):
    for cell in cells:
        record = run.read(cell)
        record["scores"]["test"]["auc"] = None
        run.path(cell.id).write_text(json.dumps(record))


def fail(run, cells):
    for cell in cells:
        key, made_with = (run.read(cell)[key] for key in ("key", "made_with"))
        said = {"step": "sampler", "error": ERROR, "traceback": f"Traceback\n{ERROR}"}
        run.write(cell, {"status": "failed", "key": key, **said, "made_with": made_with})


CHANGES = {
    "deleted": (delete, slice(7, 8), (4, 3), "1 not run"),
    "without a score": (no_score, slice(7, 8), (4, 3), "1 without auc"),
    "failed": (fail, slice(0, 8), (0, 0), f"4 failed (sampler: {ERROR})"),
    "half": (delete, slice(4, 8), (4, 0), "4 not run"),
}
"""What is done to which cells; the cells of four that are left on each dataset; the reason."""


@dataclass(frozen=True)
class Changed:
    """A run after a change, its boards, the cells of four that the method is left with on each
    dataset, and why it lacks the others."""

    run: Run
    boards: Boards
    left: tuple[int, int]
    reason: str


@pytest.fixture(scope="session", params=CHANGES)
def change(request, finished, tmp_path_factory):
    does, which, left, reason = CHANGES[request.param]
    run = Run(tmp_path_factory.mktemp("changed") / "run")
    shutil.copytree(finished, run.folder)
    does(run, touched(run)[which])
    return Changed(run, Results(run).board(), left, reason)


@pytest.fixture(scope="session")
def whole(finished):
    """The boards before any change."""
    return Results(Run(finished)).board()


def rows_of(board):
    """Rows as text by their method, or by generator and student."""
    names = [n for n in ("method", "generator", "student") if n in board.table]
    return {tuple(row[n] for n in names): row for row in board.table.to_dict("records")}


def is_touched(key):
    return key[0] in (TOUCHED, NAME)


def test_the_run_is_whole_before(whole):
    *datasets, over = whole[:3]
    assert [board.title for board in datasets] == ["breast_cancer", "digits"]
    for board in datasets:
        assert "12 of 12 cells" in board.caption and "cells" not in board.table
        assert len(board.table) == 6
    assert over.title == "over datasets" and "24 of 24 cells" in over.caption
    assert set(over.table["method"]) == {"none", NAME, "smoothed_bootstrap · fake"}
    assert not any("no rank" in note for note in over.notes)


def test_the_board_of_each_dataset_counts_names_and_keeps_the_rest(change, whole):
    for n, old, new in zip(change.left, whole[:2], change.boards[:2], strict=True):
        assert f"{8 + n} of 12 cells" in new.caption
        said = [note for note in new.notes if NAME in note]
        assert said == ([] if n == 4 else [f"{NAME}: {n} of 4 cells: {change.reason}"])
        rows = rows_of(new)
        for key, row in rows.items():
            whole_row = row.pop("cells", "2 of 2") == "2 of 2"
            assert whole_row or is_touched(key)
            if not is_touched(key):
                assert row == rows_of(old)[key], "no number of another method changes"
            elif not whole_row:
                assert [k for k in rows if k[1] == key[1]][-1] == key, "it has no place"
        assert len(rows) == 6


def test_over_datasets_it_has_no_rank_and_the_rest_keep_their_numbers(change, whole):
    before, after = whole[2], change.boards[2]
    assert f"{16 + sum(change.left)} of 24 cells" in after.caption
    row = rows_of(after)[(NAME,)]
    assert row["cells"] == f"{sum(change.left)} of 8" and after.table["method"].iloc[-1] == NAME
    assert {row[name] for name in ("auc", "Δ auc", "95 % interval", "w/t/l", "rank")} == {NONE}
    (said,) = (note for note in after.notes if note.startswith("no rank: "))
    assert said.startswith(f"no rank: {NAME}: ") and change.reason in said
    assert ("breast_cancer" in said, "digits" in said) == tuple(n < 4 for n in change.left)
    for key, old in rows_of(before).items():
        if not is_touched(key):
            new = rows_of(after)[key]
            assert new.pop("cells") == "8 of 8"
            new.pop("rank")
            assert new == {name: old[name] for name in new}
    others = [name for name in before.table["method"] if name != NAME]
    assert list(after.table["method"][:2]) == others, "in the same order"


def test_a_named_policy_gives_it_a_rank_and_the_caption_names_it(change, whole):
    scores, n = change.run.scores(), sum(change.left)
    for policy in ("worst", "baseline"):
        (over,) = over_datasets(scores, "auc", policy=policy)
        said = f"{16 + n} of 24 cells; missing cells: {policy}, {8 - n} filled in"
        assert said in over.caption
        rows = rows_of(over)
        assert rows[NAME,]["rank"] != NONE and rows[NAME,]["cells"] == f"{n} of 8"
        assert any(note.startswith(f"ranked by {policy}: {NAME}") for note in over.notes)
        for key, old in rows_of(whole[2]).items():
            assert is_touched(key) or rows[key]["auc"] == old["auc"]
    (dropped,) = over_datasets(scores, "auc", policy="drop-common")
    assert "missing cells: drop-common" in dropped.caption
    assert (rows_of(dropped)[NAME,]["rank"] == NONE) == (n == 0), "no cell in common with it"
    assert ("1 of 2 datasets" in dropped.caption) == (change.left == (4, 0))
    assert ("left out" in dropped.caption) == (n > 0)


@pytest.fixture(scope="session")
def view(finished):
    from tscbench.cli.about_run import view_of

    return view_of(Run(finished))


def site_of(folder, view, run):
    """The pages of a run. view: of the run before it was changed."""
    now = {"scores": run.scores(), "records": list(run.records()), "timings": run.timings()}
    write_site(folder, [replace(view, **now)])
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.html")}


@pytest.fixture(scope="session")
def whole_site(view, finished, tmp_path_factory):
    return site_of(tmp_path_factory.mktemp("whole") / "site", view, Run(finished))


def cells_of(page, ident, key):
    """A table of a page: what stands in each column, by the text of the columns in `key`."""
    head = page.partition(f'<table id="{ident}"')[2].partition("</thead>")[0]
    names = re.findall(r'data-name="([^"]*)"', head)
    rows = [dict(zip(names, row, strict=True)) for row in table_rows(page, ident)]
    return {tuple(row[name] for name in key): row for row in rows}


def test_the_site_counts_names_and_keeps_the_rest(change, view, whole_site, tmp_path):
    pages = site_of(tmp_path / "site", view, change.run)
    before, after = whole_site["index.html"], pages["index.html"]
    text, n = Html(after).text, sum(change.left)
    assert f"{16 + n} of 24 cells" in text and f"{8 - n} of 24 cells are not there" in text
    old, rows = (cells_of(page, "methods", ("generator",)) for page in (before, after))
    mine = rows.pop((TOUCHED,))
    assert mine["cells"] == f"{n} of 8"
    assert {mine[name] for name in ("#", "auc", "Δ auc", "95 % interval", "better")} == {""}
    assert f"No rank: {NAME}: " in text and change.reason in text
    for key, row in rows.items():
        kept = {name: cell for name, cell in row.items() if name not in RELATIVE}
        assert kept == {name: old[key][name] for name in kept}, "no number of another changes"
    key = ("dataset", "student", "generator")
    cells = cells_of(after, "standard", key)
    for place, row in cells_of(before, "standard", key).items():
        assert is_touched(place[2:]) or cells[place] == row
    for dataset, n in zip(("breast_cancer", "digits"), change.left, strict=True):
        page = Html(pages[f"run/datasets/{slug(dataset)}.html"]).text
        assert f"{8 + n} of 12 cells" in page
        assert (f"{NAME} on {dataset}: {n} of 4 cells: {change.reason}" in page) == (n < 4)
        (group,) = (
            t
            for name, t in pages.items()
            if name.startswith(GROUP.format(dataset.replace("_", "-")))
        )
        assert ("Traceback" in group) == ("failed" in change.reason)


def test_the_command_line_shows_the_numbers_of_the_site(finished, whole_site, cli):
    said = json.loads(cli("board", finished, "--format", "json").out)[2]
    assert said["title"] == "over datasets"
    site = cells_of(whole_site["index.html"], "methods", ("generator",))
    for row in said["rows"]:
        there = site[row["method"].partition(" ")[0],]
        assert f"{row['value']:.4f}" == there["auc"]
        if row["win"] is not None:
            assert f"{row['difference']:+.4f}" == there["Δ auc"].replace("−", "-")
            between = f"{row['low']:+.4f} to {row['high']:+.4f}"
            assert between == there["95 % interval"].replace("−", "-")
            assert f"{row['win']:.0f} of 2" == there["better"]
        rank = f"{row['rank']:.1f}"
        assert rank == there.get("rank", rank)


def test_a_policy_is_refused_where_nothing_is_ranked(finished, cli):
    for words in (("--part", "synthetic"), ("--published",)):
        said = cli("board", finished, "--missing", "worst", *words)
        assert said.code == 2 and "--missing is about ranks over datasets" in said.err
    assert cli("board", finished, "--missing", "best").code == 2
    with pytest.raises(SpecError, match="no policy 'best'"):
        Results(Run(finished)).board(missing="best")
