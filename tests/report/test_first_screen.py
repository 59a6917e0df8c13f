"""The first screen: 24 lines, no wider than the terminal, and the numbers of the verdict on it."""

import re
from dataclasses import replace
from itertools import product

import pytest
from hand_made import frame, gone, scores, sized, speeds, study
from made_run import made_run

from tscbench.analysis.study import study_of
from tscbench.analysis.verdict import verdict_of
from tscbench.report.first_screen import first_screen, first_table

LONG = "a_generator_of_a_long_name(parameter=0.{:03}, other='a text of some length')"
MADE = made_run(n_rows=1, splits=2, seeds=1)


def many(n, names="g{}", **more):
    """n methods on three datasets, the first the best."""
    names = ["none", *map(names.format, range(1, n))]
    values = {
        (d, name): (0.9 - i / 100 + shift, 0.9 - i / 100)
        for d, shift in (("a", 0.0), ("b", 0.01), ("c", -0.01))
        for i, name in enumerate([*names[1:], "none"] if n > 1 else names)
    }
    return study(scores(values), **more)


def screen(given, run, metric=""):
    """The first screen of what the command line calls `run`."""
    return first_screen(replace(given, run=run), metric)


def cells(*generators, status="ok", **more):
    return [
        one
        for name, nodes in zip(generators, (4, 6, 8), strict=False)
        for split in "01"
        for one in sized(
            (name, "tree", nodes, 0.7 + nodes / 100, 0.7 + nodes / 100), split=split, **more
        )
    ]


LOST = {"generator": "gmm", "mix": "fake(ratio=1)", "split": "1"}
STUDIES = {
    "like quick": study_of(made_run(n_rows=1500, splits=2, seeds=1)),
    "one dataset": study_of(MADE),
    "one method": many(1),
    "two methods": many(2),
    "65 methods of long names": many(65, LONG, name="a_run_of_a_long_name", title="Which? " * 20),
    "missing cells": study(frame(*cells("none", "kde", "gmm")[:-3], gone("missing", **LOST))),
    "failed cells": study(frame(gone(), gone(generator="kde"))),
    "no validation rows": study(frame(*(r for r in cells("none", "kde") if r["part"] == "test"))),
    "busy": study_of(replace(MADE, speeds=MADE.speeds.assign(contended=True))),
    "untimed": study_of(replace(MADE, speeds=speeds())),
}  # fmt: skip
ASKED = [("like quick", "tsc_score"), ("like quick", "log_loss"), ("like quick", "nodes"),
         ("busy", "rows_per_second"), *((name, "") for name in STUDIES)]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "metric", "width"), [(*asked, width) for asked, width in product(ASKED, (80, 120))]
)
def test_it_is_a_screen(name, metric, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = screen(STUDIES[name], "runs/mine", metric).splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= width
    assert lines[-1].startswith("tscbench site runs/mine --out site")
    assert sum(line.startswith("tscbench") for line in lines[-3:]) == 3
    assert not re.search(r"\bnan\b", "\n".join(lines))


def test_columns_of_the_terminal_are_asked_for(monkeypatch):
    for width in (50, 100):
        monkeypatch.setenv("COLUMNS", str(width))
        longest = max(map(len, screen(STUDIES["one dataset"], "mine").splitlines()))
        assert width - 15 < longest <= width


def test_it_shows_the_best_five_says_how_many_more_and_what_it_leaves_out(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = screen(many(9), "mine")
    names = re.findall(r"^\d  (g\d) · fake  +(0\.\d{4})", text, re.MULTILINE)
    assert names == [(f"g{i}", f"{0.9 - (i - 1) / 100:.4f}") for i in range(1, 6)]
    assert "\n… 4 more\n" in text
    short = screen(many(3), "mine")
    assert "more" not in short.partition("vs #1")[2] and short.count(" · fake  ") == 2
    assert "not shown at this width: rows/s" in screen(STUDIES["like quick"], "mine")


def test_without_a_whole_method_it_says_where_to_look():
    text = screen(STUDIES["failed cells"], "'a folder/mine'")
    assert "No method has auc on test rows of all its cells: 0 of 2 cells have it." in text
    assert "tscbench status 'a folder/mine'  " in text


def test_the_command_that_compares_is_one_of_a_shell_and_of_this_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    quoted = study(
        scores({(d, g): (0.5, 0.6) for d in "ab" for g in ("none", "munge(p=0.1, s=1)")})
    )
    assert "\ntscbench compare mine none 'munge(p=0.1, s=1)'\n" in screen(quoted, "mine") + "\n"
    long = screen(STUDIES["65 methods of long names"], "mine")
    assert "compare" not in long and "tscbench board mine --by dataset" in long
    folder = "/a/folder/of/a/very/long/name/in/which/someone/keeps/what/has/been/run"
    assert "tscbench board \\\n  " + folder + " \\\n  --full\n" in screen(many(2), folder)


def test_commands_keep_the_options_and_compare_one_s_own(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    given = many(3)
    arms = given.cells.drop_duplicates("arm").set_index("arm")["generator"]
    mine = {arm: "yours" if name == "g2" else "published" for arm, name in arms.items()}
    some = replace(given, only={"dataset": "a,b"}, origins=mine)
    lines = screen(some, "mine").splitlines()[-3:]
    assert lines[0].startswith("tscbench board mine --dataset a,b --full")
    assert lines[1].startswith("tscbench compare mine none g2 --dataset a,b")


def test_the_table_of_a_verdict_has_all_its_methods():
    table = first_table(STUDIES["65 methods of long names"])
    verdict = verdict_of(STUDIES["65 methods of long names"])
    assert table.frame["auc"].tolist() == verdict.ranking.methods["score"].tolist()
    assert len(table.frame) == 65 and table.title == "a_run_of_a_long_name"
    assert "best" in table.notes[0] or "first" in table.notes[0]
    assert first_table(STUDIES["failed cells"]) is None
    assert first_table(many(2)).title == "board"
    assert "1 method without all cells left out." in first_table(STUDIES["missing cells"]).notes[0]


def test_one_method_is_compared_with_nothing():
    [row] = screen(STUDIES["one method"], "mine").partition("\n-")[2].splitlines()[1:2]
    assert row.split() == ["1", "none", "0.9000"]
