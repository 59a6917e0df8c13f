"""tscbench new: the file that it writes works untouched, for every kind."""

import ast
import json
import re
import shlex
from pathlib import Path

import pytest

import tscbench
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES, KINDS
from tscbench.registry import discover
from tscbench.scaffold.names import check_name
from tscbench.scaffold.writing import template

AXIS_OF = {kind: kind for kind in KINDS if kind in AXES} | {"network": "student"}
SMALL = {
    "dataset": "breast_cancer(n_train=60)",
    "teacher": "forest(n_trees=5)",
    "student": "forest(n_trees=1)",
}


def new(cli, *words):
    """The commands that `tscbench new` says come next."""
    said = cli("new", *words)
    assert said.code == 0, said.err
    assert said.err == ""
    return said.out.splitlines()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_every_kind_is_written_and_its_commands_work(cli, kind):
    check, run = new(cli, kind, "mine")
    assert [path.name for path in Path().iterdir()] == ["mine.py"]
    assert check == "tscbench check mine.py"
    program, *words = shlex.split(run)
    assert program == "tscbench" and words[words.index("--plugin") + 1] == "mine.py"
    if kind not in AXIS_OF:
        done = cli(*words)
        assert done.code == 0 and f"{kind} mine" in done.out
        return
    known = cli("plan", *words[1:])
    assert known.code == 0, known.err
    assert run == f"tscbench run quick --plugin mine.py --{AXIS_OF[kind]} {words[-1]}"


@pytest.mark.parametrize("kind", KINDS)
def test_it_passes_check_untouched(cli, checks_here, kind):
    check, _ = new(cli, kind, "mine")
    done = cli(*shlex.split(check)[1:])
    assert done.code == 0, done.out
    assert re.match(rf"{kind} mine(\(epochs=2\))?: \d+ checks passed", done.out)


@pytest.mark.parametrize("kind", AXIS_OF)
def test_a_run_with_it_ends_with_its_scores(cli, kind):
    new(cli, kind, "mine")
    suite = {axis: [spec] for axis, spec in SMALL.items()}
    axis = AXIS_OF[kind]
    suite |= {axis: [*suite.get(axis, []), "mine"], "mix": ["real"]}
    if kind == "generator":
        suite["mix"] = ["fake(ratio=1)", "stream(p_fake=0.5)"]
        suite["student"].append("mlp(epochs=2)")
    text = "\n".join(f"{axis} = {json.dumps(specs)}" for axis, specs in suite.items())
    Path("small.toml").write_text(f'name = "small"\n[[grid]]\n{text}\n')
    done = cli("run", "small.toml", "--plugin", "mine.py", "--json")
    assert done.code == 0, done.err
    scores = tscbench.load("runs/small").scores()
    ours = scores[(scores[axis] == "mine") & (scores.metric == "auc") & (scores.part == "test")]
    assert len(ours) and (ours.value > 0.6).all()


def test_a_metric_is_recorded_where_a_suite_asks_for_it(cli):
    new(cli, "metric", "mine")
    axes = "\n".join(f"{axis} = {json.dumps([spec])}" for axis, spec in SMALL.items())
    keys = 'name = "small"\nheadline = "mine"\nmetrics = ["mine", "mine(sure=0.5)"]\n'
    Path("small.toml").write_text(f"{keys}[[grid]]\n{axes}\n")
    done = cli("run", "small.toml", "--plugin", "mine.py")
    assert done.code == 0 and "has all its cells, mine 0." in done.out, done.err
    scores = tscbench.load("runs/small").scores()
    scores = scores[(scores.student != "teacher") & (scores.part == "test")]
    value = scores.set_index("metric").value
    assert value["mine(sure=0.5)"] > 0 and 0 <= value["mine"] <= value["mine(sure=0.5)"]


def test_plurals_are_understood_and_near_names_offered(cli):
    new(cli, "queries", "mine")
    assert "@query(" in Path("mine.py").read_text()
    wrong = cli("new", "generater", "mine")
    assert wrong.code == 2 and "did you mean 'generator'?" in wrong.err
    unlike = cli("new", "cat", "mine")
    assert unlike.code == 2 and all(kind in unlike.err for kind in KINDS)


REFUSED = {
    "Mine": "did you mean 'mine'?",
    "my-gan": "did you mean 'my_gan'?",
    "2fast": "did you mean 'fast'?",
    "gan_": "did you mean 'gan'?",
    "": "lower-case letters",
    "class": "write class_generator",
    "none": "write none_generator",
    "random": "would hide the library random",
    "numpy": "would hide the library numpy",
    "column_spread": "write my_column_spread",
    "train": "write my_train",
    "munge": "tscbench has one of this name",
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("package", [(), ("--package",)], ids=["file", "package"])
def test_names_that_would_not_do_are_refused_in_one_sentence(cli, name, package):
    said = cli("new", "generator", *package, "--", name)
    assert said.code == 2 and said.out == "" and REFUSED[name] in said.err
    assert said.err.count("\n") == 1
    assert list(Path().iterdir()) == []


def test_nothing_is_overwritten(cli):
    for words in (["generator", "mine"], ["generator", "mine", "--package"]):
        new(cli, *words)
        before = {path: path.read_text() for path in Path().rglob("*") if path.is_file()}
        again = cli("new", "student", *words[1:])
        assert again.code == 2 and "is there already" in again.err
        assert before == {path: path.read_text() for path in Path().rglob("*") if path.is_file()}


def test_out_says_where_and_the_commands_quote_it(cli):
    check, run = new(cli, "student", "mine", "--out", "my plugins")
    assert Path("my plugins", "mine.py").is_file()
    assert check == "tscbench check 'my plugins/mine.py'"
    assert run == "tscbench run quick --plugin 'my plugins/mine.py' --student forest,mine"
    install, *_ = new(cli, "student", "mine", "--out", "my plugins", "--package")
    assert install == "pip install -e ./'my plugins/tscbench-mine'"


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_short_says_its_kind_and_has_one_parameter(kind):
    code = template(kind)
    [function] = [n for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)]
    assert code.startswith(f'"""{kind.capitalize()} mine: ') and function.name == "mine"
    [parameter] = function.args.kwonlyargs
    assert re.search(rf"\b{parameter.arg}\b", ast.get_docstring(function))
    assert "here" in code, "a comment says where the author's method goes"
    assert code.count("\n") <= 45


def test_the_generator_has_15_lines():
    code = template("generator")
    assert len([line for line in code.splitlines() if line.strip() and '"""' not in line]) <= 15


@pytest.mark.parametrize(
    ("name", "cure"), [("None", "my_none"), ("Ärger", "arger"), ("Numpy", "my_numpy")]
)
def test_a_name_that_is_proposed_is_allowed(name, cure):
    registry = discover()
    with pytest.raises(SpecError, match=f"did you mean '{cure}'"):
        check_name("generator", name, "", registry)
    check_name("generator", cure, "", registry)
