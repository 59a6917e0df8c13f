"""Published numbers and claims as tables of a suite."""

import pandas as pd
import pytest
from hand_made import TEACHER, frame, row, study

from tscbench.contracts.errors import NothingSelected
from tscbench.report.published import folded, numbered, published_tables, tally

OWN = {**TEACHER, "student": "teacher"}


def scores(*values, **axes):
    """A score in each split."""
    return [row(value, split=str(split), **axes) for split, value in enumerate(values)]


def tables(suite, *rows):
    return published_tables(study(frame(*rows)), suite)


def shown(table, by):
    """What stands in each row, by what stands in a column of the frame."""
    headings = [column.heading for column in table.columns]
    cells = (dict(zip(headings, map(str, cells), strict=True)) for cells in table.cells())
    return dict(zip(table.frame[by], cells, strict=True))


def test_the_numbers_of_a_suite_are_counted_and_explained():
    alone = {"dataset": "magic_authors", "teacher": "-", "query": "-", "objective": "labels"}
    alone |= {"student": "forest(n_trees=1)"}
    numbers, claims = tables("gan-tsc", *scores(0.783, 0.785, 0.787, **alone))
    found = shown(numbers, "id")
    assert found["gan-tsc.magic.alone"]["verdict"] == "reached"
    assert found["gan-tsc.magic.alone"]["measured"] == "0.7850 ± 0.0012"
    assert found["gan-tsc.magic.alone"]["repeats"] == "3 of 3"
    assert found["gan-tsc.magic.fake"]["verdict"] == "not run here"
    evergreen = found["gan-tsc.evergreen.fake"]["verdict"]
    [note] = [note for note in numbers.notes if "contest" in note]
    assert evergreen == f"not replayable {note.partition(' ')[0]}"
    assert "1 reached" in numbers.caption
    assert len(claims.frame) > 3 and not claims.frame["verdict"].eq("holds").any()


def test_a_score_between_cells_is_measured_from_both():
    axes = {"dataset": "cifar10_40k", "teacher": "supervised(student=nin)", "objective": "l2"}
    axes |= {"student": "one_pass", "metric": "accuracy"}
    fake = {"generator": "inferior_gan", "mix": "fake(ratio=1)"}
    rows = [*scores(0.60, 0.70, 0.65, **axes), *scores(0.35, 0.40, 0.375, **axes, **fake)]
    mode = scores(0.1, 0.1, 0.1, **axes | OWN | {"metric": "mode_accuracy"})
    numbers, _ = tables("gan-quality", *rows, *mode)
    line = shown(numbers, "id")["tsc-score.cifar10.inferior.tsc_score"]
    assert line["measured"] == "0.5000 ± 0.0000" and line["verdict"] == "not reached: below"


def test_a_claim_may_be_about_what_a_probe_says():
    axes = {"dataset": "mnist", "teacher": "large", "objective": "l2", "student": "one_pass"}
    rows = []
    for generator, better in (("gan", 0.0), ("inferior_gan", 0.3)):
        at = axes | {"generator": generator, "mix": "fake(ratio=1)"}
        probe = {"part": "synthetic", "metric": "inception_score.score"}
        rows += scores(8.0 + better, 8.1 + better, 8.2 + better, **at, **probe)
        rows += scores(0.9, 0.9, 0.9, **at, metric="accuracy")
    claims = tables("images-mnist", *rows)[-1]
    told = claims.frame[
        claims.frame["what"].str.contains("Inception") & (claims.frame["case"] == "mnist")
    ]
    assert told["verdict"].tolist() == ["holds"] and told["estimate"].tolist() == pytest.approx(
        [0.3]
    )


def test_a_long_table_lists_what_was_run_and_counts_the_rest():
    plain = {"dataset": "magic(positive=h)", "query": "crossfit", "student": "forest(n_trees=1)"}
    numbers, _ = tables("semiparametric", *scores(0.908, 0.909, **plain))
    assert numbers.frame["id"].tolist() == ["semiparametric.magic.p.crossfit.plain.1"]
    assert "674 that were not run are not listed" in numbers.caption


def test_a_suite_that_repeats_nothing_is_an_error():
    with pytest.raises(NothingSelected, match="no published number or claim"):
        tables("quick", row(0.9))


def test_cases_without_an_estimate_for_one_reason_are_one_row():
    cases = pd.DataFrame(
        [("c", "1", 0.5, "holds"), ("c", "2", None, "not decided here: x"),
         ("c", "3", None, "not decided here: x"), ("c", "4", None, "not decided here: y"),
         ("e", "5", None, "not decided here: x")],
        columns=["id", "case", "estimate", "verdict"],
    )  # fmt: skip
    assert folded(cases)["case"].tolist() == ["1", "2 cases", "4", "5"]
    assert tally(cases) == "1 holds, 4 not decided here"


def test_long_reasons_are_numbered_notes():
    long, other = (
        "a reason that is longer than thirty letters",
        "another that is as long as this one",
    )
    verdicts = ["holds", f"not decided here: {long}", "not run here: short", f"undecided: {other}"]
    short, notes = numbered(pd.Series([*verdicts, f"undecided: {long}"]))
    assert short == [
        "holds",
        "not decided here (1)",
        "not run here: short",
        "undecided (2)",
        "undecided (1)",
    ]
    assert notes == [f"(1) {long}", f"(2) {other}"]


def test_the_command_line_prints_them(lab, cli):
    run = lab.run({}, name="gan-tsc")
    said = cli("board", run.folder, "--published")
    assert said.code == 0 and "gan-tsc: published against measured" in said.out
    assert "gan-tsc: published claims" in said.out and "not replayable" in said.out
