"""What a run lacks, and what its numbers do not tell, is said on its pages."""

from copy import deepcopy
from dataclasses import replace

from html_pages import Html, table_rows
from site_runs import pages_of, small_pack

from tscbench.analysis.study import study_of
from tscbench.analysis.verdict import verdict_of
from tscbench.report.names import names_of
from tscbench.report.site.failures import without_places
from tscbench.report.verdict import said_of


def changed(pack, change, **where):
    """A pack of which the records of these cells were changed, and the number of them."""
    records, n = deepcopy(list(pack.records)), 0
    for record in records:
        if all(record["cell"][axis] == label for axis, label in where.items()):
            change(record)
            n += 1
    return replace(pack, records=records), n


def test_nothing_is_best_that_cannot_be_told_from_the_next(tmp_path):
    pack = small_pack(generators=("kde", "munge"))
    same, _ = changed(pack, lambda record: record["scores"]["test"].update(auc=0.8))
    for text in pages_of(tmp_path, same).values():
        assert "is best of" not in Html(text).text


def test_a_lower_score_is_better_where_its_metric_says_so(tmp_path):
    pages = pages_of(tmp_path, small_pack(lower=["auc", "brier"]))
    for ident in ("ranking", "methods"):
        rows = table_rows(pages["index.html"], ident)
        assert [row[1].partition(" ")[0] for row in rows] == ["none", "munge", "kde"]


def test_a_missing_record_takes_a_methods_rank_and_is_counted(tmp_path):
    cell = {"generator": "kde", "dataset": "there", "split": 1, "seed": 0}
    student = {"student": "forest(n_trees=5)"}
    pack, n = changed(
        small_pack(), lambda record: record.update(status="missing", scores={}), **cell, **student
    )
    assert n == 1
    page = pages_of(tmp_path, pack)["index.html"]
    rows = {row[1]: row for row in table_rows(page, "methods")}
    assert rows["kde · both"][0] == "–" and rows["kde · both"][-1] == "7 of 8"
    assert rows["munge · both"][0] == "1" and rows["munge · both"][-1] == "8 of 8"
    text = Html(page).text
    assert "1 of 24 cells are not there (0 failed, 1 not run yet)" in text
    assert "munge · both is first of" in text or "munge · both is best of" in text
    assert "1 method without all cells left out." in text


def test_what_was_not_timed_or_not_alone_is_said_and_has_no_speed(tmp_path):
    pack = small_pack(timed=True, datasets=("here",))
    disturbed = replace(pack, speeds=pack.speeds.assign(contended=True))
    for name, one in (("untimed", small_pack(datasets=("here",))), ("disturbed", disturbed)):
        page = pages_of(tmp_path / name, one)["index.html"]
        study = study_of(one)
        said = said_of(study, verdict_of(study), names_of(study.every)).cost
        assert said in Html(page).text and "tscbench time tiny" in said
        assert 'data-name="rows/s"' not in page.partition('id="every"')[0]


def test_tracebacks_name_packages_and_not_somebodys_folders():
    text = 'File "/srv/me/venv/lib/python3.11/site-packages/numpy/a.py", line 3, in f'
    assert without_places(text) == 'File "numpy/a.py", line 3, in f'
    assert without_places('File "C:\\Users\\me\\x\\y\\z\\mine.py"') == 'File "y/z/mine.py"'
    assert without_places('File "<string>", line 1') == 'File "<string>", line 1'
