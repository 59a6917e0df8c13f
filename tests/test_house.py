"""The house rules: entry points and plugins agree, all is documented, nothing is too long."""

import ast
import doctest
import inspect
import pkgutil
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import tscbench
from tscbench.registry import GROUPS, discover

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path for place in ("tscbench", "plugins", "benchmarks") for path in (ROOT / place).rglob("*.py")
)


def files_below(folder):
    """The files of a folder; what is hidden, built or run is not walked through."""
    for path in sorted(folder.iterdir()):
        made = path.name in {"build", "dist", "runs"} or path.name.endswith(".egg-info")
        if not made and not path.name.startswith("."):
            yield from files_below(path) if path.is_dir() else [path]


KINDS_OF_TEXT = {".py", ".toml", ".md", ".cff", ".lock", ".yaml", ".yml"}
TEXTS = [path for path in files_below(ROOT) if path.suffix in KINDS_OF_TEXT]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REGISTRY = discover()
PLUGINS = [(entry.kind, entry.name) for entry in REGISTRY.entries]


def shown(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def folder_of(kind):
    """`datasets` of `dataset`: the folder of a kind's plugins and the end of its group's name."""
    return GROUPS[kind].partition(".")[2]


@pytest.mark.parametrize("kind", GROUPS)
def test_every_room_has_its_entry_point_and_every_entry_point_its_room(kind):
    declared = PROJECT["project"]["entry-points"].get(GROUPS[kind], {})
    package = f"tscbench_plugins.{folder_of(kind)}"
    folder = ROOT / "plugins" / "tscbench_plugins" / folder_of(kind)
    plugins = {module.name for module in pkgutil.iter_modules([str(folder)])}
    assert declared == {name: f"{package}.{name}:{name}" for name in plugins}
    assert sorted(declared) == list(declared), "entry points are listed in order"


def test_every_package_is_in_the_wheel():
    declared = set(PROJECT["tool"]["setuptools"]["packages"])
    found = {
        ".".join(init.parent.relative_to(ROOT / place).parts)
        for place in (".", "plugins")
        for init in (ROOT / place).glob("tscbench*/**/__init__.py")
    }
    assert declared == found | {"tscbench_suites", "tscbench_leaderboard"}


@pytest.mark.parametrize(("kind", "name"), PLUGINS, ids=["/".join(p) for p in PLUGINS])
def test_every_room_says_what_it_is_and_where_it_comes_from(kind, name):
    plugin = REGISTRY.load(kind, name)
    text = plugin.text
    assert plugin.summary.rstrip(":;").endswith("."), "the first line is a sentence"
    assert inspect.getdoc(inspect.getmodule(plugin.function))
    assert plugin.source, "source= says where the method is from"
    for parameter in plugin.parameters.values():
        assert parameter.annotation is not parameter.empty, f"{parameter.name} has no type"
        assert re.search(rf"^ +{parameter.name}: \S", text, re.MULTILINE), (
            f"{parameter.name} is not under Args:"
        )


@pytest.mark.parametrize("path", SOURCES, ids=shown(SOURCES))
def test_files_and_functions_fit_a_screen(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "above 300 lines look for the second idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if is_documented_plugin(node) else node
            assert node.end_lineno - first.lineno < 50, f"line {node.lineno}: {node.name}"


def is_documented_plugin(node):
    """Whether signature and docstring are a plugin's face, one line or more for each parameter."""
    calls = [d.func.id for d in node.decorator_list if isinstance(d, ast.Call) and is_name(d.func)]
    return bool(set(calls) & set(GROUPS)) and bool(ast.get_docstring(node)) and len(node.body) > 1


def is_name(node):
    return isinstance(node, ast.Name)


@pytest.mark.parametrize("path", TEXTS, ids=shown(TEXTS))
def test_nothing_names_a_place_on_one_machine(path):
    places = r"(?<![\w.])/(?:home|root|work|opt|mnt|Users|tmp)/\w+"
    found = re.findall(places, path.read_text(encoding="utf-8"))
    assert not found, f"{path}: {found}"


@pytest.mark.parametrize("name", tscbench.__all__)
def test_public_names_can_be_imported_and_are_documented(name):
    value = getattr(tscbench, name)
    if not name.isupper() and name not in {"Array", "Rng"}:
        assert inspect.getdoc(value), name


def test_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = tscbench.no_such_name


def modules_with_examples():
    """Modules of `tscbench` whose docstrings hold examples."""
    for path in sorted((ROOT / "tscbench").rglob("*.py")):
        if ">>> " in path.read_text(encoding="utf-8"):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


EXAMPLES = list(modules_with_examples())


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_in_docstrings_hold(module):
    outcome = doctest.testmod(import_module(module))
    assert outcome.attempted and not outcome.failed


def test_licence_and_citation_agree_with_the_project():
    about = PROJECT["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"license: {about['license']}\n" in citation
    assert f"version: {tscbench.__version__}\n" in citation
    assert about["authors"][0]["name"] in (ROOT / "LICENSE").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {tscbench.__version__}" in changes
