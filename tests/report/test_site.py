"""The site from made-up runs: whole, linked, escaped, the same bytes twice, honest about gaps."""

import re
from urllib.parse import unquote

import pytest
from html_pages import Html, table_keys, table_rows
from site_runs import HOSTILE, pages_of, run_pack

from tscbench.analysis.study import study_of
from tscbench.analysis.verdict import rankings_by_dataset, verdict_of
from tscbench.report.by_dataset import dataset_tables
from tscbench.report.formats import as_text
from tscbench.report.methods import methods_tables, ranking_table
from tscbench.report.names import names_of
from tscbench.report.site import write_site
from tscbench.report.site.markup import minus
from tscbench.report.site.names import slug
from tscbench.report.verdict import said_of
from tscbench.results.commands import commands_of

BAD = f"bad{HOSTILE}"
PLUGIN = {
    "docstring": f"Does {HOSTILE}",
    "source": HOSTILE,
    "parameters": [{"name": HOSTILE, "type": HOSTILE, "default": HOSTILE}],
    "notes": [],
    "bibtex": HOSTILE,
}
COMMON = {"index.html", "methodology.html", "add.html", "downloads.html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of two runs: one sound, and one whose every name is of bad intent."""
    hostile = run_pack(
        BAD,
        datasets=(f"data{HOSTILE}", "there"),
        generators=(f"gen{HOSTILE}", "kde"),
        students=(f"tree{HOSTILE}",),
        failing="kde",
        title=f"Title {HOSTILE}",
        commands=commands_of({"options": {"dataset": HOSTILE}}),
        suite=f"name = {HOSTILE}\n",
        notices=(HOSTILE,),
        plugins={"generator/kde": PLUGIN, f"dataset/data{HOSTILE}": PLUGIN},
    )
    told = []
    out = tmp_path_factory.mktemp("site") / "site"
    write_site(out, [run_pack("tiny"), hostile], lambda done, pages: told.append((done, pages)))
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)] and len(told) == 27
    return out


@pytest.fixture(scope="module")
def pages(site):
    return pages_of(site)


def test_there_is_a_page_for_each_run_method_dataset_and_group_of_cells(pages):
    kinds = [name.split("/")[1] for name in pages if name.startswith("tiny/")]
    assert {kind: kinds.count(kind) for kind in kinds} == {"methods": 3, "datasets": 2, "cells": 6}
    assert COMMON | {f"{slug(BAD)}/index.html"} < set(pages)


def test_every_page_is_well_formed_and_labelled(pages):
    for name, text in pages.items():
        page = Html(text)
        ids = page.ids()
        assert not page.wrong, f"{name}: {page.wrong[:3]}"
        assert len(set(ids)) == len(ids), name
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("h1")) == len(page.all("main")) == 1
        assert len(page.all("table")) == len(page.all("caption"))
        assert {head.get("scope") for head in page.all("th")} <= {"col", "row"}, name
        for region in (a for a in page.all("div") if a.get("class") == "scroll"):
            assert (region["role"], region["tabindex"]) == ("region", "0")
            assert region["aria-labelledby"] in ids
        for drawing in page.all("svg"):
            assert drawing.get("role") == "img" or drawing.get("aria-hidden") == "true"
        sorts = {head["aria-sort"] for head in page.all("th") if "aria-sort" in head}
        assert sorts <= {"ascending", "descending"}


def test_every_link_leads_to_a_file_and_nothing_comes_from_elsewhere(site, pages):
    for name, text in pages.items():
        page = Html(text)
        for tag, attributes in page.elements:
            address = attributes.get("href", attributes.get("src", "data:"))
            if address.startswith("data:"):
                continue
            assert not re.match(r"[a-z]+:|//|/|\\", address), f"{name}: <{tag}> {address}"
            path, _, place = address.partition("#")
            target = (site / name).parent / unquote(path) if path else site / name
            assert target.is_file(), f"{name}: {address}"
            assert not place or place in Html(target.read_text("utf-8")).ids(), address
        (script,) = page.all("script")
        assert script["src"].endswith("assets/site.js")
    style, script = (
        (site / "assets" / f"site.{kind}").read_text("utf-8") for kind in ("css", "js")
    )
    assert "url(" not in style and "@import" not in style
    assert script.count("\n") <= 250
    assert not re.search(r"fetch|XMLHttp|import|WebSocket|https?:|innerHTML|eval", script)


