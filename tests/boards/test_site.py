"""The site from made-up runs: whole, linked, escaped, the same bytes twice, honest about gaps."""

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from html_pages import Html, table_rows
from site_runs import HOSTILE, run_view

from tscbench.boards.site import load_view, write_site
from tscbench.boards.site.cells_page import without_places
from tscbench.boards.site.names import slug
from tscbench.contracts.errors import SpecError, StoreError

BAD = f"bad{HOSTILE}"
ROOM = {
    "docstring": f"Does {HOSTILE}",
    "source": HOSTILE,
    "parameters": [{"name": HOSTILE, "type": HOSTILE, "default": HOSTILE}],
    "notes": [],
    "bibtex": HOSTILE,
}


def read(out):
    """Every page by its path."""
    return {str(p.relative_to(out)): p.read_text("utf-8") for p in sorted(out.rglob("*.html"))}


def contents(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of two runs: one sound, and one whose every name is of bad intent."""
    out = tmp_path_factory.mktemp("site") / "site"
    hostile = run_view(
        BAD,
        datasets=(f"data{HOSTILE}", "there"),
        generators=(f"gen{HOSTILE}", "kde"),
        students=(f"tree{HOSTILE}",),
        failing="kde",
        title=f"Title {HOSTILE}",
        command=f"tscbench run {HOSTILE}",
        suite=f"name = {HOSTILE}\n",
        notices=(HOSTILE,),
        plugins={"generator/kde": ROOM, f"dataset/data{HOSTILE}": ROOM},
    )
    write_site(out, [run_view("tiny"), hostile])
    return out


@pytest.fixture(scope="module")
def pages(site):
    return read(site)


def test_there_is_a_page_for_each_run_method_dataset_and_group_of_cells(pages):
    tiny = [name for name in pages if name.startswith("tiny/")]
    assert len([name for name in tiny if "/methods/" in name]) == 3
    assert sorted(n for n in tiny if "/datasets/" in n) == [
        "tiny/datasets/here.html",
        "tiny/datasets/there.html",
    ]
    assert len([name for name in tiny if "/cells/" in name]) == 6
    assert {"index.html", "methodology.html", "add.html", "downloads.html"} < set(pages)
    assert f"{slug(BAD)}/index.html" in pages


def test_every_page_is_well_formed_and_labelled(pages):
    for name, text in pages.items():
        page = Html(text)
        assert not page.wrong, f"{name}: {page.wrong[:3]}"
        ids = page.ids()
        assert len(set(ids)) == len(ids), name
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("h1")) == 1 and len(page.all("main")) == 1
        assert len(page.all("table")) == len(page.all("caption"))
        for head in page.all("th"):
            assert head.get("scope") in {"col", "row"}, name
        for region in (a for a in page.all("div") if a.get("class") == "scroll"):
            assert region["role"] == "region" and region["tabindex"] == "0"
            assert region["aria-labelledby"] in ids
        for drawing in page.all("svg"):
            assert drawing.get("role") == "img" or drawing.get("aria-hidden") == "true"
        assert {a["aria-sort"] for a in page.all("th") if "aria-sort" in a} <= {
            "ascending",
            "descending",
        }


def test_every_link_leads_to_a_file_and_nothing_comes_from_elsewhere(site, pages):
    for name, text in pages.items():
        page = Html(text)
        for tag, attributes in page.elements:
            address = attributes.get("href", attributes.get("src"))
            if address is None or address.startswith("data:"):
                continue
            assert not re.match(r"[a-z]+:|//|/|\\", address), f"{name}: <{tag}> {address}"
            path, _, place = address.partition("#")
            target = (site / name).parent / unquote(path) if path else site / name
            assert target.is_file(), f"{name}: {address}"
            assert not place or place in Html(target.read_text("utf-8")).ids()
        scripts = page.all("script")
        assert len(scripts) == 1 and scripts[0]["src"].endswith("assets/site.js")
    style = (site / "assets" / "site.css").read_text("utf-8")
    assert "url(" not in style and "@import" not in style
    script = (site / "assets" / "site.js").read_text("utf-8")
    assert script.count("\n") <= 300
    assert not re.search(r"fetch|XMLHttp|import|WebSocket|https?:|innerHTML|eval", script)


def test_what_comes_from_a_plugin_or_a_file_is_text(pages):
    said = [name for name, text in pages.items() if "alert(1)" in text]
    assert len(said) > 8, "the names of bad intent are shown"
    for name, text in pages.items():
        assert "<script>alert" not in text and "<img" not in text, name
        for tag, attributes in Html(text).elements:
            assert not [a for a in attributes if a.startswith("on")], f"{name}: <{tag}>"
    bad = next(text for name, text in pages.items() if "/methods/kde" in name and slug(BAD) in name)
    assert f"Does {HOSTILE}" in Html(bad).text


def test_names_of_files_are_plain_short_and_never_meet(site):
    for path in site.rglob("*"):
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z]+)?", path.name), path.name
        assert len(path.name) < 90
    labels = [
        "a",
        "A",
        "a ",
        "ä",
        "a/",
        "../a",
        "a.",
        "con",
        "CON",
        "index",
        "",
        "-",
        BAD,
        "é" * 300,
    ]
    labels += [slug(label) for label in labels if slug(label) != label]
    names = [slug(label) for label in labels]
    assert len({name.lower() for name in names}) == len(set(labels))


def test_the_same_runs_give_the_same_bytes_whatever_their_order(tmp_path):
    view = run_view(failing="kde")
    write_site(tmp_path / "a", [view])
    mixed = replace(
        view,
        scores=view.scores.sample(frac=1, random_state=1),
        speeds=view.speeds.sample(frac=1, random_state=1),
        timings=view.timings.sample(frac=1, random_state=1),
        records=view.records[::-1],
    )
    write_site(tmp_path / "b", [mixed])
    first = contents(tmp_path / "a")
    assert first == contents(tmp_path / "b")
    write_site(tmp_path / "c", [load_view(tmp_path / "a" / "tiny" / "data")])
    assert first == contents(tmp_path / "c"), "from its own downloads"


def test_downloads_hold_every_score(tmp_path):
    view = run_view(failing="kde")
    write_site(tmp_path, [view])
    folder = tmp_path / "tiny" / "data"
    whole = pd.read_parquet(folder / "scores.parquet")
    assert len(whole) == len(view.scores)
    assert whole["value"].sum() == pytest.approx(view.scores["value"].sum(), abs=1e-9)
    from_csv = pd.read_csv(folder / "scores.csv", keep_default_na=False, na_values=[""])
    table = json.loads((folder / "scores.json").read_text("utf-8"))
    from_json = pd.DataFrame(table["rows"], columns=table["columns"])
    for other in (from_csv, from_json):
        assert list(other.columns) == list(whole.columns)
        assert other["value"].astype(float).tolist() == pytest.approx(
            whole["value"].tolist(), nan_ok=True, abs=0
        )


def test_without_scripts_the_tables_are_whole_and_sorted(pages):
    page = pages["index.html"]
    methods = table_rows(page, "methods")
    assert [row[0] for row in methods] == ["1", "2", "3"]
    assert [row[1] for row in methods] == ["kde", "munge", "none"]
    scores = [float(row[3]) for row in methods]
    assert scores == sorted(scores, reverse=True)
    standard = table_rows(page, "standard")
    assert len(standard) == 3 * 2 * 2  # methods × students × datasets
    assert 'aria-sort="ascending"' in page
    assert "<button" not in page and "<input" not in page, "controls come with the script"


def test_the_first_screen_answers_the_four_questions(pages):
    page = Html(pages["index.html"]).text
    means = run_view().scores.query("metric == 'auc' and part == 'test'")
    means = means.groupby("generator")["value"].mean()
    change = means["kde"] - means["none"]
    top = page[: page.index("Methods over all datasets")]
    assert "Compresses best here kde · both" in top
    assert f"By how much {change:+.4f} auc" in top
    assert (
        "95 % interval: Student's t over 2 datasets" in top and "Too few datasets for a test" in top
    )
    assert "3× the training" in top


def test_where_nothing_beats_training_rows_the_answer_is_no_augmentation(tmp_path):
    view = run_view()
    worse = view.scores.assign(
        value=view.scores["value"].where(view.scores["generator"] == "none", 0.5)
    )
    write_site(tmp_path, [replace(view, scores=worse)])
    page = Html((tmp_path / "index.html").read_text("utf-8")).text
    assert "Compresses best here No augmentation" in page


def test_a_lower_score_is_better_where_its_metric_says_so(tmp_path):
    plugins = {"metric/auc": {"notes": ["lower is better"], "docstring": "", "parameters": []}}
    write_site(tmp_path, [run_view(plugins=plugins)])
    rows = table_rows((tmp_path / "index.html").read_text("utf-8"), "methods")
    assert [row[1] for row in rows] == ["none", "munge", "kde"]


def test_a_missing_record_takes_a_methods_rank_and_is_counted(tmp_path):
    view = run_view()
    gone = (
        (view.scores["generator"] == "kde")
        & (view.scores["dataset"] == "there")
        & (view.scores["split"] == 1)
        & (view.scores["seed"] == 0)
        & (view.scores["student"] == "forest(n_trees=5)")
    )
    first = view.scores[gone].drop_duplicates("status").assign(status="missing", part=None)
    first = first.assign(metric=None, value=np.nan)
    view = replace(view, scores=pd.concat([view.scores[~gone], first], ignore_index=True))
    write_site(tmp_path, [view])
    page = (tmp_path / "index.html").read_text("utf-8")
    rows = {row[1]: row for row in table_rows(page, "methods")}
    assert rows["kde"][0] == "" and rows["kde"][-1] == "23 of 24"
    assert rows["munge"][0] == "1" and rows["munge"][-1] == "24 of 24"
    text = Html(page).text
    assert "1 of 72 cells are not there (0 failed, 1 not run yet)" in text
    assert "Compresses best here munge · both" in text


def test_a_failure_is_told_on_its_pages_with_its_traceback_folded(pages):
    folder = f"{slug(BAD)}/"
    [method] = [t for name, t in pages.items() if name.startswith(f"{folder}methods/kde")]
    assert "sampler: ValueError: no rows" in Html(method).text
    [cells] = [t for name, t in pages.items() if f"{folder}cells/data" in name and "kde" in name]
    page = Html(cells)
    assert "0 of 6 cells" in page.text and "<details><summary>Traceback" in cells
    assert 'File "a/b.py", line 1' in page.text and "somewhere" not in page.text


def test_a_command_makes_a_group_of_cells_again(pages):
    [name] = [name for name in pages if name.startswith("tiny/cells/here-munge")]
    said = "tscbench run tiny --dataset here --teacher forest --query inbag"
    more = "--objective probabilities --generator 'munge(p=0.5, s=1)' --mix 'both(ratio=3)'"
    assert f"{said} {more}" in Html(pages[name]).text


def test_a_run_without_timings_says_what_to_do(tmp_path):
    write_site(tmp_path, [run_view(timed=False)])
    page = Html((tmp_path / "index.html").read_text("utf-8")).text
    assert page.count("Not timed: tscbench time tiny.") >= 2


def test_timings_that_were_disturbed_are_not_ranked(tmp_path):
    view = run_view()
    write_site(tmp_path, [replace(view, speeds=view.speeds.assign(contended=True))])
    page = Html((tmp_path / "index.html").read_text("utf-8")).text
    assert "Timed while something else ran, so not ranked" in page


def test_an_earlier_site_is_replaced_and_nothing_else_is_touched(tmp_path):
    out = tmp_path / "site"
    write_site(out, [run_view(generators=("munge(p=0.5, s=1)", "kde"))])
    (out / "mine.txt").write_text("mine")
    write_site(out, [run_view(generators=("kde",))])
    names = {path.name for path in out.rglob("*") if path.is_file()}
    assert "mine.txt" in names and not [name for name in names if "munge" in name]
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("years of work")
    with pytest.raises(StoreError, match="holds no earlier site"):
        write_site(other, [run_view()])
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]


def test_a_list_of_files_cannot_remove_what_lies_outside(tmp_path):
    out = tmp_path / "site"
    write_site(out, [run_view()])
    (tmp_path / "outside.txt").write_text("mine")
    (out / "files.json").write_text(json.dumps(["../outside.txt"]))
    write_site(out, [run_view()])
    assert (tmp_path / "outside.txt").exists()


def test_runs_need_names_that_differ(tmp_path):
    with pytest.raises(SpecError, match="different names"):
        write_site(tmp_path, [run_view(), run_view()])
    with pytest.raises(StoreError, match="holds no results"):
        load_view(Path("nowhere"))


def test_tracebacks_name_packages_and_not_somebodys_folders():
    text = 'File "/srv/me/venv/lib/python3.11/site-packages/numpy/a.py", line 3, in f'
    assert without_places(text) == 'File "numpy/a.py", line 3, in f'
    assert without_places('File "C:\\Users\\me\\x\\y\\z\\mine.py"') == 'File "y/z/mine.py"'
    assert without_places('File "<string>", line 1') == 'File "<string>", line 1'
