"""The page of Markdown about runs: the answers first, escaped, the same bytes again."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from site_runs import HOSTILE, run_view

from tscbench.boards.site import load_view, write_site
from tscbench.boards.site.readme import FEW, write_readme

SUITE = 'name = "gan-tsc"\ntitle = "GANs"\ntest = 0.3\n'


@pytest.fixture(scope="module")
def runs():
    """One of a suite with published claims, and one whose names are of bad intent."""
    gan = run_view(
        "gan-tsc",
        datasets=("magic_authors", "magic"),
        generators=("acgan", "acgan_paper"),
        suite=SUITE,
        mix="fake(ratio=9)",
    )
    bad = run_view(f"bad{HOSTILE}", generators=(f"gen{HOSTILE}", "kde"), title=f"a | b {HOSTILE}")
    return [gan, bad]


@pytest.fixture(scope="module")
def text(runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    write_site(folder / "site", runs)
    write_readme(folder / "README.md", runs, folder / "site")
    return (folder / "README.md").read_text("utf-8")


def tables(text):
    """Rows of cells, a list for each run of lines that are a table's."""
    found = [block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]
    return [
        [re.split(r"(?<!\\)\|", line)[1:-1] for line in block if not line.startswith("|---")]
        for block in found
    ]


def test_the_answers_come_first_a_column_a_run(text):
    first = tables(text)[0]
    questions = [row[0].strip() for row in first[1:]]
    assert questions == [
        *("Compresses best here", "By how much", "How surely", "At what cost"),
        *("Published claims", "Cells"),
    ]
    assert all(len(row) == 3 for row in first)
    assert "72 of 72, on magic, magic_authors" in first[-1][1]
    assert "Of 3 methods it was picked by these same rows" in first[3][1]


def test_claims_stand_by_their_verdicts_with_their_intervals(text):
    claims = next(t for t in tables(text) if t[0][0].strip() == "claim")
    decided = " ".join(cell for row in claims[1:] for cell in row[1:3])
    assert re.search(
        r"acgan, magic_authors: [+−]0\.\d{4} \([+−]0\.\d{4} to [+−]0\.\d{4}\)", decided
    )


def test_methods_are_ranked_as_on_the_site(text):
    methods = [t for t in tables(text) if t[0][0].strip() == "#"]
    assert [row[1].strip() for row in methods[0][1:]].count("acgan") == 1
    places = [row[0].strip() for row in methods[0][1:]]
    assert places == [str(n) for n in range(1, len(places) + 1)]


def test_names_of_bad_intent_are_text(text):
    assert "<script" not in text and "<img" not in text
    assert all(len({len(row) for row in table}) == 1 for table in tables(text))


def test_it_comes_again_from_the_files_of_the_site(runs, tmp_path):
    for name in ("one", "two"):
        write_site(tmp_path / name / "site", runs[:1])
        write_readme(tmp_path / name / "README.md", runs[:1], tmp_path / name / "site")
        runs = [load_view(tmp_path / name / "site" / "gan-tsc" / "data")]
    first, second = ((tmp_path / name / "README.md").read_bytes() for name in ("one", "two"))
    assert first == second


def test_a_picture_where_there_is_something_to_draw(runs, tmp_path):
    whole = runs[0]
    scores = whole.scores[whole.scores["mix"] == "real"]
    records = [r for r in whole.records if r["cell"]["mix"] in ("real", "-")]
    bare = replace(whole, name="bare", scores=scores, records=records)
    for view, drawn in ((whole, True), (bare, False)):
        site = tmp_path / view.name / "site"
        write_site(site, [view])
        write_readme(tmp_path / view.name / "README.md", [view], site)
        text = (tmp_path / view.name / "README.md").read_text("utf-8")
        assert (f"(site/{view.name}/differences.svg)" in text) is drawn
        assert (site / view.name / "differences.svg").is_file() >= drawn
        assert ("no method here has synthetic rows, and no two share" in text) is not drawn


def test_a_run_without_synthetic_rows_or_claims_tells_its_best_method_and_its_numbers(tmp_path):
    one = run_view("corrections", generators=(), suite=SUITE.replace("gan-tsc", "corrections"))
    students = one.scores[one.scores["student"] != "teacher"]
    asked = [r for r in one.records if r["cell"]["student"] != "teacher"]
    again = [{**r, "cell": {**r["cell"], "query": "oob"}} for r in asked]
    both = pd.concat([one.scores, students.assign(query="oob")], ignore_index=True)
    two = replace(one, scores=both, records=[*one.records, *again])
    write_site(tmp_path / "site", [two])
    write_readme(tmp_path / "README.md", [two], tmp_path / "site")
    text = (tmp_path / "README.md").read_text("utf-8")
    assert (
        "No method here has synthetic rows." in text and "| Compresses best here | **none" in text
    )
    assert "What was published, in `corrections`" in text and "| claim |" not in text
    assert re.search(r"\| Published claims \| .*not run here \d+", text)
    published = (tmp_path / "site" / "corrections" / "published.html").read_text("utf-8")
    assert "<h2>Numbers</h2>" in published and "<h2>Claims</h2>" not in published


def test_a_long_table_is_folded_up_and_what_was_not_timed_is_not_said_to_be(runs, tmp_path):
    many = run_view("many", generators=tuple(f"g{n}" for n in range(FEW)), timed=False)
    site = tmp_path / "site"
    write_site(site, [many, runs[0]])
    write_readme(tmp_path / "README.md", [many, runs[0]], site)
    text = (tmp_path / "README.md").read_text("utf-8")
    folded = re.findall(r"<details><summary>(.*)</summary>\n\n\| # (?:.*\n)+\n</details>", text)
    assert folded == [f"All {FEW + 1} methods"]
    assert len(runs[0].speeds)
    assert re.findall(r"\$ tscbench time (\S+)", text) == [runs[0].name]