def test_what_comes_from_a_plugin_or_a_file_is_text(pages):
    assert sum("alert(1)" in text for text in pages.values()) > 8, "names of bad intent are shown"
    for name, text in pages.items():
        assert "<script>alert" not in text and "<img" not in text, name
        for tag, attributes in Html(text).elements:
            assert not [a for a in attributes if a.startswith("on")], f"{name}: <{tag}>"
    (kde,) = (t for name, t in pages.items() if "/methods/kde" in name and slug(BAD) in name)
    assert f"Does {HOSTILE}" in Html(kde).text


def test_without_scripts_the_tables_are_whole_sorted_and_those_of_the_terminal(pages):
    study, page = study_of(run_pack()), pages["index.html"]
    names, verdict = names_of(study.every), verdict_of(study)
    tables = {"ranking": ranking_table(study, verdict, names)}
    tables["methods"] = methods_tables(study, names)[0]
    for ident, table in tables.items():
        cells = table.cells()
        assert table_rows(page, ident) == [[minus(str(cell)) for cell in row] for row in cells]
        assert table_keys(page, ident) == [[c.key for c in row if c.key == c.key] for row in cells]
        places = [row[0] for row in table_rows(page, ident)]
        assert places == ["1", "2", "3"]
    assert len(table_rows(page, "every")) == 3 * 2 * 2  # methods × students × datasets
    assert page.count('aria-sort="ascending"') == 2
    assert "<button" not in page and "<input" not in page, "controls come with the script"


def test_numbers_on_the_pages_of_datasets_are_those_of_the_terminal(pages):
    study = study_of(run_pack())
    tables = dataset_tables(study, names_of(study.every))
    assert [table.dataset for table in tables] == ["here", "there"]
    for table in tables:
        page, n = pages[f"tiny/datasets/{table.dataset}.html"], len(table.columns)
        rows = [row[:n] for row in table_rows(page, "every")]  # then how many cells there are
        assert rows == [[minus(str(cell)) for cell in row] for row in table.cells()]
        said = as_text(table, 500).splitlines()[-len(rows) - len(table.notes) :]
        for row, line in zip(rows, said, strict=False):
            assert line.split() == " ".join(row).replace("−", "-").split()


def test_the_verdict_comes_first_in_the_words_of_the_terminal(pages):
    text = Html(pages["index.html"]).text
    study = study_of(run_pack())
    verdict, names = verdict_of(study), names_of(study.every)
    said = said_of(study, verdict, names)
    for sentence in (said.headline, said.gain, said.size, said.cost, said.doubt):
        assert sentence in text and text.index(sentence) < text.index("Ranking")
    for dataset, ranking in rankings_by_dataset(study, verdict).items():
        page = Html(pages[f"tiny/datasets/{dataset}.html"]).text
        assert ("is best" in page) == (len(ranking.alike) == 1)
        row = next(row for row in table_rows(pages["index.html"], "datasets") if row[0] == dataset)
        assert f"{len(ranking.alike)} of 3" in row


def test_a_failure_is_told_once_on_its_pages_with_its_traceback_folded(pages):
    folder = slug(BAD)
    for place, ident in ((f"{folder}/index", "failures"), (f"{folder}/methods/kde", "failures")):
        (page,) = (text for name, text in pages.items() if name.startswith(place))
        (row,) = table_rows(page, ident)
        assert row[-1].startswith("sampler: ValueError: no rows") and row[-2] == "6 of 6"
    (cells,) = (t for name, t in pages.items() if f"{folder}/cells/data" in name and "kde" in name)
    text = Html(cells).text
    assert "0 of 6" in text and cells.count("<details><summary>Traceback") == 1
    assert 'File "a/b.py", line 1' in text and "somewhere" not in text
    assert 'id="failures"' not in pages["index.html"], "of a run without any"


def test_a_command_makes_a_group_of_cells_again(pages):
    (name,) = (name for name in pages if name.startswith("tiny/cells/here-munge"))
    said = "tscbench run tiny --dataset here --teacher forest --query inbag"
    more = "--objective probabilities --generator 'munge(p=0.5, s=1)' --mix 'both(ratio=3)'"
    text = Html(pages[name]).text
    assert f"{said} {more}" in text and "12 of 12" in text
    assert len(table_rows(pages[name], "scores-test")) == 12
