"""The ledger holds what the papers print, and its cells are written as cells are labelled."""

import pytest

from tscbench.contracts.errors import SuiteError
from tscbench.harness.resolve import Resolver
from tscbench.harness.specs import check_spec
from tscbench.harness.suite import read_suite
from tscbench.registry import discover, installed_suites
from tscbench.results.ledger import SPECS, Number, read_printed
from tscbench.results.read_ledger import read_ledger

LEDGER = read_ledger()
BY_ID = {number.id: number for number in LEDGER.numbers}
REGISTRY = discover()
SUITES = {suite.name for suite in installed_suites()}
CELL = dict.fromkeys(SPECS, "x")
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
            own = {axes["student"]} & {"teacher", "generator"}  # lines of their own
            for axis in SPECS:
                extra = {"-", "none", "real"} | own
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


def number(**changes):
    known = {"id": "n", "what": "a number", "source": "a paper", "metric": "auc", "value": "0.90"}
    return Number.model_validate({**known, **OPEN, **CELL, **changes})


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
