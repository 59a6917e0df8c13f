"""Cases: what is told of them, what is expected, what is not tried; and the same as tests."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from design import JITTER

from tscbench import (
    ContractError,
    Data,
    Fetch,
    PluginError,
    Predictor,
    Rows,
    Sampler,
    Schema,
    SpecError,
    Unavailable,
    dataset,
    generator,
    student,
    teacher,
)
from tscbench.testing import all_checks, checks, run_checks
from tscbench.testing.cases import select
from tscbench.testing.data import DATA, admitted, make
from tscbench.testing.digest import digest, global_state, moved
from tscbench.testing.find import find


@generator(
    source="a test", exempt={"another_rng": "the rows are a grid", "n_zero": "needs no such"}
)
def grid(train: Rows) -> Sampler:
    """Training rows in their order."""
    return Sampler(lambda n, rng: np.resize(train.x, (n, train.x.shape[1])))


@generator(source="a test")
def nothing() -> None:
    """Makes no rows."""


def by_name(function):
    return {case.check.name: case for case in checks(function)}


def test_an_exempt_check_that_fails_is_expected_and_one_that_passes_is_not():
    cases = by_name(grid)
    expected = cases["another_rng"]()
    assert (expected.status, expected.text) == ("expected", "the rows are a grid")
    with pytest.raises(
        AssertionError, match="generator grid: n_zero: it passes, although it is ex"
    ):
        cases["n_zero"]()
    report = run_checks(grid)
    assert not report.ok and list(report.having("failed")) == ["n_zero"]
    assert f"1 of {len(cases) - 1} checks failed, 1 expected failure" in report.summary
    assert report.copy_rate == 1.0 and "copy rate 1.00" in report.summary


def test_what_has_nothing_to_look_at_is_skipped_with_its_reason():
    report = run_checks(nothing, selection="n_*")
    assert {o.text for o in report.outcomes.values()} == {"it makes no rows"}
    assert "3 not tried (it makes no rows)" in report.summary and report.ok


def test_what_comes_first_is_tried_first_and_alone_is_told():
    @teacher(source="a test")
    def broken(train: Rows) -> Predictor:
        """Fails."""
        raise RuntimeError("at length\nand more")

    report = run_checks(broken)
    assert list(report.having("failed")) == ["works"]
    assert {o.text for o in report.having("skipped").values()} == {"works failed"}
    outcome = report.outcomes["works"]
    assert outcome.text == r"on two_classes, it raised RuntimeError: at length and more"
    assert Path(__file__).name in outcome.place
    assert "Traceback" in outcome.trace


def test_a_plugin_that_exits_is_a_failure_like_any():
    @generator(source="a test")
    def leaving(train: Rows) -> Sampler:
        """Ends the process."""
        sys.exit(3)

    assert "raised SystemExit: 3" in run_checks(leaving).outcomes["works"].text


@dataset(source="a test")
def unseeded() -> Data:
    """Other rows every time."""
    x = np.random.default_rng().random((9, 2))
    schema = Schema((2,), (2,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int))
    return Data(schema, Rows(x, np.arange(9) % 2, np.arange(9)))


def test_data_that_this_machine_lacks_are_no_failure():
    @dataset(source="a test")
    def absent(fetch: Fetch) -> Data:
        """Is nowhere."""
        assert fetch.offline
        raise Unavailable("no file here")

    report = run_checks(absent)
    assert report.ok and report.outcomes["works"].status == "skipped"
    other = run_checks(unseeded, selection="same_rng").outcomes["same_rng_same_bytes"]
    assert other.text.startswith("on its own data, the same rng gave other values; draw from")
    assert "no file here" in report.summary


def test_each_table_is_tried_once_for_all_checks_that_only_look():
    tried = []

    @student(source="a test", offers={"squared", "deterministic"}, needs={"numeric", "complete"})
    def counting(compression_set, schema: Schema) -> Predictor:
        """Counts."""
        tried.append(len(compression_set.rows))
        return Predictor(lambda rows: np.zeros((len(rows), *schema.outputs)))

    looking = ["shape", "dtype", "finite", "n_one", "n_zero", "batch_size", "row_order"]
    for case in checks(counting):
        if case.check.name in looking:
            case()
    assert len(tried) == len(admitted({"numeric", "complete"})) == 5


@pytest.mark.parametrize(("dtype", "failed"), [(np.uint8, []), (float, ["dtype"])])
def test_plugins_that_need_images_are_tried_on_images(dtype, failed):
    @generator(source="a test", needs={"images"})
    def noise(schema: Schema) -> Sampler:
        """Grey noise."""
        return Sampler(lambda n, rng: rng.integers(256, size=(n, *schema.inputs)).astype(dtype))

    report = run_checks(noise)
    assert list(report.having("failed")) == failed
    assert not report.having("skipped") and report.copy_rate == 0.0


def test_needs_say_which_data_are_tried():
    assert admitted({"images"}) == ["images", "two_class_images"]
    assert admitted({"multi_class"}) == ["seven_classes"]
    assert "images" not in admitted(set()) and admitted(set())[0] == "two_classes"
    for name in DATA:
        tiny = make(name)
        assert len(tiny.train) == len(tiny.valid) and tiny.train.x.shape[1:] == tiny.schema.inputs
        assert digest(tiny) == digest(make(name)), "made the same every time"
        holes = tiny.train.x.dtype.kind == "f" and np.isnan(tiny.train.x).any()
        assert holes == tiny.schema.missing


def test_global_generators_that_moved_are_told_and_put_back():
    import torch

    torch.manual_seed(1)
    before = global_state()
    assert moved(before) == ()
    expected = (np.random.random(), random.random(), torch.rand(1).item())
    assert set(moved(before)) == {"numpy.random", "random", "torch"}
    assert (np.random.random(), random.random(), torch.rand(1).item()) == expected
    moved(before)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.astype(np.float32),
        lambda x: x.reshape(2, 3),
        lambda x: x + 1e-12,
        lambda x: (x,),
        lambda x: Rows(x, None, x),
    ],
)
def test_a_digest_sees_values_types_and_shapes(change):
    x = np.arange(6.0)
    assert digest(x) == digest(np.arange(6.0)) and digest(x) != digest(change(x))
    assert digest(Rows(x, None, x)) == digest(Rows(x.copy(), None, x))


def test_checks_are_selected_by_a_part_of_their_name_or_a_glob():
    assert select("n_*") == ["n_zero", "n_one", "n_odd"]
    assert "same_rng_same_bytes" in select("rng") and len(select("")) > 40
    with pytest.raises(SpecError, match="no check 'shappe'; did you mean 'shape'"):
        select("shappe")


def test_every_check_says_why_and_names_are_unique_within_a_kind():
    for check in all_checks():
        assert check.why.endswith(".") and len(check.why) < 200, check.name
        known = {c.name for kind in check.kinds for c in all_checks(kind)}
        assert set(check.after) <= known, check.name
    for kind in {kind for check in all_checks() for kind in check.kinds}:
        names = [check.name for check in all_checks(kind)]
        assert len(names) == len(set(names))


def test_a_text_means_plugins_of_one_or_several_kinds(tmp_path):
    assert {f.entry.kind for f in find("forest(n_trees=3)")} == {"teacher", "student"}
    [found] = find("tscbench/forest(n_trees=3)", kind="student")
    assert str(found.bound(max_depth=2)) == "forest(max_depth=2, n_trees=3)"
    with pytest.raises(SpecError, match="did you mean 'munge'"):
        find("mungee")
    with pytest.raises(SpecError, match="munge has no student"):
        find("munge", kind="student")
    with pytest.raises(PluginError, match="no such Python file"):
        find(str(tmp_path / "nothing.py"))
    with pytest.raises(ContractError, match="is no plugin"):
        checks(np.mean)


TESTS = """
from tscbench.testing import parametrize
from jitter import jitter
import good

