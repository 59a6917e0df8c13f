"""The ledger holds what the papers print, and its numbers meet the cells of a run."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from tscbench.boards.ledger import SPECS, Number, read_printed
from tscbench.boards.published import numbers_frame, published_board
from tscbench.boards.read_ledger import read_ledger
from tscbench.boards.tables import FORMATS
from tscbench.contracts.errors import NothingSelected, SuiteError
from tscbench.harness.resolve import Resolver
from tscbench.harness.specs import check_spec
from tscbench.harness.suite import read_suite
from tscbench.registry import discover, installed_suites
from tscbench.results import COLUMNS

LEDGER = read_ledger()
BY_ID = {number.id: number for number in LEDGER.numbers}
REGISTRY = discover()
SUITES = {suite.name for suite in installed_suites()}
CELL = {
    "dataset": "magic",
    "teacher": "forest",
    "query": "inbag",
    "generator": "munge",
    "mix": "fake(ratio=9)",
    "objective": "probabilities",
    "student": "forest(n_trees=1)",
}
OPEN = {"tolerance": "redraw", "status": "re-implementable", "why": "a reason"}

PRINTED = {  # read off the papers' own text, not off the files that are tested
    "gan-tsc.higgs_1k.both": 0.577,
    "gan-tsc.higgs_100k.fake": 0.696,
    "gan-tsc.magic.fake": 0.918,
    "gan-tsc.evergreen.both": 0.849,
    "gan-tsc.evergreen.munge": 0.878,
    "gan-tsc-cifar10.l2.augmented-stream": 0.783,
    "gan-tsc-cifar10.soft.resnet18-cnn5.stream": 0.866,
    "tsc-score.cifar10.inferior.inception_score": 5.93,
    "tsc-score.caltech256.real.tsc_score": 0.96,
    "tsc-score.time.inception": 1436.6,
    "kdgan.mnist.100.kdgan": 0.7795,
    "kdgan.cifar10.5000.nagan": 0.7611,
    "kdgan.tags.random.rexmp.p_at_5": 0.1378,
    "kdgan.tags.popular.kdgan.mrr": 0.7905,
    "gan-compression.mnist.16.regular": 5.07,
    "gan-compression.celeba.2.regular": 45.49,
    "gan-compression.cifar10.teacher.fid": 7.42,
    "semiparametric.magic.p.crossfit.plain.1": 0.9084,  # 0.90837: five fits in the released file
}


def claimed_cells():
    """(suite, axes) of every number and of every arm of every claim."""
    for number in LEDGER.numbers:
        axes = {axis: getattr(number, axis) for axis in SPECS}
        yield number.id, number.suite, axes
        for generator in number.beside:
            yield number.id, number.suite, axes | {"generator": generator}
    for claim in LEDGER.claims:
        for case in claim.cases():
            for arm in claim.arms:
                yield claim.id, claim.suite, claim.cell(arm, case)


@pytest.mark.parametrize(("name", "value"), PRINTED.items())
def test_numbers_are_those_of_the_papers(name, value):
    assert BY_ID[name].printed.number == pytest.approx(value, abs=1e-9)


def test_the_released_tables_are_there_in_full():
    sizes = {"semiparametric.": 765 + 10, "teacher-depth.": 20 * (8 * 7 + 2), "kdgan.tags.": 72}
    for start, size in sizes.items():
        assert sum(name.startswith(start) for name in BY_ID) == size
    assert BY_ID["semiparametric.magic.p.crossfit.plain.1"].spread == ".0005"
    assert BY_ID["semiparametric.stumbleupon.p.crossfit.power.15"].setting == "tmax = 2"


def test_printed_numbers_agree_with_one_another():
    def value(name):
        return BY_ID[name].printed.number

    for name in (name for name in BY_ID if name.endswith(".ratio")):
        _, dataset, d, _ = name.split(".")
        whole = value(f"gan-compression.{dataset}.teacher.parameters")
        assert abs(whole / value(f"gan-compression.{d}.parameters") - value(name)) < 1, name
    for d in (2, 4, 8, 16, 32, 48, 64, 128):
        assert value(f"gan-compression.{d}.parameters") == 672 * d**2 + 12831 * d + 1
    l2 = "gan-tsc-cifar10.l2."
    assert value(l2 + "real") - value(l2 + "alone") == pytest.approx(value(l2 + "gain-real"))
    gain = value("kdgan.mnist.100.kdgan") / value("kdgan.mnist.100.codis") - 1
    assert gain == pytest.approx(value("kdgan.gain"), abs=5e-5)


def test_everything_says_what_it_is_in_words():
    for entry in [*LEDGER.numbers, *LEDGER.claims]:
        assert not {"{", "}"} & set(entry.what + entry.source + entry.why), entry.id
        assert entry.suite, entry.id
    replayable = [number for number in LEDGER.numbers if number.status == "replayable"]
    assert replayable and all(number.cell for number in replayable)
    assert {n.status for n in LEDGER.numbers if "evergreen" in n.id} == {"not replayable"}


def test_every_spec_of_a_room_that_is_there_is_written_as_cells_are_labelled():
    aliases = {name: read_suite(name, REGISTRY).suite.alias for name in SUITES}
    specs = set()
    for name, suite, axes in claimed_cells():
        for axis, label in axes.items():
            if label not in ("", "-") and (axis, label) != ("student", "teacher"):
                specs.add((axis, label, aliases.get(suite, {}).get(label, "")))
            assert label or BY_ID[name].status != "replayable"
    bound = 0
    for axis, label, meaning in specs:
        plugin = (meaning or label).partition("(")[0]
        if axis == "mix" or REGISTRY.called(axis, plugin):
            spec = str(check_spec(axis, meaning or label, REGISTRY))
            assert meaning or spec == label
            bound += 1
    assert bound > 30


def test_cells_of_a_suite_that_is_there_are_cells_of_it():
    """A number whose cell no run of its suite can have would never be judged."""
    known = {}
    for name in SUITES:
        source = read_suite(name, REGISTRY)
        meaning = Resolver(source.suite, REGISTRY)
        known[name] = {
            axis: {
                meaning.label(axis, spec)
                for grid in source.suite.grid
                for spec in getattr(grid, axis)
            }
            for axis in SPECS
        }
    met = 0
    for name, suite, axes in claimed_cells():
        if suite in known and all(axes.get(axis) for axis in SPECS):
            own = axes["student"] == "teacher"
            for axis in SPECS:
                extra = {"-", "none", "real"} | ({"teacher"} if own else set())
                assert axes[axis] in known[suite][axis] | extra, f"{name}: {axis} {axes[axis]}"
            met += 1
    assert met > 100


@pytest.mark.parametrize(
    ("text", "number", "half_unit"),
    [
        (".918", 0.918, 0.0005),
        ("0.890", 0.89, 0.0005),
        ("69.6 %", 0.696, 0.0005),
        ("66 %", 0.66, 0.005),
        ("12,652,417", 12652417, 0.5),
        ("1669:1", 1669, 0.5),
        ("1.2M", 1.2e6, 50_000),
        ("-0.5", -0.5, 0.05),
    ],
)
def test_a_printed_number_has_a_value_and_a_precision(text, number, half_unit):
    printed = read_printed(text)
    assert printed.number == pytest.approx(number, abs=1e-12)
    assert printed.half_unit == pytest.approx(half_unit)


@pytest.mark.parametrize("text", ["", "%", "109,8721", "1.2.3", "about 25", "."])
def test_what_is_no_printed_number_is_refused(text):
    with pytest.raises(ValueError, match="as printed"):
        read_printed(text)


def test_all_mistakes_are_said_at_once(tmp_path):
    (tmp_path / "a.toml").write_text(
        """
