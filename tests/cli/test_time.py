"""tscbench time, and the short pass that a run may end with."""

import json
import re

import pytest
from made_records import shards

from tscbench.harness import repeats
from tscbench.harness.exclusive import exclusive
from tscbench.results.run import Run

GRID = {"student": ["linear", "steps(n=2)"]}
SHORT = repeats.Protocol((1, 10), repeats=3, least_seconds=1e-4, warm_seconds=1e-3, bare=False)


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    monkeypatch.setattr(repeats, "SHORT", SHORT)


@pytest.fixture
def quiet(monkeypatch):
    """A machine with nothing else to do."""
    monkeypatch.setattr(
        "tscbench.harness.timing_session.disturbed", lambda turns, reference, cores: ""
    )
    monkeypatch.setattr("tscbench.harness.timing_session.interrupted", lambda repeats: "")


@pytest.fixture
def start(cli, lab, tiny):
    def start(*words, **keys):
        suite = lab.suite(GRID, **keys)
        return cli("run", suite, "--plugin", tiny, "--out", lab.folder / "run", *words)

    return start


@pytest.fixture
def timed(cli, lab):
    return lambda *words: cli("time", lab.folder / "run", "--quick", *words)


def test_a_run_that_is_not_timed_says_how_to(start, lab):
    said = start()
    assert said.code == 0 and f"not timed: tscbench time {lab.folder / 'run'}" in said.err
    assert not (lab.folder / "run" / "speeds").exists()


def test_time_says_how_long_then_prints_a_table(start, timed, quiet, lab, monkeypatch):
    start()
    said = timed()
    assert said.code == 0
    assert "timing 2 students at batch 1, 10: about" in said.err
    assert "timed 2 of 2 students: toy, split 0 against nearest" in said.err
    assert max(map(len, said.out.splitlines())) <= 80
    monkeypatch.setenv("COLUMNS", "200")
    wide = timed()
    assert "2 students are timed already" in wide.err
    title, head, under, rule, teacher, *students, empty, facts = wide.out.splitlines()
    assert title == "toy, split 0" and empty == "" and set(rule) == {"-", " "}
    assert head.count("rows/s") == 2 and {"nodes", "bytes", "speed-up"} <= set(head.split())
    assert {"at", "1", "10"} <= set(f"{head} {under}".split())
    assert "(the teacher)" in teacher and "python" in facts
    assert ["linear" in students[0], "steps(n=2)" in students[1]] == [True, True]
    assert "timing 2 students" in timed("--again").err


def test_contended_measurements_are_told_shown_and_measured_again(start, timed, monkeypatch, lab):
    start()
    why = "other processes had 1.9 of 2 cores"
    monkeypatch.setattr("tscbench.harness.timing_session.disturbed", lambda *of: why)
    said = timed("--student", "linear")
    assert f"4 of 4 measurements were contended and enter no ranking ({why})" in said.err
    assert "Speeds in brackets: timed while others were at work." in said.out and said.code == 0
    assert len(re.findall(r"\([\d,.]+\)", said.out)) >= 4, "numbers in brackets"
    assert "timing 1 students" in timed("--student", "linear").err


def test_time_speaks_json(start, timed, quiet):
    start()
    rows = json.loads(timed("--json", "--batch", "3", "--repeats", "2").out)
    assert [(r["student"], r["batch"]) for r in rows] == [
        ("teacher", 3),
        ("linear", 3),
        ("steps(n=2)", 3),
    ]
    assert all(r["rows_per_second"] > 0 and r["contended"] is False for r in rows)


def test_what_cannot_be_timed_is_one_sentence(start, timed, cli, lab, tmp_path):
    start()
    bad = timed("--batch", "1,x")
    assert bad.code == 2 and "rows in a call, such as 1,1000,30000" in bad.err
    assert timed("--student", "forest").code == 2
    assert cli("time", tmp_path).code == 2
    with exclusive():
        locked = timed()
    assert locked.code == 2 and "another timing pass is at work" in locked.err
    for file in shards(lab.folder / "run"):
        file.unlink()
    none = timed()
    assert none.code == 4 and "run it again first" in none.err and none.out == ""


def test_a_student_that_fails_is_an_exit_code(start, timed, lab):
    start()
    lab.trouble("linear")
    said = timed()
    assert said.code == 1 and "not timed: toy" in said.err and "steps(n=2)" in said.out


def test_a_suite_may_end_its_run_with_a_short_pass(start, quiet, lab):
    said = start(timing="short")
    assert "timing 2 students at batch 1, 10" in said.err and "not timed" not in said.err
    speeds = Run(lab.folder / "run").speeds()
    assert sorted(set(speeds["batch"])) == [1, 10] and len(speeds) == 6
    assert "timing" not in start(timing="short").err
    assert "timing" not in start("--seed", "0", timing="short").err


def test_a_run_whose_pass_is_locked_out_is_none_the_worse(start, lab):
    with exclusive():
        said = start(timing="short")
    assert said.code == 0 and "not timed: another timing pass is at work" in said.err


def test_another_word_for_the_pass_is_a_mistake_in_the_suite(start):
    said = start(timing="sometimes")
    assert said.code == 2 and "'none' or 'short'" in said.err
