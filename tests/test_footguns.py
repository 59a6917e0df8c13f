"""docs/footguns.md is true: each trap there has a test here that steps into it."""

import os
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pages import findings

import tscbench
from tscbench import PluginError, Rows, Schema, one_hot, to_probabilities
from tscbench.contracts.kinds import OFFERED
from tscbench.harness.children import Children, Place
from tscbench.line.synthetic import checked_rows
from tscbench.registry import discover
from tscbench.scaffold.writing import template
from tscbench.testing import run_checks

PAGE = Path(__file__).resolve().parents[1] / "docs" / "footguns.md"

TOP = """import numpy as np
from tscbench import *
from tscbench import Sampler, Predictor, generator, teacher, to_logits, one_hot
"""


def slug(heading):
    return "test_" + re.sub(r"\W+", "_", heading.lower()).strip("_")


def test_every_trap_has_its_test_and_every_test_its_trap():
    headings = re.findall(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    tests = {name for name in globals() if name.startswith("test_")}
    assert {slug(heading) for heading in headings} == tests - {
        "test_every_trap_has_its_test_and_every_test_its_trap"
    }


def write(code, name="mine.py"):
    path = Path(name)
    path.write_text(TOP + code if "import" not in code else code, encoding="utf-8")
    return path


def found(code):
    """What check finds in a plugin, as one text."""
    return "\n".join(findings(write(code)))


def edited(kind, old, new):
    code = template(kind)
    assert old in code
    return code.replace(old, new)


@pytest.fixture
def run(cli, lab, tiny):
    """Runs a suite of tiny plugins with `mine.py`; gives its scores and what was said."""

    def call(*options, grid=None, out="run", **keys):
        suite = lab.suite(grid or {}, **keys)
        plugins = ["--plugin", tiny, "--plugin", "mine.py"]
        said = cli("run", suite, *plugins, "--out", lab.folder / out, *options)
        assert said.code == 0, said.err
        return SimpleNamespace(
            scores=tscbench.load(lab.folder / out).scores(), out=said.out, err=said.err
        )

    return call


FAKE = {"generator": ["mine"], "mix": ["fake(ratio=3)"]}


def numbers(k=2, n=3, d=2):
    """A schema of numeric columns, and n training rows with ids."""
    schema = Schema((d,), (k,), numeric=np.ones(d, bool), cardinality=np.zeros(d, int))
    rows = Rows(np.random.default_rng(0).random((n, d)), np.arange(n) % k, np.arange(n))
    return schema, rows


def test_learning_from_validation_rows(run):
    write("""
@teacher()
def mine(train, valid, schema):
    '''The nearest row, validation rows among them.'''
    x, y = np.concatenate([train.x, valid.x]), np.concatenate([train.y, valid.y])
    def predict(rows):
        far = ((rows.x[:, None] - x[None]) ** 2).sum(axis=2)
        return to_logits(one_hot(y[far.argmin(axis=1)], schema), schema)
    return Predictor(predict)
""")
    scores = run(grid={"teacher": ["mine"]}).scores
    own = scores[(scores.student == "teacher") & (scores.metric == "hits")]
    value = own.set_index("part").value
    assert value["valid"] == 1.0 and value["test"] < 0.9
    assert not any("test" in offered for offered in OFFERED.values())
    assert list(findings(Path("mine.py"))) == []


def test_no_validation_rows():
    said = found("""
@teacher(source="a test")
def mine(train, valid, schema):
    '''Stops where validation rows say so.'''
    int(1 / len(valid))
    z = to_logits(one_hot(train.y, schema).mean(axis=0)[None], schema)
    return Predictor(lambda rows: np.repeat(z, len(rows), axis=0))
""")
    assert said.startswith("no_validation_rows: ") and "ZeroDivisionError" in said


def test_changing_what_is_offered():
    code = edited("generator", "    spread =", "    x = train.x\n    x -= x.mean()\n    spread =")
    assert "inputs_unchanged: on two_classes, train was changed" in found(code)


def test_the_rng_of_the_fit_within_sample():
    code = edited("generator", "schema: Schema, *", "schema: Schema, rng: Rng, *")
    said = found(code.replace("sample(n: int, rng: Rng)", "sample(n: int, _: Rng)"))
    assert "same_rng_same_bytes: " in said and "draw from the rng that sample is given" in said


def test_a_seed_of_your_own():
    seeded = "    import numpy as np\n\n    np.random.seed(0)\n\n    def sample"
    assert "global_state: " in found(edited("generator", "    def sample", seeded))
    own = "    import numpy as np\n\n    def sample"
    part = edited("generator", "    def sample", own)
    part = part.replace("= train.x[rng.", "= train.x[np.random.default_rng(0).")
    assert found(part) == ""
    whole = part.replace("* rng.", "* np.random.default_rng(0).")
    assert "another_rng: " in found(whole)


def test_seeds_do_not_refit_a_generator(lab, run):
    write(template("generator"))
    grid = {"generator": ["far"], "mix": ["fake(ratio=1)"]}
    run(grid=grid, seeds=3)
    assert lab.fits["far"] == 1 and lab.fits["linear"] == 3
    run(grid=grid, seeds=3, splits=2)
    assert lab.fits["far"] == 2


def test_state_between_calls():
    code = edited("generator", "\n\n@generator", "\nCALLS = []\n\n\n@generator")
    counted = "        CALLS.append(n)\n        x = len(CALLS) + train.x[rng"
    assert "same_rng_same_bytes: " in found(code.replace("        x = train.x[rng", counted))


def test_probabilities_in_place_of_logits():
    z = np.array([[0.0, 3.0], [2.0, 0.0], [0.0, 5.0], [0.0, -4.0]])
    y = np.array([1, 0, 1, 0])
    schema, _ = numbers()
    p = to_probabilities(z, schema)
    registry = discover()
    score = {
        name: [registry.bind("metric", name)(labels=y, outputs=o, schema=schema) for o in (z, p)]
        for name in ("accuracy", "auc", "log_loss")
    }
    assert score["accuracy"][0] == score["accuracy"][1] == 1.0
    assert score["auc"][0] == score["auc"][1] == 1.0
    assert score["log_loss"][1] > 5 * score["log_loss"][0]
    assert np.abs(to_probabilities(p, schema) - 0.5).max() < 0.24
    code = edited("teacher", "return to_logits(p, schema)", "return p")
    assert found(code.replace("n_trees: int = 50", "n_trees: int = 4")) == ""


def test_single_precision():
    schema, train = numbers()
    rounded = train.x.astype(np.float32).astype(np.float64)
    parts = SimpleNamespace(schema=schema, train=train)
    ids = [checked_rows(x, 3, parts).id for x in (train.x, rounded)]
    assert list(ids[0]) == [0, 1, 2] and list(ids[1]) == [-1, -1, -1]
    code = edited("generator", "return x +", "return (x.astype('f4') +")
    code = code.replace("(x.shape)", "(x.shape)).astype('f4')")
    assert "dtype: " in found(code)
    assert (
        found(code.replace("x.shape)).astype('f4')", "x.shape)).astype('f4').astype('f8')")) == ""
    )


def test_codes_have_no_order():
    said = found(edited("generator", "column_spread(train.x, schema)", "(train.x**2).mean(axis=0)"))
    assert "codes_in_range: on categorical" in said and "move numeric columns only" in said


def test_nan_spreads():
    code = edited(
        "generator", "column_spread(train.x, schema)", "train.x.std(axis=0) * schema.numeric"
    )
    assert found(code) == ""
    schema, train = numbers()
    train.x[0, 0] = np.nan
    bound = discover([write(code)]).bind("generator", "mine")
    sampler = bound(train=train, schema=replace(schema, missing=True))
    x = sampler.sample(5, np.random.default_rng(0))
    assert np.isnan(x[:, 0]).all() and not np.isnan(x[:, 1]).any()


def test_the_label_1():
    schema, _ = numbers(k=3)
    y = np.array([0, -1])
    assert np.eye(3)[y][1].argmax() == 2
    assert np.isnan(one_hot(y, schema)[1]).all()


def test_answers_that_depend_on_the_batch():
    code = edited("teacher", "model.predict_proba(x)", "model.predict_proba(x - x.mean(axis=0))")
    code = code.replace('"single_label"', '"single_label", "complete"')
    assert "batch_size: " in found(code.replace("n_trees: int = 50", "n_trees: int = 4"))


def test_copies_of_training_rows():
    code = edited("generator", "scale: float = 0.1", "scale: float = 0.0")
    [function] = [e for e in discover([write(code)]).entries if e.file]
    report = run_checks(discover([Path("mine.py")]).bind("generator", f"{function.qualified}"))
    assert report.ok and "copy rate 1.00" in str(report)


def test_rows_come_in_blocks(run, lab):
    write("""
@generator()
def mine(train):
    '''Says how many rows it was asked for.'''
    def sample(n, rng):
        with open("asked", "a") as file:
            file.write(f"{n} of {len(train)}\\n")
        return train.x[:n]
    return Sampler(sample)
""")
    run(grid=FAKE)
    asked = Path("asked").read_text().split("\n")[:-1]
    assert len(asked) == 3 and len({n for line in asked for n in line.split(" of ")}) == 1


def test_a_name_that_is_already_taken(cli):
    write(template("generator").replace("mine", "munge"), "munge.py")
    refused = cli("plan", "quick", "--plugin", "munge.py", "--generator", "munge")
    assert refused.code == 2 and "munge.py/munge" in refused.err and "tscbench/munge" in refused.err
    full = cli("plan", "quick", "--plugin", "munge.py", "--generator", "munge.py/munge")
    assert full.code == 0, full.err


MOVED = """
from pathlib import Path
from tscbench import Sampler, generator

@generator()
def mine(train PARAMETER):
    '''Moves rows by what two files say.'''
    from beside import SHIFT
    shift = SHIFT + float(Path(PATH).read_text())
    return Sampler(lambda n, rng: train.x[:n] + shift)
"""


@pytest.mark.parametrize(
    ("parameter", "path", "seen"),
    [("", "'shift.txt'", False), (", *, path: Path = Path('shift.txt')", "path", True)],
    ids=["opened", "parameter"],
)
def test_code_and_data_beside_the_file(run, monkeypatch, parameter, path, seen):
    Path("beside.py").write_text("SHIFT = 1.0\n")
    write("from tscbench import generator\nimport beside\n@generator()\ndef mine(train): ...\n")
    with pytest.raises(
        PluginError, match="cannot import beside.py beside it: put both into a pack"
    ):
        discover([Path("mine.py")]).load("generator", "mine")
    monkeypatch.syspath_prepend(str(Path.cwd()))
    write(MOVED.replace(" PARAMETER", parameter).replace("PATH", path))
    Path("shift.txt").write_text("1.0")
    run(grid=FAKE)
    Path("beside.py").write_text("SHIFT = 20.0\n")
    assert "nothing to do" in run(grid=FAKE).err
    Path("shift.txt").write_text("2.0")
    assert ("nothing to do" in run(grid=FAKE).err) is not seen


def test_relative_paths(run, monkeypatch, isolated):
    data = isolated / "data" / "files"
    data.mkdir(parents=True)
    (data / "shift.txt").write_text("1.0")
    monkeypatch.setenv("TSCBENCH_DATA", str(isolated / "data"))
    write("""
from pathlib import Path
from tscbench import Sampler, generator

@generator()
def mine(train, *, path: Path):
    '''Moves rows by what path says.'''
    shift = float(path.read_text())
    return Sampler(lambda n, rng: train.x[:n] + shift)
""")
    grid = {"generator": ["mine(path=shift.txt)"], "mix": ["fake(ratio=1)"]}
    assert len(run(grid=grid).scores)
    assert not Path("shift.txt").exists()


def test_editing_a_plugin_between_and_within_runs(run, lab, tiny):
    from tscbench.harness.session import open_session
    from tscbench.results.run import Run

    code = template("generator")
    write(code)
    run(grid=FAKE)
    write(code.replace("# fit your model here", "# fitted").replace("Rows resampled", "Rows drawn"))
    assert "nothing to do" in run(grid=FAKE).err
    write(code.replace("= 0.1", "= 0.2"))
    assert "nothing to do" not in run(grid=FAKE).err
    session = open_session(str(lab.suite(FAKE)), plugins=[tiny, "mine.py"])
    write("raise RuntimeError('edited')")
    done = lab.go(session, Run(lab.folder / "within"))
    assert [record["status"] for record in done.records()] == ["ok"] * 2


def test_heavy_imports_at_the_top(cli, monkeypatch):
    monkeypatch.setenv("TSCBENCH_IMPORT_SECONDS", "0.2")
    write("import time\ntime.sleep(30)\n" + template("generator"))
    slow = cli("plan", "quick", "--plugin", "mine.py", "--generator", "mine")
    assert slow.code == 2 and "its import does not end within 0.2 s" in slow.err


def test_parameters_without_a_type(cli):
    write(template("generator").replace("scale: float = 0.1", "scale: int = 1"))
    registry = discover([Path("mine.py")])
    with pytest.raises(tscbench.SpecError, match="must be a whole number"):
        registry.bind("generator", "mine(scale=0.5)")
    assert registry.bind("generator", "mine(scale=2.0)").params["scale"] == 2
    write(template("generator").replace("scale: float = 0.1", "scale=1"))
    bound = discover([Path("mine.py")]).bind("generator", "mine(scale=two)")
    assert bound.params["scale"] == "two"


def test_threads():
    with Children(Place(1))._new() as child:
        assert child.call(os.environ.get, "OMP_NUM_THREADS") == "1"


def test_what_does_not_pickle():
    line = "    numbers = (i for i in range(9))\n\n    def sample"
    code = edited("generator", "    def sample", line)
    said = found(code.replace("        return x +", "        iter(numbers)\n        return x +"))
    assert "pickles: what it returned does not pickle" in said


def test_a_metric_where_less_is_better():
    said = found(edited("metric", 'direction="lower"', 'direction="higher"'))
    assert "direction: " in said
