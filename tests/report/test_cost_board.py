"""Tables of costs and of the largest speed-ups, by hand."""

import pytest
from hand_made import frame, own, row, speeds, study

from tscbench.report.cost_board import cost_tables, speed_table
from tscbench.report.names import names_of

KDE = {"generator": "kde", "mix": "fake(ratio=1)"}
UNTIMED = "No speed was measured alone on its machine: "
STEPS = {"teacher": 50, "sampler": 6.0, "synthetic": 0.5, "synthetic_outputs": 0.25}
REAL, FAKE = row(0.8), row(0.9, **KDE)


def timed(*rows, steps=STEPS, **more):
    """A study of one student with and without synthetic rows, with the seconds of its steps."""
    seconds = {
        "none": {"teacher": 50, "real_outputs": 1, "student": 2},
        "kde": steps | {"student": 3},
    }
    records = [
        {"cell": {axis: one[axis] for axis in list(one)[:9]}, "status": "ok",
         "seconds": seconds[one["generator"]]}
        for one in (REAL, FAKE)
    ]  # fmt: skip
    return study(frame(REAL, FAKE, own(0.9)), records=records, speeds=speeds(*rows), **more)


def shown(table):
    headings = [column.heading for column in table.columns]
    return [dict(zip(headings, map(str, cells), strict=True)) for cells in table.cells()]


def costs(given):
    return cost_tables(given, names_of(given.every))


def test_a_student_s_seconds_are_earned_back_by_its_speed():
    fast = {"student": "tree", "rows_per_second": 1000.0, "speed_up": 10.0}
    [table] = costs(timed(fast, KDE | fast | {"speed_up": 0.5}))
    assert (table.title, table.dataset) == ("d", "d") and UNTIMED not in str(table.notes)
    none, kde = sorted(shown(table), key=lambda line: line["method"] != "none")
    # it saves 0.009 s a row: 3 s are earned back after 333 rows
    assert none == {
        "student": "tree", "method": "none", "generator": "0", "rows": "0", "labels": "1",
        "training": "2", "total": "3", "teacher": "50", "rows/s": "1,000", "earned back": "333",
    }  # fmt: skip
    assert (kde["generator"], kde["rows"], kde["labels"], kde["total"]) == (
        "6",
        "0.5",
        "0.25",
        "9.75",
    )
    assert kde["earned back"] == "∞", "it is slower than its teacher"


def test_what_is_not_recorded_or_not_timed_says_so():
    [table] = costs(timed(steps={"teacher": 50}))
    kde = next(line for line in shown(table) if line["method"] != "none")
    assert kde["generator"] == kde["total"] == "–" and kde["training"] == "3"
    assert "earned back" not in kde
    assert table.notes[-1] == f"{UNTIMED}tscbench time RUN."


ONES = [
    *(row(value, student=name) for name, value in (("large", 0.90), ("small", 0.70))),
    *(row(value, student=name, **KDE) for name, value in (("large", 0.91), ("small", 0.895))),
    own(0.9),
]
RATES = {"large": (10.0, 400), "small": (100.0, 50)}
SPEEDS = [
    {"student": name, "speed_up": up, "rows_per_second": up, "bytes": size, **more}
    for name, (up, size) in RATES.items()
    for more in ({}, KDE)
] + [own(0) | {"speed_up": 1.0, "rows_per_second": 1.0, "bytes": 1000}]


def test_the_fastest_student_within_reach_of_its_teacher_is_told_or_missed():
    given = study(frame(*ONES), speeds=speeds(*SPEEDS))
    table = speed_table(given, names_of(given.every))
    names = [
        "compression set",
        "student that is",
        "student",
        "auc lost",
        "speed-up",
        "times smaller",
    ]
    fastest = "fastest that loses at most 1.2 points"
    assert [[line[name] for name in names] for line in shown(table)] == [
        ["without", "most accurate", "large", "0.0000", "10×", "2.5×"],
        ["without", "smallest", "small", "0.2000", "100×", "20×"],
        ["without", fastest, "large", "0.0000", "10×", "2.5×"],
        ["with synthetic rows", "most accurate", "large", "-0.0100", "10×", "2.5×"],
        ["with synthetic rows", "smallest", "small", "0.0050", "100×", "20×"],
        ["with synthetic rows", fastest, "small", "0.0050", "100×", "20×"],
    ]
    far = study(frame(*ONES[:-1], own(0.999)), speeds=speeds(*SPEEDS))
    missed = speed_table(far, names_of(far.every))
    assert missed.notes == tuple(
        f"d, {of}: no student loses at most 1.2 points."
        for of in ("with synthetic rows", "without")
    )
    assert not any(fastest == line["student that is"] for line in shown(missed))


def test_speeds_of_busy_minutes_are_not_picked():
    busy = [one | {"contended": True} for one in SPEEDS]
    given = study(frame(*ONES), speeds=speeds(*busy))
    assert speed_table(given, names_of(given.every)).frame.empty


@pytest.mark.parametrize("words", [[], ["--metric", "hits"]])
def test_the_command_line_shows_both(cli, lab, tiny, words, monkeypatch):
    monkeypatch.setattr("tscbench.harness.timing_session.disturbed", lambda *of: "")
    monkeypatch.setattr("tscbench.harness.timing_session.interrupted", lambda repeats: "")
    suite = lab.suite({"student": ["linear"]}, timing="short")
    assert cli("run", suite, "--plugin", tiny, "--out", "run").code == 0
    said = cli("board", "run", "--costs", *words)
    assert said.code == 0 and "seconds to make a student" in said.out
    assert "Speed and size" in said.out and "hits lost" in said.out
