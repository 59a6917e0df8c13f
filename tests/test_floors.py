"""Imports go down only: the floors of the house as data, checked over every import."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ROOT / "plugins" / "tscbench_plugins"

BELOW = {
    "contracts": set(),
    "processes": set(),
    "registry": {"contracts", "nn", "processes"},
    "bibtex": {"contracts", "registry"},
    "line": {"contracts", "registry", "tabular"},
    "results": {"contracts", "registry", "line"},
    "harness": {"contracts", "processes", "registry", "line", "results", "tabular"},
    "analysis": {"contracts", "results"},
    "report": {"contracts", "results", "analysis"},
    "images": {"contracts"},
    "tabular": {"contracts"},
    "nn": {"contracts", "tabular"},
    "export": {"contracts", "line", "tabular"},
    "api": {
        "contracts",
        "registry",
        "line",
        "results",
        "harness",
        "analysis",
        "report",
        "export",
        "tabular",
        "testing",
        "bibtex",
    },
    "scaffold": {"__init__", "contracts", "nn", "registry", "tabular"},
    "testing": {"contracts", "processes", "registry", "line", "nn", "results"},
    "cli": {
        "contracts",
        "registry",
        "line",
        "results",
        "harness",
        "analysis",
        "report",
        "api",
        "export",
        "images",
        "scaffold",
        "tabular",
        "testing",
        "bibtex",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
"""What each floor of `tscbench` may import besides itself."""

GROUND = {"numpy", "pluggy"}
"""All that contracts import besides the standard library."""

FOR_ROOMS = {"tscbench", "tscbench.images", "tscbench.nn", "tscbench.tabular"}
"""All of `tscbench` that a plugin may import."""

FILES = sorted((ROOT / "tscbench").rglob("*.py"))
PLUGINS = sorted(ROOMS.rglob("*.py"))


def name_of(file):
    """The module that a file is: `tscbench.line.store`."""
    parts = file.relative_to(ROOMS.parent if ROOMS in file.parents else ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(file):
    """The package that a file's relative imports start from."""
    name = name_of(file)
    return name if file.name == "__init__.py" else name.rpartition(".")[0]


def imports(file, *, top_only=False):
    """(line, module, names) of the imports of a file; `top_only` leaves out those in functions."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    stack, found = [tree], []
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package_of(file).split(".")[: 1 - node.level or None] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.append((node.lineno, module, tuple(alias.name for alias in node.names)))
        elif not (top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            stack += ast.iter_child_nodes(node)
    return sorted(found)


def floor_of(module):
    """The floor that a module of `tscbench` lies on."""
    return (module.split(".") + ["__init__"])[1]


def is_standard(top):
    return top in sys.stdlib_module_names


def room_of(file):
    """A plugin's own file or folder."""
    kind, *rest = file.relative_to(ROOMS).parts
    return ROOMS / kind / rest[0] if rest else ROOMS


def shown(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("file", FILES, ids=shown(FILES))
def test_imports_go_down(file):
    floor = floor_of(name_of(file))
    assert floor in BELOW, f"{floor} is on no floor: add it to BELOW, and say what it stands on"
    for line, module, names in imports(file):
        if module == "tscbench":
            targets = {name if name in BELOW else "__init__" for name in names}
        elif module.startswith("tscbench."):
            targets = {floor_of(module)}
        else:
            continue
        wrong = targets - BELOW[floor] - {floor}
        assert not wrong, f"{file}:{line}: {floor} may not import {sorted(wrong)}"


def test_contracts_stand_on_numpy_and_pluggy_alone():
    for file in (ROOT / "tscbench" / "contracts").glob("*.py"):
        for line, module, _ in imports(file):
            top = module.partition(".")[0]
            assert top in GROUND | {"tscbench"} or is_standard(top), f"{file}:{line}: {module}"


def test_core_imports_no_room():
    for file in FILES:
        tops = {module.partition(".")[0] for _, module, _ in imports(file)}
        assert "tscbench_plugins" not in tops, file


@pytest.mark.parametrize("file", PLUGINS, ids=shown(PLUGINS))
def test_rooms_use_public_names_and_no_other_room(file):
    for line, module, names in imports(file):
        where = f"{file}:{line}"
        if module.partition(".")[0] == "tscbench":
            assert module in FOR_ROOMS, f"{where}: {module} is not public"
            assert set(names) <= set(import_module(module).__all__), f"{where}: {names}"
        if module.partition(".")[0] == "tscbench_plugins":
            plugin = room_of(file)
            own = name_of(plugin / "__init__.py" if plugin.is_dir() else plugin)
            assert f"{module}.".startswith(f"{own}."), f"{where}: {module} is another plugin"


def is_light(module):
    top = module.partition(".")[0]
    return top == "numpy" or is_standard(top) or module in FOR_ROOMS - {"tscbench.nn"}


@pytest.mark.parametrize("file", PLUGINS, ids=shown(PLUGINS))
def test_rooms_are_light_at_the_top(file):
    """Of a plugin that is a folder, `__init__.py` alone is imported with the plugin."""
    if room_of(file).is_dir() and room_of(file) != ROOMS and file.name != "__init__.py":
        behind = name_of(file)
        door = imports(room_of(file) / "__init__.py", top_only=True)
        assert behind not in {module for _, module, _ in door}, f"{door} opens {behind}"
        return
    for line, module, _ in imports(file, top_only=True):
        assert is_light(module), f"{file}:{line}: import {module} inside the function"
