"""Runs of parts of a suite come to the whole; what does not agree is said and taken from none."""

import json
from pathlib import Path

import pandas as pd
import pytest
from made_records import alter, lines

from tscbench import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.results.cell import Cell
from tscbench.results.commands import commands_of
from tscbench.results.merge import Conflict, merge
from tscbench.results.run import SCHEMA, Run

GRID = {
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear", "steps(n=2)"],
}
CELL = Cell("toy", 0, "forest", "inbag", "none", "real", "probabilities", "tree", 1)
OTHER = Cell("toy", 0, "forest", "inbag", "none", "real", "probabilities", "tree", 2)
OK = {"status": "ok", "key": "r", "scores": {"test": {"auc": 0.5, "ece": None}}}
EARLIER, LATER = ({"spec": "tree", "fingerprint": text} for text in "ab")
FAILED = {"status": "failed", "key": "r", "step": "student", "error": "no"}


def halves(whole: Run, folder: Path) -> list[Run]:
    """The records of a run, every second in another folder."""
    runs = [Run(folder / name) for name in ("one", "two")]
    for n, record in enumerate(whole.records()):
        cell = Cell(**record.pop("cell"))
        record.pop("schema")
        runs[n % 2].write(cell, record)
    for n, run in enumerate(runs):
        asked = whole.asked()
        kept = sorted(asked["planned"])[n::2]
        run.write_asked({**asked, "planned": {key: asked["planned"][key] for key in kept}})
        run.close()
    return runs


def test_halves_of_a_run_merge_into_the_whole(lab, cli, tmp_path):
    whole = lab.run(GRID)
    runs = halves(whole, tmp_path)
    out = Run(tmp_path / "out")
    for _ in range(2):
        said = cli("merge", *(run.folder for run in runs), "--out", out.folder)
        assert said.code == 0 and "7 of 7 cells ok" in said.out, said
        pd.testing.assert_frame_equal(out.scores(), whole.scores(), check_exact=True)
        pd.testing.assert_frame_equal(out.timings(), whole.timings(), check_exact=True)
    assert list(out.records()) == list(whole.records())
    assert len(lines(out.folder)) == len(list(out.records())), "nothing is written twice"
    assert "7 of 7" in cli("merge", out.folder, runs[0].folder, "--out", out.folder).out
    assert "ok" in cli("status", out.folder).out and cli("board", out.folder).code == 0


def made(folder: Path, *records, suite: str = "s", **asked) -> Run:
    run = Run(folder)
    planned = {cell.id: cell.axes for cell in (CELL, OTHER)}
    run.write_asked({"suite": suite, "planned": planned, "options": {}, **asked})
    for cell, record in zip((CELL, OTHER), records, strict=False):
        if record:
            run.write(cell, record)
    return run


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            {**OK, "key": "q"},
            OK,
            "it was made from other data, code or settings: they name the same data, code, "
            "versions and processor",
        ),
        (
            {**OK, "key": "q", "provenance": {"data": "1", "plugins": {"student": LATER}}},
            {**OK, "provenance": {"data": "2", "plugins": {"student": EARLIER}}},
            "it was made from other data, code or settings: other data, other code of the student "
            "tree",
        ),
        (
            {
                **OK,
                "scores": {"test": {"auc": 0.5 + 2**-53, "ece": 0.1}},
                "made_with": {"python": "3.11.7", "numpy": "1.26.0"},
            },
            {**OK, "made_with": {"python": "3.11.7", "numpy": "2.4.6"}},
            "numbers differ (test auc, test ece): numpy 1.26.0 and 2.4.6",
        ),
    ],
)
def test_what_does_not_agree_is_left_out_and_told(tmp_path, cli, first, second, said):
    runs = [made(tmp_path / "a", first, OK), made(tmp_path / "b", second)]
    out = Run(tmp_path / "out")
    merged = merge(runs, out)
    assert merged.conflicts == (Conflict(CELL, said),) and merged.records == {"ok": 1}
    assert out.read(CELL) is None and out.read(OTHER)["scores"] == OK["scores"]
    told = cli("merge", tmp_path / "a", tmp_path / "b", "--out", out.folder)
    assert told.code == 1 and f"left out: {CELL}: {said}" in told.out
    facts = json.loads(cli("merge", *(r.folder for r in runs), "--out", out.folder, "--json").out)
    assert facts["conflicts"] == [{"cell": dict(zip(AXES, CELL.axes, strict=True)), "why": said}]
    assert (facts["ok"], facts["missing"], facts["in conflict"]) == (1, 0, 1)


def test_a_conflict_with_what_is_there_overwrites_nothing(tmp_path):
    out = made(tmp_path / "out", OK)
    merged = merge([made(tmp_path / "a", {**OK, "key": "q"}), out], out)
    assert len(merged.conflicts) == 1 and out.read(CELL)["key"] == "r"