@parametrize(jitter, scale=0.2)
def test_contract(case):
    case()

@parametrize("jitter.py", scale=0.3)
def test_file(case):
    case()

@parametrize("munge", p=0.25)
def test_installed(case):
    case()

@parametrize(good.grid)
def test_exempt(case):
    case()
"""

GRID = '''
import numpy as np
from tscbench import Rows, Sampler, generator

@generator(source="a test", exempt={"another_rng": "the rows are a grid", "shape": "is wide"})
def grid(train: Rows) -> Sampler:
    """Training rows in their order."""
    return Sampler(lambda n, rng: np.resize(train.x, (n, train.x.shape[1])))
'''


def test_a_user_s_tests_are_three_lines(tmp_path):
    files = {"jitter.py": JITTER, "good.py": GRID, "test_mine.py": TESTS}
    for name, text in files.items():
        Path(tmp_path, name).write_text(text, encoding="utf-8")
    words = ["-m", "pytest", "-q", "-rfxs", "-p", "no:cacheprovider", "-k", "rng or shape", "."]
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True)
    n_others = 4 * len(by_name(grid)) - 12
    told = f"1 failed, 10 passed, {n_others} deselected, 1 xfailed"
    assert told in done.stdout, done.stdout
    assert "generator grid: shape: it passes, although it is exempt (is wide)" in done.stdout
    assert "XFAIL" in done.stdout and "the rows are a grid" in done.stdout


def test_pytest_is_not_needed_where_it_is_not_used():
    heavy = ("pytest", "torch", "sklearn", "pandas")
    code = f"import sys, tscbench.testing; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
