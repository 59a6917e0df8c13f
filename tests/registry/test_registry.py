"""The registry: names, binding, plugin files, and functions that are no plugins."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal

import pluggy
import pytest

from tscbench import ContractError, PluginError, Spec, SpecError, generator, objective, student
from tscbench.registry import Bound, Entry, Registry, discover


@generator(version="1")
def wide(
    train: Any,
    *,
    count: int = 3,
    share: float = 1.0,
    way: Literal["slow", "fast"] = "slow",
    sizes: tuple[int, ...] = (1, 2),
    where: Path | None = None,
    title: str = "x",
    on: bool = False,
) -> None:
    """Takes one parameter of each type."""


@generator(version="1")
def demanding(train: Any, *, path: Path) -> None:
    """Its parameter must be given."""


@student(version="1")
def wrapper(compression_set: Any, *, student: Spec = Spec("wrapped"), times: int = 1) -> None:  # noqa: B008
    """A variation wraps another plugin."""


@student(version="1")
def wrapped(compression_set: Any, *, size: int = 2) -> None:
    """Is wrapped."""


@pytest.fixture
def mine() -> Registry:
    return discover(functions=[wide, demanding, wrapper, wrapped])


@pytest.mark.parametrize(
    ("text", "name", "value", "written"),
    [
        ("wide(count=4)", "count", 4, "wide(count=4)"),
        ("wide(count=4.0)", "count", 4, "wide(count=4)"),
        ("wide(count=3)", "count", 3, "wide"),
        ("wide(share=2)", "share", 2.0, "wide(share=2)"),
        ("wide(share=1)", "share", 1.0, "wide"),
        ("wide(way=fast)", "way", "fast", "wide(way=fast)"),
        ("wide(sizes=[3])", "sizes", (3,), "wide(sizes=[3])"),
        ("wide(sizes=3)", "sizes", (3,), "wide(sizes=[3])"),
        ("wide(sizes=[])", "sizes", (), "wide(sizes=[])"),
        ("wide(where=a/b.csv)", "where", Path("a/b.csv"), "wide(where=a/b.csv)"),
        ("wide(where=none)", "where", None, "wide"),
        ("wide(title=7)", "title", "7", 'wide(title="7")'),
        ("wide(on=true)", "on", True, "wide(on=true)"),
    ],
)
def test_a_value_is_converted_and_a_default_is_not_written(mine, text, name, value, written):
    bound = mine.bind("generator", text)
    assert bound.params[name] == value and type(bound.params[name]) is type(value)
    assert str(bound) == written
    assert str(mine.bind("generator", str(bound))) == written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wide(coumt=1)", "generator wide(coumt=1): no parameter 'coumt'; did you mean 'count'?"),
        ("wide(count=1.5)", "count=1.5: must be a whole number"),
        ("wide(count=true)", "count=true: must be a whole number"),
        ("wide(share=much)", "share=much: must be a number"),
        ("wide(way=medium)", "way=medium: must be one of slow, fast"),
        ("wide(sizes=[1, x])", "sizes=x: must be a whole number"),
        ("wide(on=1)", "on=1: must be true or false"),
        ("wide(where=3)", "where=3: must be a path or none"),
        ("demanding", "parameter 'path' must be given"),
        ("wyde", "no generator 'wyde'; did you mean 'wide'?"),
        ("crossfit", "crossfit is a query, not a generator: --query crossfit"),
    ],
)
def test_a_spec_that_does_not_fit_is_answered_with_the_cure(mine, text, said):
    with pytest.raises(SpecError) as caught:
        mine.bind("generator", text)
    assert said in str(caught.value)


def test_an_unknown_parameter_lists_what_there_is(mine):
    with pytest.raises(SpecError, match=r"\(has: size\)"):
        mine.bind("student", "wrapped(zzz=1)")


def test_a_nested_spec_is_bound_and_checked(mine):
    bound = mine.bind("student", "wrapper(student=wrapped(size=5.0))")
    inner = bound.params["student"]
    assert isinstance(inner, Bound) and inner.params == {"size": 5}
    assert str(bound) == "wrapper(student=wrapped(size=5))"
    with pytest.raises(SpecError, match="no parameter 'siz'; did you mean 'size'"):
        mine.bind("student", "wrapper(student=wrapped(siz=5))")


@pytest.mark.parametrize(
    "text", ["wrapper", "wrapper(student=wrapped)", "wrapper(student=wrapped(size=2))"]
)
def test_a_nested_default_is_bound_too_and_not_written(mine, text):
    bound = mine.bind("student", text)
    assert isinstance(bound.params["student"], Bound)
    assert str(bound) == "wrapper"


def test_with_params_writes_what_differs_from_the_default(mine):
    bound = mine.bind("generator", "wide(count=4, share=2)")
    assert str(bound.with_params(count=3)) == "wide(share=2)"
    assert bound.with_params(count=9).params["count"] == 9


def test_a_name_in_two_distributions_must_be_written_in_full():
    entries = tuple(Entry("generator", "wide", home, "1", function=wide) for home in ("a", "b"))
    both = Registry(entries)
    with pytest.raises(
        SpecError, match=r"offered by a \(.*\) and by b \(.*\); write a/wide or b/wide"
    ):
        both.bind("generator", "wide")
    assert both.bind("generator", "b/wide(count=4)").plugin.origin == "b"


def test_what_is_no_plugin_is_refused():
    with pytest.raises(ContractError, match="decorate it with its kind"):
        discover(functions=[len])


def point(value: str, kind: str = "generator") -> Registry:
    found = EntryPoint("it", value, f"tscbench.{kind}s")
    return Registry((Entry(kind, "it", "home", "1", point=found),))


def test_an_entry_point_that_does_not_import_says_whose_it_is():
    with pytest.raises(PluginError, match="generator it of home 1: ModuleNotFoundError"):
        point("no_such_module_at_all:it").load("generator", "it")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("tscbench_plugins.queries.inbag:inbag", "is a query, not a generator"),
        ("tscbench.registry:near", r"is undecorated, not a generator: write @generator\(\) above"),
    ],
)
def test_an_entry_point_of_the_wrong_kind_is_refused(value, what):
    with pytest.raises(PluginError, match=what):
        point(value).load("generator", "it")


def test_pluggy_holds_the_arguments_against_the_contract():
    with pytest.raises(ContractError, match="takes 'budget', which a objective is not") as caught:

        @objective()
        def grown(outputs, budget):
            """Takes what no objective is offered."""

    assert isinstance(caught.value.__cause__, pluggy.PluginValidationError)


def written(folder: Path, body: str) -> Path:
    path = folder / "mine.py"
    path.write_text("from tscbench import generator, Sampler\n" + body)
    return path


def test_a_plugin_file_brings_its_own_functions_alone(tmp_path):
    path = written(
        tmp_path,
        "from tscbench_plugins.generators.smoothed_bootstrap import smoothed_bootstrap\n"
        "@generator()\ndef fresh(train, *, a: int = 1):\n    '''New.'''\n",
    )
    found = discover([path])
    assert "fresh" in found.names("generator")
    assert found.entry("generator", "smoothed_bootstrap").distribution == "tscbench"
    assert str(found.bind("generator", "fresh(a=2)")) == "fresh(a=2)"
    assert found.load("generator", "fresh").origin == "mine.py"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def broken(:\n", "line 2: SyntaxError"),
        ("def g(train): ...\n", "no function in it is decorated"),
    ],
)
def test_a_file_that_cannot_be_a_plugin_is_one_sentence_with_its_name(tmp_path, body, said):
    with pytest.raises(PluginError, match=said) as caught:
        discover([written(tmp_path, body)])
    assert "mine.py" in str(caught.value)


GOOD = "@generator()\ndef g(train):\n    '''Gives nothing.'''\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (GOOD + "import no_such_module_at_all\n", "ModuleNotFoundError: No module named"),
        (GOOD + "raise SystemExit(3)\n", "SystemExit: 3"),
        (GOOD + "import os; os._exit(3)\n", "ended the process with exit code 3"),
        ("@generator()\ndef g(train, x=1): ...\n", r"generator g \(.*mine.py:2\): takes 'x'"),
        ("@generator()\ndef g(**kwargs): ...\n", r"no \*args or \*\*kwargs"),
        ("@generator(requires=('no-such>1',))\ndef g(train): ...\n", "pip install 'no-such>1'"),
        ("@generator(requires=('numpy<1',))\ndef g(train): ...\n", "needs numpy<1, and "),
        ("@generator(requires=('a b',))\ndef g(train): ...\n", "which is no requirement"),
    ],
)
def test_a_file_is_read_at_once_and_imported_when_it_is_asked_for(tmp_path, body, said):
    found = discover([written(tmp_path, body)])
    assert found.entry("generator", "g").line in (2, 3)
    with pytest.raises(PluginError, match=said) as caught:
        found.load("generator", "g")
    assert "mine.py" in str(caught.value) and "\n" not in str(caught.value)
    assert "Traceback" in caught.value.trace or "exit" in said or "requires" in body


@pytest.mark.parametrize(
    "written_as",
    [
        "from tscbench import generator as makes\n@makes()\n",
        "import tscbench\n@tscbench.generator()\n",
        "import tscbench as t\n@t.generator(source='x')\n",
        "from tscbench import *\n@generator()\n",
        "from tscbench.contracts.decorators import generator\n@generator()\n",
    ],
)
def test_a_decorator_may_be_imported_in_any_way(tmp_path, written_as):
    file = tmp_path / "mine.py"
    file.write_text(written_as + "def g(train):\n    '''Gives nothing.'''\n")
    assert discover([file]).load("generator", "g").summary == "Gives nothing."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("@generator()\nasync def g(train): ...\n", "line 3: g is an async function; a plugin is"),
        ("@generator()\nclass g: ...\n", "line 3: g is a class; a plugin is a function"),
        ("g = generator()(lambda train: None)\n", "line 2: g is not decorated with @"),
        ("def f():\n  @generator()\n  def g(train): ...\n", "line 4: g is not at the top level"),
        ("class F:\n  @generator()\n  def g(train): ...\n", "line 4: g is not at the top level"),
    ],
)
def test_what_is_no_function_at_the_top_level_is_named_with_its_line(tmp_path, body, said):
    path = written(tmp_path, body)
    with pytest.raises(PluginError, match=said):
        discover([path])
    written(tmp_path, body + GOOD.replace("def g", "def sound"))
    found = discover([path])
    with pytest.raises(PluginError, match=said):
        found.load("generator", "g")
    if "not at the top" in said:
        assert found.load("generator", "sound")


def test_a_function_under_a_condition_that_holds_is_at_the_top_level(tmp_path):
    indented = GOOD.replace("\n", "\n    ")
    body = f"try:\n    import nothing_here\nexcept ImportError:\n    {indented}\n"
    assert discover([written(tmp_path, body)]).load("generator", "g").summary == "Gives nothing."


def test_a_file_that_has_changed_is_imported_anew(tmp_path):
    file = written(tmp_path, GOOD)
    first = discover([file]).load("generator", "g")
    written(tmp_path, GOOD.replace("nothing", "more"))
    assert discover([file]).load("generator", "g").summary == "Gives more."
    assert first.summary == "Gives nothing."


def test_a_plugin_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PluginError, match="there is no such Python file"):
        discover([tmp_path / "absent.py"])


def test_a_folder_brings_its_files_and_one_that_cannot_be_read_hurts_no_other(tmp_path):
    written(tmp_path, GOOD)
    (tmp_path / "torn.py").write_text("def broken(:\n")
    (tmp_path / "helper.py").write_text("def help(): ...\n")
    (tmp_path / "_private.py").write_text(GOOD)
    found = discover([tmp_path, tmp_path / "mine.py"])
    assert [e.file.name for e in found.entries if e.file] == ["mine.py", "torn.py"]
    assert found.load("generator", "g")
    states = {e.name: s for e, s in found.states().items()}
    assert states["torn"].state == "broken" and "SyntaxError" in states["torn"].cause
    with pytest.raises(PluginError, match=r"torn.py, line 1: SyntaxError"):
        found.load("generator", "torn")
    with pytest.raises(SpecError, match=r"no generator 'gg'.*torn.py"):
        found.load("generator", "gg")


def test_a_file_does_not_replace_an_installed_plugin(tmp_path):
    found = discover([written(tmp_path, GOOD.replace("def g(", "def munge("))])
    with pytest.raises(SpecError, match=r"mine.py/munge"):
        found.load("generator", "munge")
    assert found.load("generator", "mine.py/munge").summary == "Gives nothing."
    ours = found.at_home("tscbench")
    assert ours.load("generator", "munge").origin == "tscbench"
    assert str(found.bind("generator", "tscbench/munge")) == "tscbench/munge"
    assert str(ours.bind("generator", "tscbench/munge")) == "munge"
    assert str(ours.bind("generator", "mine.py/munge")) == "mine.py/munge"


def test_an_annotation_that_does_not_evaluate_is_the_plugin_s_fault(tmp_path):
    body = "@generator()\ndef g(train, *, a: 'Nothing' = 1): ...\n"
    found = discover([written(tmp_path, body)])
    with pytest.raises(PluginError, match="annotations do not evaluate"):
        found.bind("generator", "g")
    assert {e.name: s for e, s in found.states().items()}["g"].state == "broken"


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ("list[int] = ()", r"'p' is annotated list\[int\], .* write tuple\[int, \.\.\.\]"),
        ("typing.List[str] = ()", r"write tuple\[str, \.\.\.\]"),
        ("set[int] | None = None", r"annotated set\[int\]"),
        ("dict[str, int] = None", r"annotated dict\[str, int\], .* write Mapping\[str, Any\]"),
        ("tuple[int, str] = (1, 'a')", r"tuple\[int, str\], whose items .* tuple\[int, \.\.\.\]"),
        ("Spec = Spec('forest')", "'p' is annotated Spec, and must be named after the kind"),
    ],
)
def test_an_annotation_that_no_spec_can_fill_is_refused_with_the_cure(tmp_path, annotation, said):
    body = "import typing\nfrom tscbench import Spec\n@generator()\n"
    body += f"def g(train, *, p: {annotation}): ...\n"
    with pytest.raises(PluginError, match=said):
        discover([written(tmp_path, body)]).bind("generator", "g")


def test_an_unknown_parameter_is_told_once_what_there_is(mine):
    with pytest.raises(SpecError) as caught:
        mine.bind("generator", "demanding(zzz=1)")
    assert str(caught.value).endswith("no parameter 'zzz' (has: path)")


def test_a_module_beside_a_plugin_file_is_not_found_and_the_cure_is_said(tmp_path):
    (tmp_path / "helper_beside.py").write_text("X = 1\n")
    found = discover([written(tmp_path, GOOD + "import helper_beside\n")])
    said = r"cannot import helper_beside.py beside it: put both into a package .*mine.py:5\)$"
    with pytest.raises(PluginError, match=said):
        found.load("generator", "g")


def test_what_is_not_there_after_the_import_says_so(tmp_path):
    body = "if False:\n    @generator()\n    def g(train): ...\n"
    with pytest.raises(PluginError, match=r"mine.py:4\): is not there once its file is imported"):
        discover([written(tmp_path, body)]).load("generator", "g")


def test_discovery_imports_no_plugin():
    import subprocess
    import sys

    code = (
        "import sys; from tscbench.registry import discover; r = discover();"
        "assert r.names('generator'); "
        "print([m for m in sys.modules if m.startswith('tscbench_plugins')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_student_size_is_always_written():
    registry = discover()
    assert str(registry.bind("student", "forest")) == "forest(n_trees=10)"
    assert str(registry.bind("student", "forest(n_trees=10)")) == "forest(n_trees=10)"
    assert str(registry.bind("student", "tree(max_leaf_nodes=256)")) == "tree"