def test_a_run_of_its_own_and_other_files_are_left_as_they_are(tmp_path):
    a, own = made(tmp_path / "a", OK), made(tmp_path / "own", OK)
    before = own.asked()
    with pytest.raises(StoreError, match="own is a run of its own: name it among those"):
        merge([a], own)
    assert own.asked() == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "keep.txt").touch()
    with pytest.raises(StoreError, match="full is there, and holds no run"):
        merge([a], Run(tmp_path / "full"))
    for _ in range(2):
        assert merge([a], Run(tmp_path / "out")).records == {"ok": 1}


def test_a_size_that_differs_is_a_conflict(tmp_path):
    sized = {**OK, "facts": {"size": {"nodes": 3}}}
    runs = [
        made(tmp_path / "a", sized),
        made(tmp_path / "b", {**OK, "facts": {"size": {"nodes": 1}}}),
    ]
    [conflict] = merge(runs, Run(tmp_path / "out")).conflicts
    assert conflict.why.startswith("numbers differ (size nodes)")


@pytest.mark.parametrize("turn", [1, -1])
def test_a_finished_cell_counts_before_a_failed_one_and_missing_is_missing(tmp_path, turn):
    runs = [made(tmp_path / "a", FAILED), made(tmp_path / "b", OK)][::turn]
    merged = merge(runs, Run(tmp_path / "out"))
    assert merged.planned == 2 and merged.records == {"ok": 1} and not merged.conflicts


def test_equal_records_keep_the_extras_and_scores_of_both(tmp_path):
    more = {**OK, "scores": {"test": {"auc": 0.5, "ece": None, "brier": 1.0}}}
    runs = [
        made(tmp_path / "a", {**OK, "extras": {"x": {"key": "1"}}}),
        made(tmp_path / "b", {**more, "extras": {"y": {"key": "2"}}}),
    ]
    merge(runs, out := Run(tmp_path / "out"))
    found = out.read(CELL)
    assert found["extras"].keys() == {"x", "y"} and found["scores"] == more["scores"]


def test_runs_of_two_suites_are_not_merged(tmp_path, cli):
    made(tmp_path / "a", OK)
    made(tmp_path / "b", OK, suite="another")
    said = cli("merge", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "out")
    there = f"{tmp_path / 'b'} is of another suite than {tmp_path / 'a'}"
    assert said.code == 2 and there in said.err and said.err.count("\n") == 1
    assert not (tmp_path / "out").exists()
    with pytest.raises(StoreError, match="holds no run"):
        merge([Run(tmp_path / "none")], Run(tmp_path / "out"))


def test_what_was_asked_is_united(tmp_path):
    one = {"options": {"seed": "1"}, "plugins": ["p"], "against": ["base.tscpack"]}
    other = {"options": {"seed": "2"}, "plugins": [], "against": []}
    runs = [
        made(tmp_path / "a", OK, notices=["x"], **one),
        made(tmp_path / "b", OK, notices=["x", "y"], **other, earlier=[one]),
    ]
    merge(runs, out := Run(tmp_path / "out"))
    asked = out.asked()
    assert asked["notices"] == ["x", "y"] and asked["schema"] == SCHEMA
    assert commands_of(asked) == [one, other], "each once"
    assert asked["planned"] == {cell.id: list(cell.axes) for cell in (CELL, OTHER)}


def test_whether_less_is_better_is_as_the_first_says_that_has_the_metric(tmp_path):
    scores = {"test": {"auc": 0.5, "brier": 0.1, "size": 2}}
    ours = made(tmp_path / "a", {**OK, "scores": scores}, lower=["brier"])
    extras = {"x": {"key": "x1", "scores": {"kid": 0.5}}}
    theirs = made(tmp_path / "b", {**OK, "extras": extras}, lower=["auc", "ece", "kid"])
    merge([ours, theirs], out := Run(tmp_path / "out"))
    assert out.asked()["lower"] == ["brier", "ece", "kid"]
    merge([theirs, out], out)
    assert out.asked()["lower"] == ["brier", "ece", "kid"], "what is there was first"


def test_speeds_of_all_runs_are_taken(tmp_path):
    runs = [made(tmp_path / name, OK) for name in ("a", "b")]
    for n, run in enumerate(runs):
        run.write_speeds("20260101-7", [{"cell": CELL.id, "n": n}])
    out = Run(tmp_path / "out")
    for _ in range(2):
        merge(runs, out)
        files = sorted((out.folder / "speeds").glob("*.json"))
        assert {json.loads(f.read_text())["rows"][0]["n"] for f in files} == {0, 1}
        assert len(files) == 2


def test_a_record_that_was_changed_by_hand_is_no_record(lab, tmp_path):
    whole = lab.run({})
    alter(whole.folder, lambda r: {**r, "key": "x"} if r["cell"]["student"] == "linear" else r)
    [file] = (whole.folder / "records").glob("*.jsonl")
    file.write_bytes(file.read_bytes().replace(b'"key": "x"', b'"key": "y"'))
    merged = merge([whole], Run(tmp_path / "out"))
    assert merged.planned - sum(merged.records.values()) == 1
