"""A run is opened again as what it holds: the cells of all its commands, and no others."""

import builtins
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

import tscbench
from tscbench import SpecError
from tscbench.harness import repeats
from tscbench.harness.cut import cut, trusted, without_files
from tscbench.harness.reopen import reopen
from tscbench.harness.specs import check_spec, is_here
from tscbench.harness.suite import parse_suite
from tscbench.registry import discover, find_suite
from tscbench.results.cell import Cell
from tscbench.results.pack_file import load_pack, save_pack
from tscbench.results.packed import pack_of

GRID = {"dataset": ["toy(n=70)", "toy(n=90)"], "student": ["linear", "steps(n=2)"]}
SHORT = repeats.Protocol((1,), repeats=3, least_seconds=1e-4, warm_seconds=1e-3, bare=False)
MINE = """
from tscbench import Rows, Sampler, generator

@generator(source="a test", version="1")
def mine(train: Rows) -> Sampler:
    return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)] + 0.1)
"""


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    monkeypatch.setattr(repeats, "SHORT", SHORT)


@pytest.fixture
def two(lab):
    """A run of two commands that have nothing in common."""
    lab.run(GRID, splits=1, seeds=2, options={"dataset": "toy(n=70)", "student": "linear"})
    other = {"dataset": "toy(n=90)", "student": "steps", "seed": "1"}
    return lab.run(GRID, splits=1, seeds=2, options=other)


def test_cells_of_every_command_are_planned_and_no_others(two, cli):
    plan = reopen(two.folder).plan
    cells = [(line.cell.dataset, line.cell.student, line.cell.seed) for line in plan.lines]
    own = [("toy(n=70)", "linear", 0), ("toy(n=70)", "linear", 1), ("toy(n=90)", "steps(n=2)", 1)]
    assert sorted(cells) == own
    assert {line.cell.dataset for line in plan.teachers} == {"toy(n=70)", "toy(n=90)"}
    assert "3 of 3 cells ok, 0 failed, 0 out of date" in cli("status", two.folder).out
    why = cli("cache", "why", two.folder, "--student", "linear", "--seed", "0")
    assert why.code == 0 and "all is in the store" in why.out, why.err


def test_of_each_dataset_the_first_split_and_seed_that_it_has_are_timed(two, cli):
    done = cli("time", two.folder, "--quick", "--json")
    assert done.code == 0 and "not finished" not in done.err, done.err
    timed = {(row["dataset"], row["student"], row["seed"]) for row in json.loads(done.out)}
    assert timed >= {("toy(n=70)", "linear", "0"), ("toy(n=90)", "steps(n=2)", "1")}
    assert not any(seed == "1" for name, _, seed in timed if name == "toy(n=70)")
    assert cli("time", two.folder, "--student", "none").code == 2


def test_what_was_taken_is_opened_too(lab, cli, tmp_path):
    first = lab.run({"generator": ["far"], "mix": ["fake(ratio=1)"]}, splits=1, out="first")
    base = save_pack(pack_of(first), tmp_path / "base.tscpack")
    (tmp_path / "mine.py").write_text(MINE)
    tiny = Path(__file__).parents[1] / "tiny.py"
    words = ("--plugin", tiny, "--plugin", tmp_path / "mine.py", "--generator", "mine,far")
    assert (
        cli("run", lab.folder / "small.toml", *words, "--against", base, "--out", "own").code == 0
    )
    results = tscbench.load("own")
    scores = results.scores().query("student == 'linear' and part == 'test'")
    assert set(scores["generator"]) == {"mine", "far"}
    for _, row in scores.drop_duplicates("generator").iterrows():
        assert results.rows(row).shape[0] > 0 and results.student(row) is not None
    assert cli("cache", "why", "own", "--generator", "far").code == 0