[[table]]
id = "x.{arm}"
what = "{nothing}"
columns = ["arm", "value"]
rows = [["one", "0.5"]]

[[table]]
id = "y.{arm}"
what = "a table"
source = "a paper"
metric = "auc"
status = "perhaps"
why = "a reason"
colour = "red"
columns = ["arm", "value"]
rows = [["one", "a lot"], ["one", "0.5"]]
[table.when.arm.two]
note = "nobody"

[[table]]
columns = ["id", "value"]
rows = [["z", 0.5]]

[[table]]
file = "absent.csv"

[[claim]]
id = "c"
what = "a claim"
source = "a paper"
status = "replayable"
why = "a reason"
rule = "difference"
metric = "auc"
arms = [{ student = "tree" }]

[[typo]]
"""
    )
    (tmp_path / "b.toml").write_text("not = toml = at all")
    with pytest.raises(SuiteError) as error:
        read_ledger(tmp_path)
    said = str(error.value)
    for mistake in (
        "a.toml: table x.{arm}, row 1: no column or key nothing",
        "row 1: no key 'colour'",
        "status: Input should be",
        "value: 'a lot' must be a number as printed",
        "no row has 'two' as arm",
        "write numbers in quotes",
        "absent.csv",
        "a.toml: claim c: difference does not take 1 arms",
        "no key 'typo' (has: table, claim)",
        "b.toml: not TOML",
    ):
        assert mistake in said, mistake


def test_ids_are_given_once(tmp_path):
    lines = [f'{key} = "{value}"' for key, value in (OPEN | {"metric": "auc"}).items()]
    rows = 'columns = ["id", "what", "source", "value"]\nrows = [["a", "b", "c", "1"]]'
    (tmp_path / "a.toml").write_text("\n".join(["[[table]]", *lines, rows] * 2))
    with pytest.raises(SuiteError, match="id 'a' is given 2 times"):
        read_ledger(tmp_path)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tolerance": None}, "needs a tolerance"),
        ({"status": "not replayable"}, "needs a tolerance"),
        ({"tolerance": 0.01}, "tolerance_from"),
        ({"spread": "0.1"}, "spread_is"),
        ({"value": ""}, "value is missing"),
        ({"repeats": 0}, "repeats"),
    ],
)
def test_a_number_that_cannot_be_judged_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        number(**changes)


# numbers beside cells


def number(**changes):
    known = {"id": "n", "what": "a number", "source": "a paper", "metric": "auc", "value": "0.90"}
    return Number.model_validate({**known, **OPEN, **CELL, **changes})


def scores(*values, **changes):
    """Three splits with as many seeds as there is need of; None is a cell that failed."""
    rows = []
    for place, value in enumerate(values):
        ended = {"status": "ok", "part": "test", "metric": "auc", "value": value}
        failed = {"status": "failed", "part": None, "metric": None, "value": None}
        repeat = {"split": str(place % 3), "seed": str(place // 3)}
        rows.append({**CELL, **repeat, **(failed if value is None else ended), **changes})
    return pd.DataFrame(rows, columns=COLUMNS)


def judged(frame, **changes):
    return numbers_frame(frame, [number(**changes)]).iloc[0]


def test_a_number_within_the_tolerance_is_reached():
    row = judged(scores(0.88, 0.90, 0.92, 0.90))
    # splits .89, .90, .92; s of all four = .0008/3 under the root = .01633; t(.975, 3) = 3.18245
    s = math.sqrt(0.0008 / 3)
    assert row.measured == pytest.approx(2.71 / 3)
    assert row.standard_error == pytest.approx(math.sqrt(0.0014 / 3 / 2 / 3))
    assert row.tolerance == pytest.approx(0.005 + 3.182446 * s * math.sqrt(1.25))
    assert (row.verdict, row.n, row.asked) == ("reached", 4, 4)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("0.90", "reached"), ("0.98", "not reached: below"), ("0.82", "not reached: above")],
)
def test_a_number_outside_is_not_reached_and_the_side_is_said(value, verdict):
    row = judged(scores(0.899, 0.900, 0.901), value=value)
    assert row.verdict == verdict
    assert row.difference == pytest.approx(0.9 - float(value))


def test_a_tolerance_that_was_set_before_stands():
    frame = scores(0.85, 0.90, 0.95)
    before = {"tolerance": 0.006, "tolerance_from": "set before"}
    assert judged(frame, value="0.91", **before).verdict == "not reached: below"
    assert judged(frame, value="0.905", **before).verdict == "reached"
    assert judged(frame, value="0.91").verdict == "reached"
    assert judged(scores(0.9), value="0.905", **before).verdict == "reached"


def test_missing_failed_and_undefined_scores_are_told_apart():
    assert judged(scores()).verdict == "not run here"
    assert judged(scores(None, None)).verdict == "not run here: 0 of 2 cells ended"
    half = judged(scores(0.89, None, 0.91, None))
    assert (half.verdict, half.n, half.asked) == ("reached", 2, 4)
    undefined = judged(scores(0.89, np.nan, 0.91))
    assert undefined.verdict == "undecided: 1 of 3 scores are undefined"
    assert math.isnan(undefined.measured)
    assert judged(scores(0.90)).verdict == "undecided: one repeat has no spread"
    other = judged(scores(0.88, 0.9, 0.92), metric="accuracy").verdict
    assert other == "not run here: 3 of 3 cells ended, without accuracy"


def test_what_cannot_be_compared_says_why():
    gone = judged(scores(0.9, 0.9), status="not replayable", dataset="")
    assert gone.verdict == "not replayable: a reason"
    assert judged(scores(0.9, 0.9), objective="").verdict == "not run here: a reason"


def test_other_cells_and_validation_rows_are_left_alone():
    frame = pd.concat(
        [
            scores(0.899, 0.901),
            scores(0.1, 0.2, part="valid"),
            scores(0.3, 0.4, student="forest(n_trees=10)"),
            scores(0.3, 0.4, metric="accuracy"),
        ]
    )
    assert judged(frame).measured == pytest.approx(0.9)


def test_a_teacher_is_compared_by_its_own_scores():
    own = dict.fromkeys(("query", "generator", "mix", "objective"), "-") | {"student": "teacher"}
    row = judged(scores(0.93, 0.94, 0.95, **own, seed="-"), value="0.94", **own)
    assert (row.verdict, row.n) == ("reached", 3)


def test_another_generator_is_set_beside():
    frame = pd.concat([scores(0.90, 0.91), scores(0.95, 0.96, generator="kde")])
    first, second = numbers_frame(frame, [number(beside=("kde",))]).itertuples()
    assert (first.id, second.id) == ("n", "n@kde")
    assert second.measured == pytest.approx(0.955)


def test_the_board_of_a_suite_counts_and_explains():
    alone = {"dataset": "magic_authors", "teacher": "-", "query": "-", "generator": "none"}
    alone |= {"mix": "real", "objective": "labels"}
    numbers, claims = published_board(scores(0.783, 0.785, 0.787, **alone), "gan-tsc")
    table = numbers.table.set_index("id")
    assert table.loc["gan-tsc.magic.alone", "verdict"] == "reached"
    assert table.loc["gan-tsc.magic.alone", "measured"] == "0.7850 ± 0.0012"
    assert table.loc["gan-tsc.magic.fake", "verdict"] == "not run here"
    assert table.loc["gan-tsc.evergreen.fake", "verdict"].startswith("not replayable (")
    assert "1 reached" in numbers.caption and "contest" in numbers.caption
    assert not claims.table["verdict"].str.startswith("holds").any()
    assert [len(json.loads(FORMATS["json"]([b]))) for b in (numbers, claims)] == [1, 1]


def test_a_score_between_cells_is_measured_from_both():
    axes = {"dataset": "cifar10_40k", "teacher": "supervised(student=nin)", "objective": "l2"}
    axes |= {"student": "one_pass", "metric": "accuracy"}
    real = scores(0.60, 0.70, 0.65, **axes, generator="none", mix="real")
    fake = scores(0.35, 0.40, 0.375, **axes, generator="inferior_gan", mix="fake(ratio=1)")
    own = dict.fromkeys(("query", "generator", "mix", "objective"), "-") | {"student": "teacher"}
    mode = scores(0.1, 0.1, 0.1, **axes | own | {"metric": "mode_accuracy"})
    numbers, claims = published_board(pd.concat([real, fake, mode]), "gan-quality")
    row = numbers.table.set_index("id").loc["tsc-score.cifar10.inferior.tsc_score"]
    assert row["measured"] == "0.5000 ± 0.0000" and row["verdict"] == "not reached: below"


def test_a_claim_may_be_about_what_a_probe_says():
    axes = {"dataset": "mnist", "teacher": "large", "objective": "l2", "student": "one_pass"}
    axes |= {"mix": "fake(ratio=1)", "part": "synthetic", "metric": "inception_score.score"}
    found = []
    for generator, better in (("gan", 0.0), ("inferior_gan", 0.3)):
        axes["generator"] = generator
        found += [scores(8.0 + better, 8.1 + better, 8.2 + better, **axes)]
        found += [scores(0.9, 0.9, 0.9, **axes | {"part": "test", "metric": "accuracy"})]
    claims = published_board(pd.concat(found), "images-mnist")[-1].table
    told = claims[claims["claim"].str.contains("Inception") & (claims["case"] == "mnist")]
    assert list(told["verdict"]) == ["holds"] and list(told["estimate"]) == ["+0.3000"]


def test_a_long_board_lists_what_was_run_and_counts_the_rest():
    plain = {"dataset": "magic(positive=h)", "query": "crossfit"}
    plain |= {"generator": "none", "mix": "real"}
    numbers, _ = published_board(scores(0.908, 0.909, **plain), "semiparametric")
    assert list(numbers.table["id"]) == ["semiparametric.magic.p.crossfit.plain.1"]
    assert "674 that were not run are not listed" in numbers.caption


def test_a_suite_that_repeats_nothing_is_an_error():
    with pytest.raises(NothingSelected, match="no published number or claim"):
        published_board(scores(0.9), "quick")


def test_the_command_line_prints_them(lab, cli):
    run = lab.run({}, name="gan-tsc")
    said = cli("board", run.folder, "--published")
    assert said.code == 0
    assert "gan-tsc.magic.fake" in said.out and "not replayable" in said.out
