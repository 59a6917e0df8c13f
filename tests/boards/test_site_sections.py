"""Sections that a run's pages have where it has something to say in them."""

import pytest
from html_pages import Html, table_rows
from site_runs import run_view

from tscbench.boards.site import write_site

SOURCE = {"source": "here + there"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A run with three settings of munge, validation rows, and two datasets of one source."""
    out = tmp_path_factory.mktemp("site")
    munge = ("munge", "munge(p=0.1, s=1)", "munge(p=0.1, s=5)")
    view = run_view(
        datasets=("far", "here", "there"),
        generators=munge,
        students=("forest(n_trees=1)",),
        splits=2,
        seeds=1,
        data={"here": SOURCE, "there": SOURCE},
    )
    write_site(out, [view])
    return {str(p.relative_to(out)): p.read_text("utf-8") for p in out.rglob("*.html")}


def test_what_was_tuned_has_a_lane_of_its_own_with_its_cost(pages):
    rows = table_rows(pages["index.html"], "tuned")
    assert [row[:2] for row in rows] == [[name, "munge"] for name in ("far", "here", "there")]
    said = Html(pages["index.html"]).text
    assert "chosen on test, as published" in said and "no fair score" in said
    assert any("munge tuned over 3" in row[0] for row in table_rows(pages["index.html"], "tuned-1"))
    assert "what test rows would choose: not a fair choice" in pages["index.html"], "the figure"


def test_datasets_of_one_source_count_as_one_and_it_is_said(pages):
    text = Html(pages["index.html"]).text
    assert "here + there are of one source and count as one." in text
    assert "the mean of 2 datasets and 1 student" in text
    assert "95 % interval: Student's t over 2 datasets" in text and "of 2 datasets." in text
    assert "here + there: one dataset in means" in Html(pages["tiny/datasets/here.html"]).text
    assert "one dataset in means" not in Html(pages["tiny/datasets/far.html"]).text


def test_costs_and_the_largest_speed_ups_are_tables(pages):
    costs = table_rows(pages["tiny/datasets/far.html"], "costs")
    assert len(costs) == 4 and {row[0] for row in costs} == {"forest(n_trees=1)"}
    picks = {row[2] for row in table_rows(pages["index.html"], "fastest")}
    assert {"most accurate", "smallest"} <= picks


def test_a_run_without_candidates_has_no_lane_of_tuned_methods(tmp_path):
    write_site(tmp_path, [run_view(datasets=("here",), generators=("kde",), splits=1, seeds=1)])
    assert "Tuned on validation rows" not in (tmp_path / "index.html").read_text("utf-8")


def test_networks_have_a_section_of_their_epochs(tmp_path):
    view = run_view(datasets=("here", "there"), generators=("kde",), splits=1, seeds=2)
    plain = {}
    for name in ("plain", "learnt"):
        write_site(tmp_path / name, [view])
        page = tmp_path / name / "tiny" / "datasets" / "here.html"
        plain[name] = page.read_text("utf-8")
        curves = {"train_loss": [2.0, 1.0, 0.5], "valid_accuracy": [0.5, 0.8, 0.805]}
        for record in view.records:
            if record["cell"]["dataset"] == "here" and record["cell"]["student"] != "teacher":
                record["facts"] = {**record["facts"], "history": curves}
    assert "epoch" not in Html(plain["plain"]).text
    rows = table_rows(plain["learnt"], "epochs")
    assert rows and all(row[2:5] == ["3", "2", "0.5000 ± 0.0000"] for row in rows)
    assert plain["learnt"].count("<title>loss on the compression set against epoch</title>") == 2
    there = (tmp_path / "learnt" / "tiny" / "datasets" / "there.html").read_text("utf-8")
    assert "From epoch to epoch" in plain["learnt"] and "From epoch to epoch" not in there
