"""Sections that a run's pages have where it has something to say in them."""

import re
from copy import deepcopy
from dataclasses import replace

import pytest
from html_pages import Html, table_rows
from site_runs import pages_of, run_pack, small_pack

SOURCE = {"source": "here + there"}
SUITE = 'name = "{}"\ntitle = "GANs"\ntest = 0.3\n'


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A run with three settings of munge, validation rows, and two datasets of one source."""
    pack = run_pack(
        datasets=("far", "here", "there"),
        generators=("munge", "munge(p=0.1, s=1)", "munge(p=0.1, s=5)"),
        students=("forest(n_trees=1)",),
        splits=2,
        seeds=1,
        data={"here": SOURCE, "there": SOURCE},
    )
    return pages_of(tmp_path_factory.mktemp("site"), pack)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A run with cells of published claims."""
    pack = small_pack(
        "gan-tsc",
        datasets=("magic_authors", "magic"),
        generators=("acgan", "acgan_paper"),
        suite=SUITE.format("gan-tsc"),
        mix="fake(ratio=9)",
    )
    return pages_of(tmp_path_factory.mktemp("published"), pack)


def test_what_was_tuned_has_a_lane_of_its_own_with_its_cost(pages, tmp_path):
    page = pages["index.html"]
    rows = table_rows(page, "tuned")
    assert [row[:2] for row in rows] == [[name, "munge"] for name in ("far", "here", "there")]
    said = Html(page).text
    assert "chosen on test, as published" in said and "no fair score" in said
    assert any("munge tuned over 3" in row[1] for row in table_rows(page, "tuned-methods"))
    plain = small_pack(datasets=("here",), generators=("kde",))
    assert "Tuned on validation rows" not in pages_of(tmp_path, plain)["index.html"]


def test_datasets_of_one_source_count_as_one_and_it_is_said(pages):
    text = Html(pages["index.html"]).text
    assert "here + there are of one source and count as one." in text
    assert "mean over 2 datasets" in text and "Student's t over 2 datasets" in text
    assert "here + there: one dataset in means" in Html(pages["tiny/datasets/here.html"]).text
    assert "one dataset in means" not in Html(pages["tiny/datasets/far.html"]).text


def test_costs_and_the_largest_speed_ups_are_tables(pages):
    costs = table_rows(pages["tiny/datasets/far.html"], "costs")
    assert len(costs) == 4 and {row[0] for row in costs} == {"forest(n_trees=1)"}
    picks = {row[2] for row in table_rows(pages["index.html"], "fastest")}
    assert {"most accurate", "smallest"} <= picks


def test_networks_have_a_section_of_their_epochs(tmp_path):
    pack = small_pack(generators=("kde",))
    records = deepcopy(list(pack.records))
    curves = {"train_loss": [2.0, 1.0, 0.5], "valid_accuracy": [0.8, 0.81, 0.81]}
    for record in records:
        if record["cell"]["dataset"] == "here" and record["cell"]["student"] != "teacher":
            record["facts"]["history"] = curves
    found = pages_of(tmp_path, replace(pack, records=records))
    rows = table_rows(found["tiny/datasets/here.html"], "epochs")
    assert rows and all(row[2:5] == ["3", "2", "0.5000 ± 0.0000"] for row in rows)
    assert "From epoch to epoch" not in found["tiny/datasets/there.html"]


def test_probes_have_a_table_of_each_set_and_of_what_they_foretell(tmp_path):
    pack = small_pack(generators=("g1", "g2", "g3", "g4"), mix="fake(ratio=1)")
    records = deepcopy(list(pack.records))
    for record in records:
        generator = record["cell"]["generator"]
        if generator.startswith("g"):
            record["extras"] = {"coverage": {"scores": {"recall": int(generator[1]) / 10}}}
    found = pages_of(tmp_path, replace(pack, records=records))
    (method,) = (text for name, text in found.items() if "/methods/g3" in name)
    ((probe, *values),) = table_rows(method, "probes")
    assert probe == "coverage.recall" and [value[:6] for value in values] == ["0.3000"] * 2
    sets = table_rows(found["tiny/datasets/here.html"], "set-1")
    assert [row[0] for row in sets] == ["g1", "g2", "g3", "g4"]


def test_a_claim_is_told_once_with_its_cases_folded_under_a_plot(published):
    page = published["gan-tsc/published.html"]
    claims = page.split('<section class="claim">')[1:]
    sentences = [re.search(r"<h3>(.*)</h3>", claim)[1] for claim in claims]
    assert len(set(sentences)) == len(sentences) > 10
    text = Html(page).text
    for claim, sentence in zip(claims, (Html(s).text for s in sentences), strict=True):
        assert text.count(sentence) <= 2, "as a heading, and as the caption of its folded cases"
        assert len(re.findall('<p class="outcome">', claim)) == 1
        assert "<table" not in claim.partition("<details>")[0]
        rows = Html(claim).all("tr")[1:]
        drawn = claim.count("<g><title>")
        assert (drawn > 0) == ('class="forest"' in claim) and drawn <= len(rows)
    assert any(claim.count("<g><title>") > 1 for claim in claims)
    assert "Undecided: " in text and "not in this run" in text


def test_published_numbers_are_one_table_with_reasons_as_notes(published):
    page = published["gan-tsc/published.html"]
    rows = table_rows(page, "numbers")
    marks = {row[-2] for row in rows}
    after = Html(page.partition('<table id="numbers"')[2]).text
    assert len(rows) > 20 and 1 < len(marks) < len(rows)
    assert all(after.count(f"{mark} ") >= 1 for mark in marks)
    assert "published numbers: " in Html(published["index.html"]).text


def test_a_run_of_no_published_suite_has_no_such_page(pages):
    assert not [name for name in pages if name.endswith("published.html")]