def test_what_is_not_here_is_named_and_the_rest_is_opened(lab, cli, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(MINE)
    tiny = Path(__file__).parents[1] / "tiny.py"
    suite = lab.suite({"generator": ["far"], "mix": ["fake(ratio=1)"]}, splits=1)
    words = ("--plugin", tiny, "--plugin", file, "--generator", "far,mine")
    assert cli("run", suite, *words, "--out", "own").code == 0
    file.write_text(MINE.replace("def mine", "def renamed"))
    said = cli("status", "own")
    assert "2 of 2 cells ok" in said.out and "not here: generator mine" in said.err
    done = cli("time", "own", "--quick")
    assert done.code == 0 and "not here: generator mine" in done.err
    file.unlink()
    assert "not here: plugin file mine.py, generator mine" in cli("status", "own").err
    file.write_text(MINE.replace("def mine", "def renamed"))
    with pytest.raises(tscbench.SpecError, match="not here: generator mine"):
        scores = tscbench.load("own").scores()
        tscbench.load("own").student(scores[scores["generator"] == "mine"].iloc[0])


@pytest.mark.parametrize(
    ("axis", "spec", "here"),
    [
        ("dataset", "emotions", True),
        ("dataset", "file(path=mine.csv,target=y,n_train=100)", False),
        ("dataset", "digits(n_train=100)", True),
        ("generator", "munge(p=0.1)", True),
        ("generator", "samples(path=mine.npz)", False),
        ("generator", "inferior(generator=samples(path=mine.npz))", False),
        ("generator", "nobody", False),
        ("mix", "fake(ratio=1)", True),
        ("mix", "nonsense(9)", False),
        ("student", "teacher", True),
        ("student", "forest(n_trees=3)", True),
        ("student", "sklearn(estimator=sklearn.svm.SVC)", False),
        ("student", "sklearn(estimator=sklearn.svm.SVC, C=10)", False),
        ("student", "sklearn(estimator=sklearn.svm.SVC(C=10))", False),
        ("student", "sklearn(estimator=[sklearn.preprocessing.StandardScaler, evil.Name])", False),
        ("teacher", "supervised(student=sklearn(estimator=evil.Name))", False),
        ("probe", "fid(weights=mine.pt)", False),
        ("probe", "inception_score", True),
    ],
)
def test_what_names_a_file_or_code_is_not_here_for_a_pack(axis, spec, here):
    registry = discover()
    assert is_here(axis, spec, registry, files=False) is here
    named = "path" in spec or "estimator" in spec or "weights" in spec
    assert is_here(axis, spec, registry, files=True) is (here or named)


def test_the_bare_name_of_a_file_is_not_looked_into(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("a,b\n1,2\n")
    registry = discover()
    assert not is_here("dataset", "mine.csv", registry, files=True)
    with pytest.raises(SpecError, match="mine.csv is a file") as said:
        check_spec("dataset", "mine.csv", registry)
    assert "columns" not in str(said.value)


def test_a_suite_of_others_keeps_no_probe_that_reads_a_file():
    text = (
        'name = "x"\nheadline = "auc"\nprobes = ["fid(weights=mine.pt)", "inception_score"]\n'
        '[[grid]]\ndataset = ["digits(form=images)"]\nstudent = ["mlp"]\nteacher = ["forest"]\n'
    )
    suite = parse_suite(text, "x.toml", registry := discover())
    assert len(suite.probes) == 2
    assert without_files(suite, registry, ()).probes == ["inception_score"]
    cell = Cell("digits(form=images)", 0, "forest", "inbag", "none", "real", "soft", "mlp", 0)
    assert cut(suite, [cell], registry, ())[0].probes == ["inception_score"]
    assert len(cut(suite, [cell], registry, trusted(text, own=True))[0].probes) == 2


def test_an_installed_suite_may_name_files_itself():
    text = find_suite("gan-tsc").file.read_text()
    assert "magic_authors" in trusted(text, own=False)
    assert "file(path=mine.csv,target=y)" not in trusted(text, own=False)
    assert "magic_authors" not in trusted(text.replace("magic_gantsc", "secret"), own=False)
    assert "mine" not in trusted('name = "of nobody"\n[alias]\nmine = "x"', own=False)
    assert "file(path=mine.csv,target=y)" in trusted("", own=True)


def test_nothing_that_a_pack_names_is_opened(lab, cli, tmp_path, monkeypatch):
    """Files of a stranger's words: of plugins, of datasets in options and in cells."""
    here = Path("secret.csv")
    here.write_text("a,b,y\n1,2,0\n2,1,1\n" * 30)
    evil = tmp_path / "evil.py"
    evil.write_text("from pathlib import Path\nPath('ran').touch()\n")
    run = lab.run({}, splits=1)
    pack = pack_of(run)
    dataset = f"file(path={here.resolve()},target=y)"
    command = {
        "options": {"dataset": dataset, "generator": "nobody", "seed": "lots"},
        "plugins": [evil.name],
        "against": ["published:nonsense", "base.tscpack"],
    }
    others = (
        {"dataset": dataset},
        {"dataset": here.name},
        {"student": "sklearn(estimator=evil.Name)"},
        {"mix": "nonsense(9)"},
        {"seed": "-"},
        {"student": "no"},
    )
    [sound] = (r for r in pack.records if r["cell"]["student"] == "linear")
    named = [{**sound, "cell": {**sound["cell"], **other}} for other in others]
    told = replace(pack, commands=[command], records=[*pack.records, *named])
    file = save_pack(told, tmp_path / "told.tscpack")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    opened: list[str] = []

    def noting(file, *args, **kwargs):
        opened.append(str(file))
        return plain(file, *args, **kwargs)

    plain = builtins.open
    for module in (builtins, io):
        monkeypatch.setattr(module, "open", noting)
    assert cli("merge", run.folder, file, "--out", "both").code == 0
    said = cli("status", "both")
    assert said.code == 0 and "cannot be planned" not in said.err
    assert "dataset file(" in said.err and "mix nonsense(9), student no" in said.err
    assert "dataset secret.csv" in said.err and "student sklearn(estimator=evil.Name)" in said.err
    assert cli("board", "both").code == 0
    assert cli("site", "both", "--out", "site").code == 0
    cli("verify", file, "--plugin", Path(__file__).parents[1] / "tiny.py")
    again = load_pack(Path(cli("pack", "both").out.strip()))
    assert list(again.commands) == [*pack.commands, command], "they are told all the same"
    names = {Path(file).name for file in opened}
    assert "run.json" in names and not names & {here.name, evil.name}
    assert not Path("ran").exists()
